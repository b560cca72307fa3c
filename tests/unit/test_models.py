"""Every model of the dbt project that calculates has a unit test of its arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from lingtan import settings

MODELS = settings.load().dbt_project / "models"

# a sum, a quotient, a product, or a macro of the project that makes one; `select *` and `count(*)` are none
CALCULATES = re.compile(
    r"\b(sum|div|mul|share_of|thousandth|figures_per_unit|figures_sum_where)\("
    r"|(?<!\bselect)(?<!\bdistinct) \* "
)
# a text that an order hangs on is compared by its bytes; what a case makes of a text is none
SETTLED = re.compile(r"\{\{ figures_byte_order\([^}]*\}\}|\bcase\b.*?\bend\b", re.DOTALL)
TEXT = re.compile(r"\b(?:\w+\.)?\w+_(?:code|id|key|ref|class)\b")
COMMENT = re.compile(r"--[^\n]*|\{#.*?#\}", re.DOTALL)


def calculates(sql: str) -> bool:
    return bool(CALCULATES.search(COMMENT.sub("", sql)))


def calculating() -> list[str]:
    return sorted(file.stem for file in MODELS.rglob("*.sql") if calculates(file.read_text("utf-8")))


def orders(sql: str) -> Iterator[str]:
    """What stands after each `order by` of a model, up to the bracket that closes around it."""
    for found in re.finditer(r"\border by\b", sql):
        depth = 0
        for end, letter in enumerate(sql[found.end() :], start=found.end()):
            depth += (letter == "(") - (letter == ")")
            if depth < 0:
                yield sql[found.end() : end]
                break


@pytest.fixture(scope="module")
def unit_tests() -> list[dict]:
    described = (yaml.safe_load(file.read_text("utf-8")) for file in MODELS.rglob("*.yml"))
    return [test for said in described for test in said.get("unit_tests", ())]


@pytest.mark.parametrize("model", calculating())
def test_a_model_that_calculates_has_a_unit_test(model: str, unit_tests: list[dict]) -> None:
    tested = {test["model"] for test in unit_tests}

    assert model in tested, f"{model} calculates: give it a unit test worked by hand in its .yml"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        pytest.param("select a * b as c from t", True, id="a product"),
        pytest.param("select sum(a) as a from t", True, id="a sum"),
        pytest.param("select {{ div('a', 'b') }} as c from t", True, id="a macro that divides"),
        pytest.param("select * from t where a = 1", False, id="all columns"),
        pytest.param("select count(*) from t -- a * b, in words", False, id="a count and a comment"),
    ],
)
def test_arithmetic_is_told_from_reshaping(sql: str, expected: bool) -> None:
    assert calculates(sql) is expected


def test_every_unit_test_has_a_name_that_every_engine_takes(unit_tests: list[dict]) -> None:
    # dbt makes a relation of that name, and PostgreSQL stops at 63 characters
    assert [test["name"] for test in unit_tests if len(test["name"]) > 63] == []


@pytest.mark.parametrize("file", sorted(MODELS.rglob("*.sql")), ids=lambda file: file.stem)
def test_no_language_of_a_server_changes_an_order(file: Path) -> None:
    sql = COMMENT.sub("", file.read_text("utf-8"))

    assert [text for order in orders(sql) for text in TEXT.findall(SETTLED.sub("", order))] == []


def test_a_text_in_an_order_is_found() -> None:
    sql = (
        "row_number() over (order by max(a.b), {{ figures_byte_order('a.x_code') }}, a.y_code desc) as z_code"
    )

    assert [TEXT.findall(SETTLED.sub("", order)) for order in orders(sql)] == [["a.y_code"]]
