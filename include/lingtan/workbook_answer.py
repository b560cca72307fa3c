"""A supplier's communication workbook as an answer on embedded emissions: recomputed, and written as a file
for the inbox. `lingtan workbook-answer FILE --supplier CODE --installation CODE --country CC`.

The answer is the recomputed figure, never the printed one, and there is one only where both agree. Why a file
and not a model: docs/decisions/0010.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lingtan import arguments, check_workbook, files, supplier_template
from lingtan import settings as lingtan_settings
from lingtan.errors import Finding
from lingtan.numbers import plain
from lingtan.publish import rows
from lingtan.settings import Settings

FORM = "transitional_template"
FOLDER = "workbook_answers"
# findings after which nobody can say that the figures are what the supplier means
HOLDING = frozenset(
    {
        "unknown_version",
        "no_period",
        "no_calendar_year",
        "broken_formula",
        "overwritten_formula",
        "text_in_number_cell",
        "missing_input",
        "units_do_not_fit",
        "no_percentage",
        "percentage_as_fraction",
        "share_as_percentage",
        "zero_for_unknown",
        "listed_twice",
        "unproductive_loop",
        "out_of_range",
    }
)
# findings of a product's own cells, which leave that product out
OF_PRODUCT = frozenset(
    {
        "cn_code_out_of_scope",
        "no_cn_code",
        "unknown_process",
        "missing_functional_unit",
        "missing_parameter",
    }
)
# column of the answer -> figure of the form
FIGURES = {
    "see_direct_t_co2e_per_fu": "see_direct",
    "electricity_mwh_per_fu": "embedded_electricity_mwh_per_t",
    "default_share": "share_from_default_values",
}
INDIRECT = "see_indirect"
CELLS = ("cn_code", "figure", "cell", "printed", "recomputed")
_SHEET = "Summary_Products"
_FACTOR = Decimal("1e-12")


@dataclass
class Answer:
    """Rows of `supplier_embedded_emissions`, the cells they come from, and what is held with its reason."""

    sha256: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    cells: list[tuple[Any, ...]] = field(default_factory=list)
    held: list[Finding] = field(default_factory=list)


def answer(
    file: Path, supplier: str, installation: str, country: str, settings: Settings | None = None
) -> Answer:
    """What a workbook answers for the installation we know as `installation`.

    Raises LingtanError when the file cannot be read or is not the template.
    """
    result = check_workbook.recompute(file, settings)
    made = Answer(hashlib.sha256(file.read_bytes()).hexdigest())
    made.held = [finding for finding in result.findings if _holds(finding)]
    made.held += [_disagreement(row) for row in result.figures if not row["agrees"]]
    if made.held or not result.is_readable:
        made.held = made.held or result.findings
        return made
    head = {
        "supplier_code": supplier,
        "producer_installation_code": installation,
        "country_code": country,
        "functional_unit": "t_product",
        "template_version": f"{FORM} {result.version}",
        "document_sha256": made.sha256,
    }
    out = {_row_of(finding.column): finding for finding in result.findings if finding.rule in OF_PRODUCT}
    by_code: dict[str, dict[str, Any]] = {}
    for position, product in _products(result.figures).items():
        if position in out:
            made.held.append(out[position])
            continue
        _add(made, head, product, by_code)
    made.rows = list(by_code.values())
    return made


def _holds(finding: Finding) -> bool:
    # a process may burn nothing: what it makes is held where its whole figure is zero
    burns_nothing = finding.rule == "zero_for_unknown" and (finding.column or "").startswith("D_Processes!")
    return finding.rule in HOLDING and not burns_nothing


def _products(figures: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Row of the sheet -> the figures of its product by name."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in figures:
        if row["block"] == "product" and row["cell"].startswith(f"{_SHEET}!"):
            found.setdefault(_row_of(row["cell"]), {})[row["figure_name"]] = row
    return found


def _row_of(cell: str | None) -> str:
    """`Summary_Products!I10` -> `10`; nothing for a cell of another sheet."""
    sheet, _, address = (cell or "").partition("!")
    return address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") if sheet == _SHEET else ""


def _add(
    made: Answer,
    head: Mapping[str, Any],
    product: Mapping[str, Mapping[str, Any]],
    by_code: dict[str, dict[str, Any]],
) -> None:
    """A row for the product's code; one code has one figure."""
    direct, indirect = product[FIGURES["see_direct_t_co2e_per_fu"]], product[INDIRECT]
    code = direct["cn_code"]
    told = {column: product[name]["recomputed"] for column, name in FIGURES.items()}
    electricity = told["electricity_mwh_per_fu"]
    if direct["recomputed"] == 0:
        made.held.append(_held("zero_direct", direct, "is zero, which is a blank form until proven"))
        return
    if not electricity and indirect["recomputed"]:
        made.held.append(_held("no_electricity", indirect, "has no electricity beside it"))
        return
    row = {
        **head,
        "cn_code": code,
        "period_from": direct["period_from"],
        "period_until": direct["period_until"],
        **told,
        "electricity_factor_t_co2e_per_mwh": (indirect["recomputed"] / electricity).quantize(_FACTOR)
        if electricity
        else None,
        "electricity_factor_source": f"{indirect['cell']} over "
        f"{product[FIGURES['electricity_mwh_per_fu']]['cell']} of the workbook",
    }
    standing = by_code.setdefault(code, row)
    if any(standing[column] != row[column] for column in (*told, "electricity_factor_t_co2e_per_mwh")):
        sentence = f"is another figure of {code} than that of the product above, and a code has one"
        made.held.append(_held("several_figures_of_a_code", direct, sentence))
    elif standing is row:
        made.cells += [
            (code, name, product[name]["cell"], product[name]["printed_as"], product[name]["recomputed"])
            for name in (*FIGURES.values(), INDIRECT)
        ]


