"""The operator's emissions report as one page that needs nothing else, for screen (light or dark) and
paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from itertools import groupby
from typing import Any

from lingtan.publish.emissions_report_table import MISSING, columns, table, words

WIDE_COLUMNS = 5  # a table of more takes its field's whole width

STYLE = """
:root { color-scheme: light dark; --paper: light-dark(#fff, #0f1413); --ink: light-dark(#17211f, #e7edeb);
  --soft: light-dark(#5c6a66, #98a6a2); --line: light-dark(#e2e7e5, #2a3331);
  --warn-paper: light-dark(#fdf3de, #3a2d10); --warn-ink: light-dark(#7a5200, #f2cf85); }
* { box-sizing: border-box; }
body { max-width: 72rem; margin: 0 auto; padding: 0 1.5rem 4rem; background: var(--paper); color: var(--ink);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "PingFang SC", "Microsoft YaHei",
  "Noto Sans CJK SC", sans-serif; font-variant-numeric: tabular-nums; }
h1 { margin: 2.5rem 0 0; font-size: 26px; font-weight: 650; letter-spacing: -0.01em; }
h2 { margin: 3.5rem 0 0; font-size: 20px; font-weight: 650; }
h3 { margin: 2.25rem 0 0; font-size: 14px; font-weight: 650; color: var(--soft); }
p { margin: 0.25rem 0; max-width: 44rem; }
.status { position: sticky; top: 0; z-index: 1; margin: 0 -1.5rem; padding: 0.4rem 1.5rem; max-width: none;
  background: var(--warn-paper); color: var(--warn-ink); }
.soft, .absent { color: var(--soft); }
.field { display: grid; grid-template-columns: 3rem 15rem minmax(0, 1fr); gap: 0 1rem; padding: 0.7rem 0;
  border-bottom: 1px solid var(--line); }
.field > div { min-width: 0; overflow-x: auto; }
.from, .when { font-size: 12px; color: var(--soft); overflow-wrap: anywhere; }
table { border-collapse: collapse; font-size: 12.5px; }
table + table { margin-top: 0.5rem; }
th, td { padding: 0.1rem 0.9rem 0.1rem 0; text-align: left; vertical-align: top; }
th { font-weight: 500; color: var(--soft); vertical-align: bottom; }
td.number, th.number { text-align: right; }
td { white-space: nowrap; }
.pad { visibility: hidden; user-select: none; }
.wide > div:not(:first-child) { grid-column: 2 / -1; }
.wide th, .wide td { padding-right: 0.6rem; }
.goods { overflow-x: auto; padding-top: 0.7rem; }
td.words, .sentence td { white-space: normal; }
.sentence div { width: 0; min-width: 100%; padding-bottom: 0.35rem; color: var(--soft); }
@media screen { td.words { min-width: 8rem; } }
@media screen and (max-width: 60rem) { .wide > div:last-child { grid-column: 1 / -1; } }
@media screen and (max-width: 46rem) { .field { grid-template-columns: 2.5rem minmax(0, 1fr); }
  .field:not(.wide) > div:last-child { grid-column: 2; } }
@page { size: A4; margin: 14mm; }
@media print {
  :root { color-scheme: light; }
  /* a table's head is what every browser repeats on every page */
  body { display: table; width: 100%; padding: 0; max-width: none; font-size: 8.5pt; }
  .status { display: table-header-group; break-inside: avoid; }
  .status::after { content: ""; display: block; height: 4mm; background: var(--paper); }
  main { display: table-row-group; }
  h1 { margin-top: 4mm; }
  h2, h3 { break-after: avoid; }
  .summary { break-before: page; }
  .field { grid-template-columns: 10mm 38mm minmax(0, 1fr); }
  .wide > div:last-child { grid-column: 1 / -1; }
  .field > div { overflow: visible; }
  .field, tr { break-inside: avoid; }
  .sentence { break-before: avoid; }
  table, .from, .when { font-size: 7pt; }
  th, td { padding-right: 2mm; }
  .wide table, .goods table { font-size: 6.5pt; }
  .wide :is(th, td), .goods :is(th, td) { padding-right: 1.4mm; }
}
"""

STATUSES = {
    "provisional": "Provisional: nobody has approved these figures.",
    "closed": "Closed: a verifier's statement on the good holds the whole year.",
    "absent": "Some figures are absent; each says why.",
}


def render(report: Mapping[str, Any]) -> str:
    """The whole page. Its first line, repeated on every printed page, says what the figures are worth."""
    name = f"{report['installation_code']} · {report['reporting_year']}"
    status = " ".join(STATUSES.get(said, f"Status: {said}.") for said in reversed(report["statuses"]))
    fields = report["fields"]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(f"{report['title']} · {name}")}</title>
<style>{STYLE}</style>
</head>
<body>
<p class="status">{escape(f"{name} · {status}")}</p>
<main>
<h1>{escape(f"{report['title']}, {name}")}</h1>
<p>{escape(report["about"])}</p>
<p class="soft">{escape(_origin(report))}</p>
{_readings(report["readings"])}<section class="full"><h2>Report</h2>
{_sections(field for field in fields if field["full_report"] != "no")}
</section>
<section class="summary"><h2>Summary</h2>
<h3>Goods</h3>
<div class="goods">{table(report["goods"]["value"], report["goods"]["unit"])}</div>
{_sections(field for field in fields if field["summary_report"] != "no")}
</section>
</main>
</body>
</html>
"""


def _readings(readings: Iterable[Mapping[str, Any]]) -> str:
    lines = "".join(
        f"<li>{escape(told['sentence'])}{'' if told['is_default'] else ' Chosen by the operator.'}</li>\n"
        for told in readings
    )
    heading = "<h3>How the law was read where it leaves a choice</h3>"
    return f'<section class="readings">{heading}\n<ul>\n{lines}</ul></section>\n' if lines else ""


def _origin(report: Mapping[str, Any]) -> str:
    if report["release"] is None:
        return "Of the readers' copy; nothing has been released yet."
    return (
        f"Of release {report['release']}, {report['released_at']}."
        " The JSON beside this page holds every digit."
    )


def _sections(fields: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(
        f"<h3>{escape(section)}</h3>\n" + "\n".join(map(_field, members))
        for section, members in groupby(fields, key=lambda field: field["section"])
    )


def _field(field: Mapping[str, Any]) -> str:
    is_wide = isinstance(field["value"], list) and len(columns(field["value"])) > WIDE_COLUMNS
    when = (
        ""
        if field["applies_when"] == "always"
        else f'<div class="when">{escape(field["applies_when"])}</div>'
    )
    return (
        f'<div class="field{" wide" if is_wide else ""}"><div class="soft">{escape(field["item"])}</div>'
        f"<div>{escape(field['field'])}{when}</div><div>{_answer(field)}</div></div>"
    )


def _answer(field: Mapping[str, Any]) -> str:
    value = field["value"]
    if value is None:
        return f'<span class="absent">{MISSING} {escape(field["absent_because"])}</span>'
    said = table(value, field["unit"]) if isinstance(value, list) else escape(words(value))
    note = f"; {field['note']}" if field["note"] else ""
    return f'{said}<div class="from">{escape(field["comes_from"] + note)}</div>'
