"""The answer of `check-workbook` as lines for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 110


def lines(result: Mapping[str, Any]) -> Iterator[str]:
    """What agrees in one line, what does not as a table, findings with what to do."""
    figures, findings = result["figures"], result["findings"]
    version = result["version"] or "unknown"
    yield f"{result['file']}, template version {version}: {len(figures)} figures recomputed"
    yield ""
    shown = [figure for figure in figures if figure["cell"].startswith("Summary_Products!")]
    yield from _table(shown, "figures of products")
    apart = [figure for figure in figures if figure not in shown and not figure["agrees"]]
    yield from _table(apart, "other figures that differ or cannot be computed")
    if findings:
        yield "look at these cells"
    for finding in findings:
        value = f" = {finding['value']}" if finding["value"] is not None else ""
        yield f"  {finding['column'] or finding['file']}{value} [{finding['rule']}]"
        yield from textwrap.wrap(
            finding["sentence"], WIDTH - 6, initial_indent=" " * 6, subsequent_indent=" " * 6
        )
    if findings:
        yield ""
    yield (
        "every figure agrees with its inputs"
        if result["agree"]
        else "not every figure agrees with its inputs"
    )


def _table(figures: list[Mapping[str, Any]], title: str) -> Iterator[str]:
    if not figures:
        return
    head = ("cell", "figure", "of", "printed", "recomputed", "apart by")
    rows = [
        (
            figure["cell"],
            figure["name"],
            textwrap.shorten(figure["subject"] or "", 28, placeholder=" …"),
            _number(figure["printed"]),
            _number(figure["recomputed"]),
            _share(figure["relative_difference"]),
        )
        for figure in figures
    ]
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    yield title
    for row in (head, *rows):
        cells = [
            text.ljust(width) if i < 3 else text.rjust(width)
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield f"  {'  '.join(cells)}".rstrip()
    yield ""


def _number(value: float | None) -> str:
    return "not known" if value is None else f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.1f}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1e}" if value else "0"
