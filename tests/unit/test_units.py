"""The unit table: complete, exact, and agreeing with an independent units library."""

from __future__ import annotations

import csv
import unicodedata
from decimal import Decimal

import pint
import pytest

from lingtan import settings, units

SEED = settings.load().dbt_project / "seeds" / "reference" / "units.csv"
ROWS = list(csv.DictReader(SEED.open(encoding="utf-8")))
# Our symbols in pint's words; what pint does not know is worked out from what it knows.
IN_PINT = {
    "万kWh": "10000 kWh",
    "t": "metric_ton",
    "kt": "1000 metric_ton",
    "吨": "metric_ton",
    "m3": "m**3",
    "L": "liter",
    "m3_0c": "m**3",
    "km3_0c": "1000 m**3",
    "万m3_0c": "10000 m**3",
    "Nm3": "m**3",
    "万Nm3": "10000 m**3",
    "tce": "29.3076 GJ",
    "吨标煤": "29.3076 GJ",
    "kgce": "29.3076 MJ",
    "tce_calorific": "29.3076 GJ",
    "m3_15c": "m**3 * 273.15 / 288.15",
    "m3_20c": "m**3 * 273.15 / 293.15",
    "万kW": "10000 kW",
}
REGISTRY = pint.UnitRegistry()
CANONICAL = {"kwh": "kWh", "gj": "GJ", "kw": "kW", "t": "metric_ton", "m3": "m**3", "m3_0c": "m**3"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['unit']} in {row['canonical_unit']}")
def test_every_conversion_agrees_with_pint(row):
    expected = REGISTRY(IN_PINT.get(row["unit"], row["unit"])).to(CANONICAL[row["canonical_unit"]]).magnitude

    assert float(row["canonical_per_unit"]) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_a_unit_has_one_dimension_and_one_factor_per_canonical_unit():
    assert len({(row["unit"], row["canonical_unit"]) for row in ROWS}) == len(ROWS)
    dimensions = {}
    for row in ROWS:
        assert dimensions.setdefault(row["unit"], row["dimension"]) == row["dimension"]


def test_a_factor_has_no_more_than_twelve_decimals():
    assert all(-Decimal(row["canonical_per_unit"]).as_tuple().exponent <= 12 for row in ROWS)


def test_a_bare_cubic_metre_is_no_gas_volume():
    known = units.table(SEED).units

    assert known["m3"].dimension == "volume"
    assert known["m3_20c"].dimension == known["Nm3"].dimension == "gas_volume"


@pytest.mark.parametrize(
    ("written", "symbol"),
    [
        ("kWh", "kWh"),
        ("KWH", "kWh"),
        ("kwh", "kWh"),
        ("Kwh", "kWh"),
        ("kW·h", "kWh"),
        ("ＫＷＨ", "kWh"),
        (" k Wh ", "kWh"),
        ("千瓦时", "kWh"),
        ("MWH", "MWh"),
        ("M3", "m3"),
        ("m³", "m3"),
        ("㎥", "m3"),
        ("Nm³", "Nm3"),
        ("NM3", "Nm3"),
        ("万Nm³", "万Nm3"),
        ("m3_20C", "m3_20c"),
        ("KG", "kg"),
    ],
)
def test_a_unit_is_known_in_its_usual_spellings(written: str, symbol: str) -> None:
    assert units.table(SEED).symbol(written) == symbol


@pytest.mark.parametrize("written", ["mWh", "mwh", "mW", "T", "MT", "ton", "标方", "度", "Sm3", "kvarh"])
def test_a_spelling_of_several_meanings_or_none_stays_as_it_is(written: str) -> None:
    found = units.table(SEED)

    assert found.symbol(written) == written
    assert written not in found.units


def test_a_spelling_is_that_of_a_known_unit_and_none_itself() -> None:
    found = units.table(SEED)

    assert set(found.spellings.values()) <= set(found.units)
    assert not {*found.spellings, *found.doubtful} & set(found.units)
    for spelling in found.spellings:  # as they are looked up: in ordinary width and without blanks
        assert unicodedata.normalize("NFKC", "".join(spelling.split())) == spelling


def test_the_sender_of_a_unit_of_several_meanings_reads_them() -> None:
    assert "标方, 标立方米 (m3_20c, or m3_0c" in units.table(SEED).known()


def test_conversions_hold_within_a_dimension_alone() -> None:
    times = {(unit, other): times for unit, other, times in units.table(SEED).conversions()}

    assert (times["MWh", "kWh"], times["kWh", "kWh"], times["kWh", "MWh"]) == (1000, 1, 0.001)
    assert ("kWh", "m3") not in times
    assert ("kW", "kWh") not in times


def test_a_tonne_of_coal_equivalent_is_8141_kilowatt_hours():
    """GB/T 2589-2020: 29 307.6 MJ; by 3.6 MJ the kilowatt-hour."""
    amounts = {row["canonical_unit"]: row["canonical_per_unit"] for row in ROWS if row["unit"] == "tce"}

    assert amounts == {"kwh": "8141", "gj": "29.3076"}
