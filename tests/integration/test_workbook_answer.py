"""The Commission's filled workbook as a supplier's answer, from the file to rows the gate accepts."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import workbooks
import yaml

from lingtan import catalog, gate, lake, landing, sources, workbook_answer
from lingtan.settings import PROJECT, Settings

EAF = "ec_v21_steel2_eaf_alloys"
PAGE = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
PARTIES = {
    "table": "parties",
    "format": "csv",
    "location": "inbox/master",
    "files": "parties.csv",
    "columns": {name: name for name in ("party_code", "name", "country_code", "role", "valid_from")},
}


@pytest.fixture
def receiver(house: Settings) -> Settings:
    """A house with the entry of docs/commands.md that knows the party MILL."""
    (text,) = re.findall(r"```yaml\n(  supplier_answers_workbook:.*?)```", PAGE, re.DOTALL)
    entries = {"parties": PARTIES, **yaml.safe_load(text)}
    house.sources_file.write_text(yaml.safe_dump({"sources": entries}), encoding="utf-8")
    file = house.var / "inbox" / "master" / "parties.csv"
    file.parent.mkdir(parents=True)
    file.write_text(",".join(PARTIES["columns"]) + "\nMILL,Mill A,CN,producer,2020-01-01\n", encoding="utf-8")
    return house


def test_an_example_becomes_answers_the_gate_accepts(
    receiver: Settings, reference_files: Path, tmp_path: Path
) -> None:
    """Slabs print 1.001490412107485 t direct, 1.3784244289950602 t indirect and 1.6547712232833856 MWh: a
    factor of 0.833000…; of the direct part 0.03520871519393244 rests on default values.
    """
    file = tmp_path / "sent.xlsx"
    file.write_bytes(workbooks.example(reference_files, EAF))
    made = workbook_answer.answer(file, "MILL", "CN-MILL-A", "CN", receiver)
    assert made.held == []
    written, _ = workbook_answer.write(made, receiver.var / "inbox" / "supplier_workbooks", "sent")

    landing.land(["parties", "supplier_embedded_emissions"], settings=receiver)
    tables = ["parties", "supplier_embedded_emissions"]
    gate.accept(lake.stale(tables, settings=receiver), settings=receiver, progress=lambda line: None)

    (pointer,) = lake.pointers("supplier_embedded_emissions", settings=receiver).values()
    assert not pointer["quarantine"]
    source = catalog.load(receiver)["supplier_answers_workbook"]
    rows = sources.read(written.read_bytes(), source, source.contract, written.name).to_pylist()
    assert [row["cn_code"] for row in rows] == ["72189911", "73041100", "72191310", "72210010"]
    slabs = rows[0]
    assert (slabs["period_from"], slabs["period_until"]) == (date(2023, 1, 1), date(2024, 1, 1))
    assert float(slabs["see_direct_t_co2e_per_fu"]) == pytest.approx(1.001490412107485, rel=1e-9)
    assert float(slabs["electricity_mwh_per_fu"]) == pytest.approx(1.6547712232833856, rel=1e-9)
    factor = float(slabs["electricity_factor_t_co2e_per_mwh"])
    assert factor == pytest.approx(1.3784244289950602 / 1.6547712232833856, rel=1e-9)
    assert float(slabs["default_share"]) == pytest.approx(0.03520871519393244, rel=1e-9)
    assert slabs["template_version"] == "transitional_template 2.1"


def test_a_workbook_that_was_changed_and_not_calculated_anew_is_held(
    receiver: Settings, reference_files: Path, tmp_path: Path
) -> None:
    file = tmp_path / "sent.xlsx"
    file.write_bytes(workbooks.changed(workbooks.example(reference_files, EAF), {"D_Processes!L54": 223_400}))

    made = workbook_answer.answer(file, "MILL", "CN-MILL-A", "CN", receiver)

    assert made.rows == []
    assert {finding.rule for finding in made.held} == {"figure_disagrees"}
