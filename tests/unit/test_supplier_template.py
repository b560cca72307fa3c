"""The form for small suppliers: written, filled in, read back by the entry of docs/commands.md, accepted."""

from __future__ import annotations

import csv
import re

import pytest
import yaml

from lingtan import cli, contracts, gate, lake, landing, supplier_template, try_source
from lingtan.settings import PROJECT

PAGE = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
PARTIES = {
    "table": "parties",
    "format": "csv",
    "location": "inbox/master",
    "files": "parties.csv",
    "columns": {name: name for name in ("party_code", "name", "country_code", "role", "valid_from")},
}
FILLED = {
    "supplier_code": "MILL",
    "producer_installation_code": "CN-MILL-A",
    "cn_code": "72139141",
    "country_code": "CN",
    "functional_unit": "t_product",
    "period_from": "2026-01-01",
    "period_until": "2027-01-01",
    "see_direct_t_co2e_per_fu": "1.452",
    "electricity_mwh_per_fu": "0.3",
    "electricity_factor_source": "电网 grid",
    "default_share": "0",
}


@pytest.fixture
def entry():
    """The entry that docs/commands.md shows."""
    (text,) = re.findall(r"```yaml\n(  supplier_answers_form:.*?)```", PAGE, re.DOTALL)
    return yaml.safe_load(text)["supplier_answers_form"]


@pytest.fixture
def receiver(house, entry):
    """A house that has the entry and knows the party MILL."""
    house.sources_file.write_text(
        yaml.safe_dump({"sources": {"parties": PARTIES, "supplier_answers_form": entry}}), encoding="utf-8"
    )
    file = house.var / "inbox" / "master" / "parties.csv"
    file.parent.mkdir(parents=True)
    file.write_text(",".join(PARTIES["columns"]) + "\nMILL,Mill A,CN,producer,2025-01-01\n", encoding="utf-8")
    landing.land(["parties"], settings=house)
    gate.accept(lake.stale(["parties"], settings=house), settings=house)
    return house


def fill(receiver, answer):
    """The form written into the inbox and filled in with one row."""
    file = receiver.var / "inbox" / "supplier_forms" / "answers_mill_issued_20270115.csv"
    file.parent.mkdir(parents=True)
    form, _ = supplier_template.write(file.with_name("form.csv"))
    with form.open(encoding="utf-8-sig", newline="") as opened:
        headers = next(csv.reader(opened))
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.DictWriter(opened, headers)
        writer.writeheader()
        writer.writerow(answer)
    return file


def test_a_filled_form_is_read_and_accepted(receiver):
    fill(receiver, FILLED)

    result = try_source.try_source("supplier_answers_form", settings=receiver)

    assert [file["name"] for file in result["files"]] == ["answers_mill_issued_20270115.csv"]
    assert result["rows"] == {"read": 1, "accepted": 1, "rejected": 0, "superseded": 0, "marked": 0}


def test_an_empty_figure_is_no_answer(receiver):
    fill(receiver, {**FILLED, "see_direct_t_co2e_per_fu": ""})

    result = try_source.try_source("supplier_answers_form", settings=receiver)

    assert result["rows"]["rejected"] == 1
    assert {entry["column"] for entry in result["rejected"]} == {"see_direct_t_co2e_per_fu"}


def test_the_form_has_one_line_and_its_columns_are_told_beside_it(tmp_path, capsys):
    assert cli.main(["supplier-template", "--out", str(tmp_path / "form.csv")]) == 0

    headers = (tmp_path / "form.csv").read_text(encoding="utf-8-sig").splitlines()
    with (tmp_path / "form_columns.csv").open(encoding="utf-8-sig", newline="") as opened:
        told = list(csv.DictReader(opened))
    assert headers == [",".join(row["column"] for row in told)]
    assert all(row["meaning"] for row in told)
    assert capsys.readouterr().out.split() == [str(tmp_path / "form.csv"), str(tmp_path / "form_columns.csv")]


def test_the_form_asks_for_all_that_the_table_requires():
    asked = {field.name for field in supplier_template.form()}

    required = {field.name for field in contracts.load(supplier_template.TABLE).fields if field.required}
    assert required <= asked
    assert not asked & supplier_template.RECEIVERS
