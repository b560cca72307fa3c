"""Check a communication workbook: its figures recomputed from its input cells by the models of the warehouse,
beside what it prints. `lingtan check-workbook FILE [--json]`.

The file goes the way of every file, through landing, gate, dbt and solve, in a house of its own that is
thrown away afterwards.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import io
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from lingtan import contracts
from lingtan import settings as lingtan_settings
from lingtan.errors import Finding, RefusedFileError, UnproductiveLoopError
from lingtan.settings import Settings

TABLE = "communication_cells"
SOURCE = "communication_workbook"
WORKBOOK = "workbook.xlsx"
GRAPH = ("nodes", "edges", "leaves")
REPORTS = ("rpt_workbook_figures", "rpt_workbook_findings")


@dataclass(frozen=True)
class Recomputed:
    """A workbook through the pipeline: rows of rpt_workbook_figures in the order of the form, what was found
    (`column` is the cell), and whether every input cell was readable.
    """

    version: str | None
    figures: list[dict[str, Any]]
    findings: list[Finding]
    is_readable: bool

    @property
    def agrees(self) -> bool:
        """Every figure is known on both sides and lies within the limit, and every input cell is readable."""
        return bool(self.figures) and self.is_readable and all(row["agrees"] for row in self.figures)


def recompute(file: Path | str, settings: Settings | None = None) -> Recomputed:
    """Figures of a workbook from its input cells, in a house of its own.

    Raises RefusedFileError when the file cannot be read or is not the template.
    """
    file = Path(file)
    with _house(_content(file), settings or lingtan_settings.load()) as house:
        unreadable = _landed(file, house)
        unsolved = build(house)
        figures, findings, version = _reports(house, is_solved=unsolved is None)
    found = [*unreadable, *(_finding(row) for row in findings), *([unsolved] if unsolved else [])]
    return Recomputed(
        version, figures, [replace(finding, file=file.name) for finding in found], not unreadable
    )


def check_workbook(file: Path | str, settings: Settings | None = None) -> dict[str, Any]:
    """What a workbook prints beside what its input cells give, as JSON-ready values:

    `file`, `version` (null = not told), `agree`, `figures` [{cell, name, process, product, cn_code, printed,
    recomputed, relative_difference, subject, agrees}] in t CO2e, t, TJ, MWh and shares as their names say,
    null = not known, `subject` being the stream, source, process, precursor, product or installation;
    `findings` [finding], `column` being the cell. Raises as `recompute` does.
    """
    return _result(Path(file), recompute(file, settings))


def _result(file: Path, result: Recomputed) -> dict[str, Any]:
    return {
        "file": file.name,
        "version": result.version,
        "agree": result.agrees,
        "figures": [_figure(row) for row in result.figures],
        "findings": [finding.as_dict() for finding in result.findings],
    }


def render(result: Mapping[str, Any]) -> str:
    """The result for people, on a terminal."""
    from lingtan.check_workbook_table import lines

    return "\n".join(lines(result))


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 every figure agrees, 1 one does not or cannot be computed, 2 not a readable workbook: a
    result without figures.
    """
    parser = argparse.ArgumentParser(
        "lingtan check-workbook", description="Recompute a communication workbook from its input cells."
    )
    parser.add_argument("file", metavar="FILE", help="the workbook, as .xlsx")
    parser.add_argument("--json", action="store_true", help="print the whole result as JSON")
    asked = parser.parse_args(argv)
    if not asked.json and Path(asked.file).is_file():
        print(f"recomputing {Path(asked.file).name}: some twenty seconds", file=sys.stderr)
    try:
        result = check_workbook(asked.file)
    except RefusedFileError as error:
        print(f"lingtan check-workbook: {error}", file=sys.stderr)
        if asked.json:
            print(_json(_result(Path(asked.file), Recomputed(None, [], [error.finding], False))))
        return 2
    print(_json(result) if asked.json else render(result))
    return 0 if result["agree"] else 1


def _json(result: Mapping[str, Any]) -> str:
    return json.dumps(result, indent=1, ensure_ascii=False, allow_nan=False)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = {
            errno.ENOENT: "there is no such file",
            errno.EISDIR: "it is a folder; name the workbook in it",
            errno.EACCES: "you may not read it; ask its owner",
        }.get(error.errno, error.strerror)
        finding = Finding("unreadable_file", f"the file cannot be opened: {reason}", file=file.name)
        raise RefusedFileError(finding) from error


@contextlib.contextmanager
def _house(content: bytes, settings: Settings) -> Iterator[Settings]:
    """A house whose one source is the workbook; what its steps print is not for the reader."""
    with (
        tempfile.TemporaryDirectory(prefix="lingtan-workbook-") as folder,
        contextlib.redirect_stdout(io.StringIO()),
    ):
        house = replace(
            settings,
            var=Path(folder) / "var",
            out=Path(folder) / "out",
            sources_file=Path(folder) / "sources.yml",
            warehouse_url=None,
        )
        entry = {
            "table": TABLE,
            "format": SOURCE,
            "location": "inbox",
            "files": WORKBOOK,
            "numbers": "rounded",
            "settle_seconds": 0,
            "columns": {column: column for column in contracts.load(TABLE).columns},
        }
        house.sources_file.write_text(yaml.safe_dump({"sources": {SOURCE: entry}}), encoding="utf-8")
        inbox = house.var / "inbox"
        inbox.mkdir(parents=True)
        # whatever the file is called: a landing leaves hidden files alone
        (inbox / WORKBOOK).write_bytes(content)
        yield house


