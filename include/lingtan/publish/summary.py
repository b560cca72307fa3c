"""What a run says at its end: every product's figure, the years without one, the release and where things
lie.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from lingtan import settings as lingtan_settings
from lingtan.arguments import shown
from lingtan.publish import page, readers
from lingtan.settings import Settings

MISSING = "—"
PLACES = Decimal("0.0001")
CENTS = Decimal("0.01")
TO_THE_LEFT = frozenset({"product", "CN code", "evidence", "per", "status", "figure key", "remark"})


def render(settings: Settings | None = None, *, is_new: bool | None = None) -> str:
    """The summary as lines of at most 100 columns.

    `is_new`: whether the run brought a release; None when nobody asked, then the latest is named without
    judgement.
    """
    settings = settings or lingtan_settings.load()
    try:
        said, data, suppliers = page.figures(settings), page.data(settings), page.suppliers(settings)
    except readers.NoReadersCopyError as error:
        return f"No figures: {error}."
    lines: list[str] = []
    for year, figures in groupby(said["figures"], key=lambda row: row["reporting_year"]):
        lines += _year(year, list(figures))
    if not said["figures"]:
        lines += ["No figures: no product has a good under CBAM in a year with rules.", ""]
    if without := [_without(year) for year in said["years_without_figure"]]:
        lines += [*without, ""]
    lines += _suppliers(suppliers)
    lines += [_data(data)]
    lines += _release(said["release"], is_new)
    lines += _paths(settings, said["release"])
    return "\n".join(lines)


def _year(year: int, figures: list[dict]) -> list[str]:
    lines = []
    for per, members in groupby(figures, key=lambda row: row["per"]):
        measure = f"t CO2e per {per}" if per else "of no declared good"
        lines += [
            f"CBAM figures {year}, {measure}; shares are of counted, missing of meter minutes",
            "",
            *_table([_figure(figure) for figure in members]),
            "",
        ]
    if any(figure["is_indirect_counted"] is False for figure in figures):
        lines += ["i = informational: CBAM counts direct emissions only for this good (Annex II)", ""]
    return [
        *lines,
        f"Certificates {year}, t CO2e per t shipped, by actual and by default data",
        "",
        *_table([_certificates(figure) for figure in figures]),
        "",
        f"Per unit sold {year}",
        "",
        *_table([_per_unit(figure) for figure in figures]),
        "",
    ]


def _table(rows: list[dict[str, str]]) -> list[str]:
    """Columns under the names of their keys, as wide as they need; a column of blanks is left out."""
    names = [name for name in rows[0] if any(row[name] for row in rows)]
    lines = [{name: "" if name == "remark" else name for name in names}, *rows]
    widths = {name: max(_width(line[name]) for line in lines) for name in names}
    return [
        "  ".join(_pad(line[name], widths[name], is_left=name in TO_THE_LEFT) for name in names).rstrip()
        for line in lines
    ]


def _figure(figure: dict) -> dict[str, str]:
    indirect = _emissions(figure["see_indirect"])
    return {
        "product": figure["product_code"],
        "CN code": figure["cn_code"],
        "direct": _emissions(figure["see_direct"]),
        "indirect": f"{indirect} i" if figure["is_indirect_counted"] is False else indirect,
        "counted": _emissions(figure["see_counted"]),
        "measured": _per_cent(figure["measured_share"]),
        "estimated": _per_cent(figure["estimated_share"]),
        "default": _per_cent(figure["default_share"]),
        "missing": _per_cent(figure["missing_share"]),
    }


def _certificates(figure: dict) -> dict[str, str]:
    return {
        "product": figure["product_code"],
        "evidence": _words(figure["evidence_rung"] or "no evidence"),
        "actual": _emissions(figure["actual_certificates_per_t"]),
        "default": _emissions(figure["default_certificates_per_t"]),
        "saved EUR": _money(figure["saved_eur"]),
        "remark": _shipped(figure),
    }


def _shipped(figure: dict) -> str:
    if figure["shipped_mass_t"] is None:
        return "nothing shipped under CBAM"
    if figure["certificates_absent_because"] is not None:
        return figure["certificates_absent_because"]
    unpriced = Decimal(figure["unpriced_mass_t"])
    return f"{unpriced.normalize():,f} t without a price" if unpriced else ""


def _per_unit(figure: dict) -> dict[str, str]:
    return {
        "product": figure["product_code"],
        "kg CO2e": _emissions(figure["per_declared_unit_kg_co2e"]),
        "per": figure["declared_unit"],
        "status": figure["status"],
        "figure key": figure["figure_key"],
        "remark": _untold(figure),
    }


def _untold(figure: dict) -> str:
    if figure["per_declared_unit_kg_co2e"] is None:
        return f"no figure: {figure['absent_because']}"
    because = figure["indirect_absent_because"]
    return "" if because is None else f"no indirect emissions: {because}"


def _suppliers(parts: list[dict]) -> list[str]:
    """The first three of the latest year whose answer is not in use."""
    asked = [part for part in parts if part["place"] is not None]
    if not asked:
        return []
    year = asked[0]["reporting_year"]
    lines = [f"Whose answer would move certificates most, {year} (what-ifs)", ""]
    for part in [part for part in asked if part["reporting_year"] == year][:3]:
        who = f"{part['item_code']} of {part['producer_installation_code']}"
        lines.append(f"{part['place']}  {who}, {_words(part['evidence'])}, {_request(part)}")
        tenth, lowest = _change(part, "tenth_lower"), _change(part, "lowest_answer")
        lines.append(f"   at 0.1 t/t less {tenth}; at the lowest answer {lowest}")
    return [*lines, ""]


def _request(part: dict) -> str:
    words = _words(part["request_state"])
    return words if part["silent_days"] is None else f"{words} for {part['silent_days']} days"


def _words(code: str) -> str:
    return code.replace("_", " ")


def _change(part: dict, rung: str) -> str:
    tonnes, euros = part[f"{rung}_change_t_co2e"], part[f"{rung}_change_eur"]
    if tonnes is None:
        return MISSING
    said = f"{Decimal(tonnes).quantize(CENTS, ROUND_HALF_UP):,} t"
    return said if euros is None else f"{said}, {_money(euros)} EUR"


def _money(text: str | None) -> str:
    return MISSING if text is None else f"{Decimal(text).quantize(CENTS, ROUND_HALF_UP):,}"


def _emissions(text: str | None) -> str:
    return MISSING if text is None else str(Decimal(text).quantize(PLACES, ROUND_HALF_UP))


def _per_cent(share: str | None) -> str:
    if share is None:
        return MISSING
    per_cent = (Decimal(share) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return "< 0.1 %" if Decimal(share) > 0 and not per_cent else f"{per_cent} %"


def _width(text: str) -> int:
    """Columns a terminal needs; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _pad(text: str, width: int, *, is_left: bool) -> str:
    blank = " " * (width - _width(text))
    return text + blank if is_left else blank + text


