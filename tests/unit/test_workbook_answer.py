"""A recomputed workbook as a supplier's answer: what is written, and what is held."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lingtan import check_workbook, cli, workbook_answer
from lingtan.check_workbook import Recomputed
from lingtan.errors import Finding
from lingtan.settings import Settings

FIGURES = {
    "see_direct": ("I", "1.2"),
    "see_indirect": ("J", "0.3"),
    "embedded_electricity_mwh_per_t": ("O", "0.7"),
    "share_from_default_values": ("M", "0.25"),
}

Answer = Callable[..., workbook_answer.Answer]


def product(row: int, cn_code: str, **changed: str | None) -> list[dict[str, Any]]:
    """The figures of a product in a row of the sheet of products."""
    values = {name: changed.get(name, value) for name, (_, value) in FIGURES.items()}
    return [
        {
            "block": "product",
            "cell": f"Summary_Products!{FIGURES[name][0]}{row}",
            "figure_name": name,
            "cn_code": cn_code,
            "period_from": date(2025, 1, 1),
            "period_until": date(2026, 1, 1),
            "printed_as": value,
            "recomputed": None if value is None else Decimal(value),
            "agrees": value is not None,
        }
        for name, value in values.items()
    ]


@pytest.fixture
def answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """The answer of a workbook that was recomputed to these figures and findings."""
    file = tmp_path / "sent.xlsx"
    file.write_bytes(b"a workbook")

    def answer_(*figures: dict, findings: list[Finding] | None = None, is_readable: bool = True):
        result = Recomputed("2.1", list(figures), findings or [], is_readable)
        monkeypatch.setattr(check_workbook, "recompute", lambda file, settings: result)
        return workbook_answer.answer(file, "MILL", "CN-MILL-A", "CN")

    return answer_


def test_an_answer_is_the_recomputed_figure_with_its_cells(answer: Answer) -> None:
    """0.3 t over 0.7 MWh are 0.428571428571 t/MWh."""
    made = answer(*product(10, "72139149"))

    assert made.held == []
    (row,) = made.rows
    assert row == {
        "supplier_code": "MILL",
        "producer_installation_code": "CN-MILL-A",
        "country_code": "CN",
        "functional_unit": "t_product",
        "template_version": "transitional_template 2.1",
        "document_sha256": hashlib.sha256(b"a workbook").hexdigest(),
        "cn_code": "72139149",
        "period_from": date(2025, 1, 1),
        "period_until": date(2026, 1, 1),
        "see_direct_t_co2e_per_fu": Decimal("1.2"),
        "electricity_mwh_per_fu": Decimal("0.7"),
        "default_share": Decimal("0.25"),
        "electricity_factor_t_co2e_per_mwh": Decimal("0.428571428571"),
        "electricity_factor_source": "Summary_Products!J10 over Summary_Products!O10 of the workbook",
    }
    assert ("72139149", "see_direct", "Summary_Products!I10", "1.2", Decimal("1.2")) in made.cells


def test_a_workbook_that_disagrees_with_its_print_is_held(answer: Answer) -> None:
    figures = product(10, "72139149")
    figures[0] |= {"printed_as": "1.1", "agrees": False}

    made = answer(*figures)

    assert made.rows == []
    assert [str(finding.sentence) for finding in made.held] == [
        "Summary_Products!I10 prints 1.1, and its inputs give 1.2"
    ]


@pytest.mark.parametrize("rule", sorted(workbook_answer.HOLDING))
def test_a_finding_nobody_can_read_past_holds_the_workbook(answer: Answer, rule: str) -> None:
    made = answer(*product(10, "72139149"), findings=[Finding(rule, "why", column="A_InstData!I9")])

    assert made.rows == []
    assert [finding.rule for finding in made.held] == [rule]


def test_an_unreadable_cell_holds_the_workbook(answer: Answer) -> None:
    rejected = Finding("wrong_type", "no day", column="A_InstData!I9")

    made = answer(*product(10, "72139149"), findings=[rejected], is_readable=False)

    assert (made.rows, made.held) == ([], [rejected])


@pytest.mark.parametrize(
    ("rule", "cell"),
    [
        ("formulas_in_input_cells", "D_Processes!L92"),
        ("zero_for_unknown", "D_Processes!L54"),  # a process may burn nothing
    ],
)
def test_what_only_deserves_a_look_holds_nothing(answer: Answer, rule: str, cell: str) -> None:
    looked_at = Finding(rule, "why", column=cell)

    assert answer(*product(10, "72139149"), findings=[looked_at]).held == []


@pytest.mark.parametrize("rule", sorted(workbook_answer.OF_PRODUCT))
def test_a_finding_of_one_product_leaves_that_one_out(answer: Answer, rule: str) -> None:
    told = Finding(rule, "why", column="Summary_Products!F11")

    made = answer(*product(10, "72139149"), *product(11, "72041000"), findings=[told])

    assert [row["cn_code"] for row in made.rows] == ["72139149"]
    assert made.held == [told]


def test_products_of_one_code_and_figure_are_one_answer(answer: Answer) -> None:
    made = answer(*product(10, "72139149"), *product(11, "72139149"))

    assert len(made.rows) == 1
    assert len(made.cells) == 4
    assert made.held == []


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"see_direct": "1.3"}, "several_figures_of_a_code"),
        ({"see_direct": "0"}, "zero_direct"),
        ({"embedded_electricity_mwh_per_t": "0"}, "no_electricity"),
    ],
)
def test_a_figure_that_answers_nothing_is_held(answer: Answer, changed: dict[str, str], rule: str) -> None:
    made = answer(*product(10, "72139149"), *product(11, "72139149", **changed))

    assert [finding.rule for finding in made.held] == [rule]
    assert [row["see_direct_t_co2e_per_fu"] for row in made.rows] == [Decimal("1.2")]


def test_the_command_writes_answers_and_cells(
    answer: Answer,
    house: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("lingtan.settings.load", lambda: house)
    answer(*product(10, "72139149"))
    arguments = ["--supplier", "MILL", "--installation", "CN-MILL-A", "--country", "CN"]

    assert cli.main(["workbook-answer", str(tmp_path / "sent.xlsx"), *arguments]) == 0
    answers, cells = (Path(line) for line in capsys.readouterr().out.split())
    with answers.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["see_direct_t_co2e_per_fu"], row["period_until"]) == ("1.2", "2026-01-01")
    assert cells.read_text(encoding="utf-8").splitlines()[1] == (
        "72139149,see_direct,Summary_Products!I10,1.2,1.2"
    )

    figures = product(10, "72139149", see_direct=None)
    answer(*figures)
    assert cli.main(["workbook-answer", str(tmp_path / "sent.xlsx"), *arguments]) == 1
    assert capsys.readouterr().err.startswith("held: Summary_Products!I10 prints nothing")