def _landed(file: Path, house: Settings) -> list[Finding]:
    """Land and judge the file; one finding per cell that was rejected."""
    from lingtan import gate, lake, landing

    landed = landing.land([TABLE], settings=house)
    for finding in landed.refused:
        raise RefusedFileError(Finding(finding.rule, finding.sentence, file=file.name))
    gate.accept(lake.stale([TABLE], settings=house), settings=house)
    pointers = lake.pointers(TABLE, settings=house).values()
    return [finding for pointer in pointers for finding in rejected(pointer, house)]


def rejected(pointer: Mapping[str, Any], house: Settings) -> list[Finding]:
    """One finding per cell of a partition that the gate rejected, `column` being the cell."""
    import pyarrow.parquet as pq

    if not pointer["quarantine"]:
        return []
    rows = pq.ParquetFile(house.var / pointer["quarantine"]).read().to_pylist()
    cells = [json.loads(row["row_json"]) for row in rows]
    return [
        Finding(row["rule"], row["sentence"], column=f"{cell['sheet']}!{cell['cell']}", value=row["value"])
        for row, cell in zip(rows, cells, strict=True)
    ]


def build(house: Settings) -> Finding | None:
    """Build what the check needs of a house that holds nothing but workbooks, and solve it; the finding of a
    loop that has no answer, or of a number nobody can calculate with.
    """
    from lingtan.warehouse.transform import BuildError

    try:
        _build(house)
    except UnproductiveLoopError as error:
        return Finding("unproductive_loop", f"{error}; nothing was computed")
    except InvalidOperation:  # an intensity with more digits than a decimal has
        return _out_of_range(house)
    except BuildError as error:
        # the engine says the one of a product or sum, the other of a column
        if not any(words in str(error).lower() for words in ("out of range", "could not cast")):
            raise
        return _out_of_range(house)
    return None


def _build(house: Settings) -> None:
    from lingtan import solve, warehouse

    with warehouse.lock(house):
        warehouse.load(house)
        models = " ".join(f"+int_workbook_{name}" for name in (*GRAPH, "carbon_prices"))
        warehouse.dbt(
            *("build", "--select", f"{models} check_limits cbam_goods"),
            *("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"),
            settings=house,
        )
        with warehouse.connect(house) as built:
            for name in GRAPH:
                # nothing else lies in this house: the workbooks' part of the graph is all of it
                built.execute(
                    f"create or replace view intermediate.int_graph_{name}"
                    f" as select * from intermediate.int_workbook_{name}"
                )
        solve.solve(house)
        warehouse.dbt(
            "run", "--select", " ".join(f"+{name},tag:after_solve" for name in REPORTS), settings=house
        )


def _out_of_range(house: Settings) -> Finding:
    """Names the input cell farthest from one, which is the likeliest slip of unit."""
    from lingtan import warehouse

    with warehouse.connect(house, read_only=True) as built:
        [cell] = built.query(
            "select sheet || '!' || cell as place, text_value from lake.communication_cells"
            " where role = 'input' and number_value <> 0"
            " order by abs(log10(abs(cast(number_value as double)))) desc, source_row limit 1"
        ).to_pylist()
    sentence = (
        "figures are too large to be calculated with; this input cell is the farthest from one, look for a "
        "slip of unit. Nothing was computed"
    )
    return Finding("out_of_range", sentence, column=cell["place"], value=cell["text_value"])


def _reports(house: Settings, *, is_solved: bool) -> tuple[list[dict], list[dict], str | None]:
    from lingtan import warehouse

    with warehouse.connect(house, read_only=True) as built:
        [version] = built.query("select max(template_version) as v from lake.communication_cells").to_pylist()
        if not is_solved:
            return [], [], version["v"]
        figures = built.query(f"select * from reports.{REPORTS[0]}").to_pylist()
        blocks = contracts.load(TABLE).field("block").enum
        figures.sort(key=lambda row: (blocks.index(row["block"]), row["block_position"], row["cell"]))
        findings = built.query(f"select * from reports.{REPORTS[1]} order by rule, cell").to_pylist()
    return figures, findings, version["v"]


def _figure(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cell": row["cell"],
        "name": row["figure_name"],
        "process": row["process_name"],
        "product": row["subject_name"] if row["block"] == "product" else None,
        "cn_code": row["cn_code"],
        "printed": None if row["printed"] is None else float(row["printed_as"]),
        "recomputed": _number(row["recomputed"]),
        "relative_difference": _number(row["relative_difference"]),
        "subject": row["subject_name"],
        "agrees": row["agrees"],
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _finding(row: Mapping[str, Any]) -> Finding:
    return Finding(rule=row["rule"], sentence=row["sentence"], column=row["cell"], value=row["cell_value"])