def _without(year: dict) -> str:
    reason = "no good was made or bought" if year["has_rules"] else "no CBAM rules for this year"
    return f"{year['reporting_year']}: {reason}, no figure"


def _data(data: dict) -> str:
    counts = ", ".join(
        f"{data[name] or 0:,} {'rows ' if name == 'accepted' else ''}{name}"
        for name in ("accepted", "rejected", "superseded", "marked")
    )
    return f"{'data':<11}{counts}{_coverage(data['coverage'])}"


def _coverage(days: dict | None) -> str:
    if days is None:
        return ""
    least, most = days["least_days"], days["most_days"]
    covered = f"{least}" if least == most else f"{least} to {most}"
    return f"; coverage {covered} of {days['year_days']} days"


def _release(release: dict | None, is_new: bool | None) -> list[str]:
    if release is None:
        return ["No release yet."]
    words = {True: "new release", False: "no new release", None: "latest release"}[is_new]
    if is_new and release["previous"]:
        words += f", {release['changed']} values differ from {release['previous'][:16]}"
    return [f"{'release':<11}{release['release']}  ({words}; {release['released_at']})"]


def _paths(settings: Settings, release: dict | None) -> Iterable[str]:
    places = {"figures": settings.out / "figures.json"}
    if release is not None:
        places["package"] = settings.releases / release["release"]
    places["readers"] = settings.readers_file
    return [f"{name:<11}{shown(path)}" for name, path in places.items()]