def _held(rule: str, row: Mapping[str, Any], sentence: str) -> Finding:
    return Finding(rule, f"{row['cell']} {sentence}", column=row["cell"], value=_text(row["recomputed"]))


def _disagreement(row: Mapping[str, Any]) -> Finding:
    recomputed = _text(row["recomputed"]) or "nothing"
    sentence = f"{row['cell']} prints {row['printed_as'] or 'nothing'}, and its inputs give {recomputed}"
    return Finding("figure_disagrees", sentence, column=row["cell"], value=row["printed_as"])


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def write(made: Answer, folder: Path, stem: str) -> list[Path]:
    """`answers_<stem>_issued_<day>.csv`, as the form for suppliers with the two columns that lead back to the
    workbook, and `cells_<stem>.csv`, the cell of every figure; their paths.
    """
    columns = [field_.name for field_ in supplier_template.form()] + ["template_version", "document_sha256"]
    day = datetime.now(UTC).strftime("%Y%m%d")
    contents = {
        f"answers_{stem}_issued_{day}.csv": rows.csv_text(
            columns, [[row.get(column) for column in columns] for row in made.rows]
        ),
        f"cells_{stem}.csv": rows.csv_text(CELLS, made.cells),
    }
    for name, content in contents.items():
        files.replace_bytes(content, folder / name)
    return [folder / name for name in contents]


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 every product is answered, 1 something is held, 2 not a readable workbook."""
    parser = argparse.ArgumentParser(
        "lingtan workbook-answer", description="Write a supplier's communication workbook as an answer."
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="the workbook, as .xlsx")
    parser.add_argument("--supplier", metavar="CODE", required=True, help="code of the party that sent it")
    parser.add_argument(
        "--installation", metavar="CODE", required=True, help="the installation's code in our receipts"
    )
    parser.add_argument(
        "--country", metavar="CC", required=True, help="its country, two letters of ISO 3166-1"
    )
    parser.add_argument("--out", metavar="FOLDER", type=Path, help="other folder than out/workbook_answers")
    asked = parser.parse_args(argv)
    settings = lingtan_settings.load()
    made = answer(asked.file, asked.supplier, asked.installation, asked.country, settings)
    if made.rows:
        for path in write(made, asked.out or settings.out / FOLDER, f"{asked.file.stem}_{made.sha256[:12]}"):
            print(arguments.shown(path))
    for finding in made.held:
        print(f"held: {finding.sentence} [{finding.rule}]", file=sys.stderr)
    return 1 if made.held else 0
