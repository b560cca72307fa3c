"""A supplier's CBAM response by Catena-X: what becomes of its records, and what it says against itself."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lingtan import catalog, gate, lake, landing, sources, try_source
from lingtan.errors import RefusedFileError
from lingtan.settings import PROJECT, Settings
from lingtan.sources import catena_x_form as form

PAGE = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
EXAMPLES = "reference/cbam/other_formats"
RECORD = "/content/good/0/operator/0/installation/0/emissionsRecords/0"
PARTIES = {
    "table": "parties",
    "format": "csv",
    "location": "inbox/master",
    "files": "parties.csv",
    "columns": {name: name for name in ("party_code", "name", "country_code", "role", "valid_from")},
}

Change = Callable[[dict[str, Any]], None]


def example(reference_files: Path, kind: str) -> bytes:
    return (reference_files / EXAMPLES / f"catenax_cbam_{kind}_example_1.0.0.json").read_bytes()


def message(*records: dict[str, Any]) -> dict[str, Any]:
    """A response for 10 t of one installation, with these records in place of the one."""
    record = {
        "productionMethod": {"methodId": "P34"},
        "activityData": {
            "referencePeriodStart": "2026-01-01T00:00:00Z",
            "referencePeriodEnd": "2026-12-31T23:59:59Z",
            "netMass": 10,
        },
        "directEmissions": {"specificEmbeddedEmissionsDirect": 1.5},
        "indirectEmissions": {
            "sourceOfEmissionFactor": "02",
            "emissionFactorTonnesCo2PerMwh": 0.605,
            "sourceOfEmissionFactorValue": "grid",
            "specificEmbeddedEmissionsIndirect": 0.121,
            "electricityConsumedMwhPerTonnesGood": 0.2,
            "sourceOfElectricity": "SOE03",
        },
    }
    merged = [merge(record, change) for change in records or ({},)]
    mass = sum(each["activityData"]["netMass"] for each in merged)
    installation = {
        "installationIdentification": {
            "installationIds": {"otherIds": [{"key": "code", "value": "CN-MILL"}]},
            "address": {"countryCode": "CN", "city": "Jiaxing"},
        },
        "installationNetMass": mass,
        "emissionsRecords": merged,
    }
    good = {
        "cnCode": "72139149",
        "businessTransactionDetails": {"requestNetMass": mass},
        "operator": [{"operatorNetMass": mass, "installation": [installation]}],
    }
    header = {
        "senderBpn": "BPNL0000000001AB",
        "context": form.CONTEXT.format(kind=form.RESPONSE),
        "sentDateTime": "2027-01-05T00:00:00+08:00",
    }
    return {"header": header, "content": {"good": [good]}}


def merge(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    merged = copy.deepcopy(base)
    for key, value in change.items():
        merged[key] = merge(merged.get(key, {}), value) if isinstance(value, dict) else value
    return merged


@pytest.fixture
def entry() -> dict[str, Any]:
    """The entry that docs/commands.md shows."""
    (text,) = re.findall(r"```yaml\n(  supplier_answers_catena_x:.*?)```", PAGE, re.DOTALL)
    return yaml.safe_load(text)["supplier_answers_catena_x"]


@pytest.fixture
def read(house: Settings, entry: dict[str, Any]) -> Callable[[bytes | dict[str, Any]], list[dict[str, Any]]]:
    house.sources_file.write_text(yaml.safe_dump({"sources": {"answers": entry}}), encoding="utf-8")
    source = catalog.load(house)["answers"]

    def read_(sent: bytes | dict[str, Any]) -> list[dict[str, Any]]:
        data = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
        table: pa.Table = sources.read(data, source, source.contract, "sent.json")
        return table.to_pylist()

    return read_


def rules(sent: dict[str, Any]) -> list[tuple[str, str | None]]:
    parsed = form.parse(json.dumps(sent).encode(), form.RESPONSE)
    return [(doubt.rule, doubt.column) for doubt in form.doubts(parsed)]


# ---- the example as published


def test_the_example_is_read_one_row_per_installation_good_and_period(read, reference_files) -> None:
    rows = read(example(reference_files, "response"))

    assert [row["fault_rule"] for row in rows] == [None, None, None]
    assert [(row["source_row"], row["producer_installation_code"], row["route"]) for row in rows] == [
        (1, "O3CI-INST-654321", "P24 + P37"),
        (3, "O3CI-INST-654322", "P38"),
        (4, "O3CI-INST-111111", "P12"),
    ]
    assert [row["country_code"] for row in rows] == ["IN", "IN", "CN"]
    assert {(row["period_from"], row["period_until"]) for row in rows} == {
        (date(2026, 1, 1), date(2027, 1, 1))
    }
    assert rows[2]["see_direct_t_co2e_per_fu"] == Decimal("1.75")
    assert rows[2]["electricity_factor_source"] == "01 National grid emission factor 2023"


def test_records_of_one_good_are_weighted_by_their_mass(read, reference_files) -> None:
    """25 t and 15 t of the example: direct (25 × 2.05 + 15 × 1.42) / 40 = 1.81375, electricity
    (25 × 0.6 + 15 × 0.43) / 40 = 0.53625, both at 0.65; allocation (25 × 0.6 + 15 × 0.55) / 40 = 0.58125;
    7500 and 4500 INR over 40 t are 300 per tonne.
    """
    row = read(example(reference_files, "response"))[0]

    assert row["net_mass_t"] == 40
    assert row["see_direct_t_co2e_per_fu"] == Decimal("1.81375")
    assert row["electricity_mwh_per_fu"] == Decimal("0.53625")
    assert row["electricity_factor_t_co2e_per_mwh"] == Decimal("0.65")
    assert row["sefa_t_co2e_per_fu"] == Decimal("0.58125")
    assert (row["carbon_price_amount"], row["carbon_price_currency"]) == (300, "INR")


def test_the_example_breaks_its_own_balances_and_both_breaks_are_named(read, reference_files) -> None:
    """100 t and 50 t were delivered where 100 t were asked; 0.43 × 0.65 = 0.2795 is printed as 0.28, and
    0.6 × 0.38 = 0.228 as 0.23.
    """
    data = example(reference_files, "response")
    found = form.doubts(form.parse(data, form.RESPONSE))

    assert [(doubt.rule, doubt.column, doubt.value) for doubt in found] == [
        ("mass_does_not_add_up", "/content/good/0/businessTransactionDetails/requestNetMass", "100.0"),
        (
            "indirect_is_not_electricity_times_factor",
            "/content/good/0/operator/0/installation/0/emissionsRecords/1"
            "/indirectEmissions/specificEmbeddedEmissionsIndirect",
            "0.28",
        ),
        (
            "indirect_is_not_electricity_times_factor",
            "/content/good/0/operator/1/installation/0/emissionsRecords/0"
            "/indirectEmissions/specificEmbeddedEmissionsIndirect",
            "0.23",
        ),
    ]
    assert "add up to 150.0 t" in found[0].sentence
    assert "is 0.2795;" in found[1].sentence
    told = [row["doubts"] for row in read(data)]
    assert "add up to 150.0 t" in told[0]
    assert "is 0.2795;" in told[0]
    assert told[1] is None
    assert "is 0.228;" in told[2]


def test_the_request_is_of_the_form_too(reference_files) -> None:
    data = example(reference_files, "request")

    assert len(form.records(form.parse(data, form.REQUEST))) == 3


def test_the_gate_marks_what_contradicts_itself_and_takes_the_rest(house, entry, reference_files) -> None:
    sources_ = {"sources": {"parties": PARTIES, "answers": entry}}
    house.sources_file.write_text(yaml.safe_dump(sources_), encoding="utf-8")
    master = house.var / "inbox" / "master" / "parties.csv"
    master.parent.mkdir(parents=True)
    master.write_text(
        ",".join(PARTIES["columns"]) + "\nSTEEL-CORP,Steel,IN,producer,2025-01-01\n", encoding="utf-8"
    )
    landing.land(["parties"], settings=house)
    gate.accept(lake.stale(["parties"], settings=house), settings=house)
    sent = house.var / "inbox" / "supplier_messages" / "steel.json"
    sent.parent.mkdir(parents=True)
    sent.write_bytes(example(reference_files, "response"))

    result = try_source.try_source("answers", settings=house)

    assert result["rows"] == {"read": 3, "accepted": 3, "rejected": 0, "superseded": 0, "marked": 2}
    (warning,) = result["warnings"]
    assert warning["column"] == "doubts"
    assert (
        "/content/good/0/businessTransactionDetails/requestNetMass is 100.0 t"
        in (warning["examples"][0]["value"])
    )


def test_every_statement_a_record_names_is_a_row_of_attestations(house, reference_files) -> None:
    (text,) = re.findall(r"```yaml\n(  supplier_attestations_catena_x:.*?)```", PAGE, re.DOTALL)
    house.sources_file.write_text(yaml.safe_dump({"sources": yaml.safe_load(text)}), encoding="utf-8")
    source = catalog.load(house)["supplier_attestations_catena_x"]
    sent = example(reference_files, "response")

    rows = sources.read(sent, source, source.contract, "sent.json").to_pylist()

    assert [(row["source_row"], row["attestation_code"][:8], row["issued_on"]) for row in rows] == [
        (1, "123e4567", date(2027, 3, 15)),
        (2, "523e4567", date(2027, 3, 15)),
        (3, "223e4567", date(2027, 3, 16)),
        (4, "323e4567", date(2027, 4, 10)),
    ]
    assert {row["fault_rule"] for row in rows} == {None}
    assert rows[0]["accreditation_number"] == "5493001KJTIIGC8Y1R12"
    with pytest.raises(RefusedFileError, match="empty_file"):
        sources.read(json.dumps(message()).encode(), source, source.contract, "sent.json")


# ---- digits


def test_no_number_passes_through_a_float(read) -> None:
    text = json.dumps(message()).replace("1.5", "1.123456789012")

    assert read(text.encode())[0]["see_direct_t_co2e_per_fu"] == Decimal("1.123456789012")


def test_a_period_ends_with_its_last_moment_or_with_the_midnight_after_it(read) -> None:
    closed = {"activityData": {"referencePeriodEnd": "2027-01-01T00:00:00Z"}}

    assert [read(message(each))[0]["period_until"] for each in ({}, closed)] == [date(2027, 1, 1)] * 2


# ---- what refuses a message


def refused(read, change: Change) -> tuple[str, str | None]:
    sent = message()
    change(sent)
    with pytest.raises(RefusedFileError) as raised:
        read(sent)
    return raised.value.finding.rule, raised.value.finding.column


@pytest.mark.parametrize(
    ("change", "rule", "place"),
    [
        pytest.param(
            lambda sent: sent["header"].update(context=form.CONTEXT.format(kind="Response")[:-5] + "2.0.0"),
            "unknown_version",
            "/header/context",
            id="another version",
        ),
        pytest.param(
            lambda sent: sent["header"].update(context=form.CONTEXT.format(kind="Request")),
            "unknown_version",
            "/header/context",
            id="a request is no answer",
        ),
        pytest.param(
            lambda sent: sent["content"]["good"][0].update(netMassUnit="kg"),
            "unknown_key",
            "/content/good/0/netMassUnit",
            id="a key nobody knows may change a unit",
        ),
        pytest.param(
            lambda sent: sent["content"]["good"][0].update(cnCode=72139149),
            "wrong_type",
            "/content/good/0/cnCode",
            id="a code is a text",
        ),
        pytest.param(lambda sent: sent["content"].update(good=[]), "empty_file", None, id="no record"),
        pytest.param(
            lambda sent: sent.update(content=[]), "wrong_type", "/content", id="a list for an object"
        ),
    ],
)
def test_a_message_of_another_form_is_refused_at_its_place(read, change, rule, place) -> None:
    assert refused(read, change) == (rule, place)


def test_what_is_no_json_is_refused(read) -> None:
    with pytest.raises(RefusedFileError, match="unreadable_file"):
        read(b"{")


# ---- what rejects a record


@pytest.mark.parametrize(
    ("change", "rule", "place"),
    [
        pytest.param(
            {"directEmissions": {"specificEmbeddedEmissionsDirect": 0}},
            "zero_direct",
            f"{RECORD}/directEmissions/specificEmbeddedEmissionsDirect",
            id="zero direct emissions are a blank form",
        ),
        pytest.param(
            {"directEmissions": {"specificEmbeddedEmissionsDirect": "1,5"}},
            "wrong_type",
            f"{RECORD}/directEmissions/specificEmbeddedEmissionsDirect",
            id="a text is no number",
        ),
        pytest.param(
            {"carbonPricePaid": [{"amountOfCarbonPricePaid": 5}]},
            "missing_unit",
            f"{RECORD}/carbonPricePaid",
            id="an amount without its currency",
        ),
        pytest.param(
            {"carbonPricePaid": [{"amountOfCarbonPricePaid": 5, "currency": c} for c in ("CNY", "INR")]},
            "several_currencies",
            f"{RECORD}/carbonPricePaid",
            id="two currencies",
        ),
        pytest.param(
            {"activityData": {"netMass": 0}}, "no_mass", f"{RECORD}/activityData/netMass", id="no mass"
        ),
    ],
)
def test_a_record_that_cannot_be_used_is_rejected_at_its_place(read, change, rule, place) -> None:
    (row,) = read(message(change))

    assert row["fault_rule"] == rule
    assert place in row["fault_sentence"]
    assert row["see_direct_t_co2e_per_fu"] is None


def test_records_of_one_good_must_tell_one_period_and_currency(read) -> None:
    half = {"activityData": {"referencePeriodEnd": "2026-06-30T23:59:59Z"}}
    prices = [{"carbonPricePaid": [{"amountOfCarbonPricePaid": 5, "currency": c}]} for c in ("CNY", "INR")]

    assert [read(message(*each))[0]["fault_rule"] for each in (({}, half), prices)] == [
        "records_disagree",
        "several_currencies",
    ]


# ---- what a message says against itself


def test_a_message_in_harmony_says_nothing_against_itself() -> None:
    assert rules(message()) == []


def test_every_stated_mass_is_the_sum_of_those_below_it() -> None:
    sent = message()
    operator = sent["content"]["good"][0]["operator"][0]
    operator["operatorNetMass"] = 11

    assert rules(sent) == [
        ("mass_does_not_add_up", "/content/good/0/businessTransactionDetails/requestNetMass"),
        ("mass_does_not_add_up", "/content/good/0/operator/0/operatorNetMass"),
    ]
    operator["operatorNetMass"], operator["installation"][0]["installationNetMass"] = 10, 9
    assert rules(sent) == [
        ("mass_does_not_add_up", "/content/good/0/operator/0/operatorNetMass"),
        ("mass_does_not_add_up", "/content/good/0/operator/0/installation/0/installationNetMass"),
    ]


@pytest.mark.parametrize(("stated", "is_doubted"), [(0.12100005, False), (0.1210001, True)])
def test_indirect_is_electricity_times_factor_to_the_seventh_digit(stated, is_doubted) -> None:
    sent = message({"indirectEmissions": {"specificEmbeddedEmissionsIndirect": stated}})

    assert bool(rules(sent)) == is_doubted


def test_a_code_outside_the_published_list_is_named_and_read(read) -> None:
    sent = message({"productionMethod": {"methodId": "P99"}})

    assert rules(sent) == [("unknown_code", f"{RECORD}/productionMethod/methodId")]
    (row,) = read(sent)
    assert row["route"] == "P99"
    assert "[unknown_code]" in row["doubts"]


# ---- nothing but a refusal or rows


def places_in(value: Any, path: tuple = ()) -> list[tuple]:
    """The path of everything inside a value."""
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [found for key, below in entries for found in ((*path, key), *places_in(below, (*path, key)))]


ODDITIES = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=12),
    st.integers(),
    st.sampled_from([Decimal("1e400"), Decimal("-1e-400"), Decimal("0.0")]).map(lambda value: f"#{value}#"),
    st.just([]),
    st.just({}),
    st.just([None]),
    st.just([{"key": "a"}]),
).map(copy.deepcopy)  # a later oddity may be put into an earlier one


@hypothesis_settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_stands_in_a_message_it_is_read_or_refused(read, data: st.DataObject) -> None:
    sent = message({}, {"carbonPricePaid": [{"amountOfCarbonPricePaid": 5, "currency": "CNY"}]})
    for _ in range(data.draw(st.integers(1, 3))):
        *above, last = data.draw(st.sampled_from(places_in(sent)))
        inside: Any = sent
        for step in above:
            inside = inside[step]
        inside[last] = data.draw(ODDITIES)
    text = re.sub(r'"#([^"]+)#"', r"\1", json.dumps(sent))

    try:
        rows = read(text.encode())
    except RefusedFileError as error:
        assert error.finding.sentence
        return
    assert rows
