"""Stock Great Expectations on pandas: for the expectations that have no translation, and as the measure the
translated ones are tested against. The one module of the gate that imports GX, inside its functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lingtan.errors import ConfigurationError

if TYPE_CHECKING:
    import pandas
    import pyarrow

ROW_NUMBER = "rn"


@dataclass(frozen=True)
class Verdict:
    success: bool
    failing: tuple[int, ...]  # row numbers, for expectations on rows


class StockExpectations:
    """One GX context for many validations; made when it is first needed."""

    @cached_property
    def _batches(self) -> Any:
        import great_expectations as gx

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        source = context.data_sources.add_pandas("lake")
        return source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("partition")

    def judge(self, expectations: Sequence[Any], rows: pyarrow.Table) -> list[Verdict]:
        """Verdicts on one partition; `rows` holds the judged columns and `rn`, the number of each row.

        Raises ConfigurationError when GX cannot judge the frame.
        """
        batch = self._batches.get_batch(batch_parameters={"dataframe": frame(rows)})
        return [self._verdict(batch, expectation) for expectation in expectations]

    def _verdict(self, batch: Any, expectation: Any) -> Verdict:
        wanted = {"result_format": "COMPLETE", "unexpected_index_column_names": [ROW_NUMBER]}
        result = batch.validate(expectation, result_format=wanted)
        if result.exception_info.get("raised_exception") or any(
            isinstance(info, dict) and info.get("raised_exception") for info in result.exception_info.values()
        ):
            raise ConfigurationError(
                f"{type(expectation).__name__} cannot be judged here: {_reason(result.exception_info)}"
            )
        failing = result.result.get("unexpected_index_list") or ()
        return Verdict(bool(result.success), tuple(sorted({int(row[ROW_NUMBER]) for row in failing})))


def frame(rows: pyarrow.Table) -> pandas.DataFrame:
    """Arrow to pandas as GX expects it: decimals as floats, dates and text as Python objects."""
    import pyarrow as pa

    plain = [
        column.cast(pa.float64()) if pa.types.is_decimal(column.type) else column for column in rows.columns
    ]
    return pa.table(plain, names=rows.column_names).to_pandas()


def _reason(info: dict) -> str:
    """GX nests one report per metric or gives one; the first message is enough for a person."""
    if "exception_message" in info:
        return str(info["exception_message"])
    return next(
        (str(inner.get("exception_message")) for inner in info.values() if isinstance(inner, dict)), ""
    )
