"""The operator's emissions report of the demo's January, from a readers' copy as a build leaves it."""

from __future__ import annotations

import csv
import html
from dataclasses import replace

import pytest

from lingtan.publish import emissions_report, emissions_report_page, readers
from lingtan.settings import Settings

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def read(demo_january, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo's January, with a readers' copy of its own."""
    house = replace(demo_january[0], out=tmp_path_factory.mktemp("readers"))
    readers.swap(house)
    return house


@pytest.mark.parametrize("installation", ["CN-FAST", "CN-ALU", "CN-CEM"])
def test_a_real_warehouse_has_all_that_the_report_is_read_from(read: Settings, installation: str) -> None:
    report = emissions_report.emissions_report(installation, 2026, read)

    assert len(report["fields"]) == 65
    reasons = [field["absent_because"] for field in report["fields"] if field["value"] is None]
    assert [reason for reason in reasons if "older" in reason] == []
    for told in ("installation_name", "indirect_emissions"):
        (found,) = [field for field in report["fields"] if field["field_id"] == told]
        assert found["value"], told


def test_the_report_says_how_the_law_was_read(read: Settings) -> None:
    with (read.dbt_project / "seeds" / "reference" / "legal_readings.csv").open(encoding="utf-8") as file:
        sentences = {
            row["setting"]: row["sentence"] for row in csv.DictReader(file) if row["is_default"] == "true"
        }

    report = emissions_report.emissions_report("CN-CEM", 2026, read)
    shown = html.unescape(emissions_report_page.render(report))

    assert sentences
    assert {told["setting"]: told["sentence"] for told in report["readings"]} == sentences
    for sentence in sentences.values():
        assert sentence in shown
