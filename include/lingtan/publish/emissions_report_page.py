"""The operator's emissions report as one page that needs nothing else, for screen (light or dark) and paper.

Rounded for the eye alone (2025/2547 Annex II A.1): specific emissions to five decimals, totals of an
installation to whole tonnes, N2O to kilograms (Eq 18), shares to hundredths of a per cent; every other
number with all its digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from itertools import groupby
from statistics import mean
from typing import Any

from lingtan.publish.page import FUNCTIONAL_UNITS

MISSING = "—"
PLACES = {
    "_t_co2e_per_fu": Decimal("0.00001"),
    "_t_co2e_per_t": Decimal("0.00001"),
    "total_t_co2e": Decimal(1),
    "_t_n2o": Decimal("0.001"),
}
WIDE_COLUMNS = 5  # a table of more takes its field's whole width
WRAPS = 16  # letters: longer words may wrap
SENTENCE = 50  # letters: a column longer on average stands below its rows, as wide as the table
PER_CENT_PLACES = Decimal("0.01")
ENDINGS = (
    *("_t_co2e_per_fu", "_t_co2e_per_mwh", "_t_co2e_per_t", "_per_t", "_t_co2e", "_mwh_per_fu"),
    *("_gj_per_unit", "_kg_per_unit", "_kwh", "_mwh", "_gj", "_t", "_fu", "_amount"),
)
WRITTEN = {"kwh": "kWh", "mwh": "MWh", "gj": "GJ", "m3_0c": "m³\xa0(0\xa0°C)", **FUNCTIONAL_UNITS}
CODES_AS_WORDS = frozenset({"evidence", "evidence_rung", "finding", "method"})
CAPITALS = {"cn": "CN", "see": "SEE", "sefa": "SEFA", "ncv": "NCV"}

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
  body { display: table; width: 100%; padding: 0; max-width: none; font-size: 9.5pt; }
  .status { display: table-header-group; break-inside: avoid; }
  .status::after { content: ""; display: block; height: 4mm; background: var(--paper); }
  main { display: table-row-group; }
  h1 { margin-top: 4mm; }
  h2, h3 { break-after: avoid; }
  .summary { break-before: page; }
  .field { grid-template-columns: 10mm 38mm minmax(0, 1fr); }
  .field > div { overflow: visible; }
  .field, tr { break-inside: avoid; }
  .sentence { break-before: avoid; }
  table, .from, .when { font-size: 7.5pt; }
  th, td { padding-right: 2mm; }
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
<div class="goods">{_table(report["goods"]["value"], report["goods"]["unit"])}</div>
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
    is_wide = isinstance(field["value"], list) and len(_columns(field["value"])) > WIDE_COLUMNS
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
    said = _table(value, field["unit"]) if isinstance(value, list) else escape(_words(value))
    note = f"; {field['note']}" if field["note"] else ""
    return f'{said}<div class="from">{escape(field["comes_from"] + note)}</div>'


def _table(rows: list[dict], units: Mapping[str, str]) -> str:
    names = _columns(rows)
    sentences = [name for name in names if _are_sentences(rows, name)]
    columns = {name: _cells(rows, name, units) for name in names if name not in sentences}
    heads = "".join(
        f"<th{_kind(_is_number(rows, name, units))}>{_head(name, units)}</th>" for name in columns
    )
    lines = []
    for row, cells in zip(rows, zip(*columns.values(), strict=True), strict=True):
        lines.append(f"<tr>{''.join(cells)}</tr>")
        lines += [_sentence(name, row[name], len(columns)) for name in sentences if row[name] is not None]
    return f"<table><tr>{heads}</tr>{''.join(lines)}</table>"


def _columns(rows: list[dict]) -> list[str]:
    """Those with a value; a column without one says nothing."""
    return [name for name in rows[0] if any(row[name] is not None for row in rows)]


def _are_sentences(rows: list[dict], name: str) -> bool:
    return mean(len(_words(row[name])) for row in rows if row[name] is not None) > SENTENCE


def _is_number(rows: list[dict], name: str, units: Mapping[str, str]) -> bool:
    """A quantity or a count; a year is a name."""
    values = [row[name] for row in rows if row[name] is not None]
    is_count = all(isinstance(value, int) and not isinstance(value, bool) for value in values)
    return name in units or (is_count and not name.endswith("year"))


def _kind(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _head(name: str, units: Mapping[str, str]) -> str:
    unit = units.get(name)
    if unit is None:
        return _title(name)
    ending = next((end for end in ENDINGS if name.endswith(end)), "")
    title = _title(name.removesuffix(ending))
    if unit.startswith("as "):  # a unit that varies stands in its own column
        return title
    written = escape("%" if unit == "1" else unit.replace("t CO2e", "t\xa0CO2e"))
    return written if written.startswith(title) else f"{title}<br>{written}"


def _title(name: str) -> str:
    words = name.removeprefix("is_").split("_")
    return escape(" ".join(CAPITALS.get(word, word) for word in words))


def _cells(rows: list[dict], name: str, units: Mapping[str, str]) -> list[str]:
    values = [row[name] for row in rows]
    if not _is_number(rows, name, units):
        return [_cell(name, value) for value in values]
    unit = units.get(name, "")
    shown = [MISSING if value is None else number(name, str(value), unit) for value in values]
    return [
        f"<td{_kind(True)}>{escape(text)}{pad}</td>" for text, pad in zip(shown, _pads(shown), strict=True)
    ]


def _pads(shown: list[str]) -> list[str]:
    """What each number lacks, unseen, for the points of a column to stand below one another."""
    had = [len("".join(text.partition(".")[1:])) for text in shown]
    longest = "." + "0" * (max(had) - 1)
    lacks = ["" if text == MISSING else longest[at : max(had)] for text, at in zip(shown, had, strict=True)]
    return [f'<span class="pad">{lack}</span>' if lack else "" for lack in lacks]


def _cell(name: str, value: object) -> str:
    if name.endswith("unit"):
        value = WRITTEN.get(value, value)
    shown = MISSING if value is None else _words(value)
    if name in CODES_AS_WORDS:
        shown = shown.replace("_", " ")
    # names wrap, and keys after a slash
    words = ' class="words"' if " " in shown and len(shown) > WRAPS else ""
    return f"<td{words}>{escape(shown).replace('/', '/<wbr>')}</td>"


def _sentence(name: str, value: object, columns: int) -> str:
    label = "" if name == "sentence" else f"{_title(name)}: "
    said = label + escape(_words(value))
    return f'<tr class="sentence"><td colspan="{columns}"><div>{said}</div></td></tr>'


def _words(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def number(name: str, text: str, unit: str) -> str:
    """An exact text as people read it; `name` and `unit` are those of its column."""
    exact = Decimal(text)
    if unit == "1":
        per_cent = (exact * 100).quantize(PER_CENT_PLACES, ROUND_HALF_UP)
        return "< 0.01" if exact > 0 and not per_cent else f"{per_cent.normalize():f}"
    places = next((places for ending, places in PLACES.items() if name.endswith(ending)), None)
    if places is not None and exact != exact.quantize(places, ROUND_HALF_UP):
        exact = exact.quantize(places, ROUND_HALF_UP)
    return f"{exact:,f}"
