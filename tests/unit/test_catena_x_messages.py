"""Requests and responses by Catena-X as we write them: complete, exact, read back by our own reader."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from lingtan import catalog, cli, sources
from lingtan.publish import catena_x, catena_x_record, catena_x_request, catena_x_response
from lingtan.publish.readers import NoReadersCopyError
from lingtan.settings import Settings
from lingtan.sources import catena_x_form as form

GOOD = "72139149"
PLACE = "/content/good/0"
TABLES = {
    "marts.fct_cbam_embedded_emissions": """
        select 'CN-A' as installation_code, 'ROLLING' as process_code, '72139149' as cn_code,
            2026 as reporting_year, 'definitive' as rule_set,
            'cbam/CN-A/72139149/2026/see_counted' as figure_key, 't_product' as functional_unit,
            cast(1000 as decimal(28, 9)) as activity_level,
            cast('1.452123456789' as decimal(38, 12)) as see_direct_t_co2e_per_t,
            cast('0.121' as decimal(38, 12)) as see_indirect_t_co2e_per_t,
            cast('0.2' as decimal(38, 12)) as embedded_electricity_mwh_per_fu,
            cast(1 as decimal(28, 12)) as functional_units_per_t,
            cast('1.23' as decimal(38, 12)) as sefa_t_co2e_per_t,
            cast(null as varchar) as sefa_absent_because,
            cast(null as decimal(38, 12)) as carbon_price_paid_eur_per_fu,
            cast(null as varchar) as carbon_price_absent_because,
            cast('0.25' as decimal(38, 12)) as default_share, 'partly_default' as evidence_rung,
            'provisional' as status, cast(null as varchar) as absent_because
        union all by name
        select 'CN-B' as installation_code, 'WIRE' as process_code, '72139149' as cn_code,
            2026 as reporting_year, 'definitive' as rule_set,
            'cbam/CN-B/72139149/2026/see_counted' as figure_key, 't_product' as functional_unit,
            500 as activity_level, 2.5 as see_direct_t_co2e_per_t, 0.3 as see_indirect_t_co2e_per_t,
            0.7 as embedded_electricity_mwh_per_fu,
            1 as functional_units_per_t, 'no benchmark' as sefa_absent_because,
            0 as default_share, 'actual_unverified' as evidence_rung, 'provisional' as status
        union all by name
        select 'CN-B' as installation_code, 'PIG' as process_code, '72011011' as cn_code,
            2026 as reporting_year, 'definitive' as rule_set,
            'cbam/CN-B/72011011/2026/see_counted' as figure_key,
            10 as activity_level, 'absent' as status, 'no output in 2026' as absent_because
        union all by name
        select 'CN-A' as installation_code, 'GRINDING' as process_code, '25232900' as cn_code,
            2026 as reporting_year, 'definitive' as rule_set,
            'cbam/CN-A/25232900/2026/see_counted' as figure_key, 't_clinker' as functional_unit,
            10 as activity_level, 0.8 as see_direct_t_co2e_per_t, 0.121 as see_indirect_t_co2e_per_t,
            0.25 as embedded_electricity_mwh_per_fu, 0.8 as functional_units_per_t,
            0 as default_share, 'actual_unverified' as evidence_rung, 'provisional' as status
        union all by name
        select 'CN-A' as installation_code, 'WHITE' as process_code, '25232100' as cn_code,
            2026 as reporting_year, 'definitive' as rule_set,
            'cbam/CN-A/25232100/2026/see_counted' as figure_key, 't_clinker' as functional_unit,
            90 as activity_level, 'absent' as status, 'no output for 2026-03' as absent_because
        union all by name
        select 'CN-B' as installation_code, 'WHITE' as process_code, '25232100' as cn_code,
            2026 as reporting_year, 'definitive' as rule_set,
            'cbam/CN-B/25232100/2026/see_counted' as figure_key, 't_clinker' as functional_unit,
            30 as activity_level, 'absent' as status, 'no output for 2026-03' as absent_because
    """,
    "marts.fct_goods_made": """
        select 'CN-A' as installation_code, 'WHITE' as process_code, '25232100' as cn_code,
            2026 as reporting_year, false as is_inside_bubble, cast(100 as decimal(28, 9)) as mass_t
        union all select 'CN-B', 'WHITE', '25232100', 2026, false, 30
        union all select 'CN-B', 'WHITE', '25232100', 2026, false, 20
        union all select 'CN-B', 'WHITE', '25232100', 2026, true, 700
        union all select 'CN-B', 'WHITE', '25232100', 2025, false, 700
        union all select 'CN-B', 'WHITE', '25231000', 2026, false, 700
    """,
    "marts.fct_cbam_obligations": """
        select 'CN-A' as installation_code, 'ROLLING' as process_code, '72139149' as cn_code,
            date '2026-05-01' as released_on, cast(20 as decimal(38, 9)) as mass_t
        union all select 'CN-B', 'WIRE', '72139149', date '2026-06-01', 10
        union all select 'CN-B', 'WIRE', '72139149', date '2025-06-01', 1000
    """,
    "marts.dim_installations": """
        select 'CN-A' as installation_code, 'Works A' as installation_name, 'Steel Co.' as operator_name,
            'CN' as country_code, 'CNJIX' as unlocode, cast(30.75 as decimal(28, 6)) as latitude,
            cast(120.75 as decimal(28, 6)) as longitude, date '2025-01-01' as valid_from,
            cast(null as date) as valid_until
        union all select 'CN-B', 'Works B', 'Wire Co.', 'CN', null, null, null, date '2025-01-01', null
    """,
    "marts.fct_footprint_contributions": """
        select 'cbam/CN-A/72139149/2026/see_indirect' as figure_key, 'own_indirect' as component,
            'grid_electricity' as leaf_kind, 'cbam/electricity/CN' as factor_id,
            cast(0.121 as decimal(38, 12)) as emissions_t_co2e_per_fu
        union all select 'cbam/CN-A/25232900/2026/see_indirect', 'own_indirect', 'grid_electricity',
            'cbam/electricity/CN', 0.15125
        union all select 'cbam/CN-B/72139149/2026/see_indirect', 'own_indirect', 'grid_electricity',
            'cbam/electricity/CN', 0.2
        union all select 'cbam/CN-B/72139149/2026/see_indirect', 'own_indirect', 'source_stream', 'gas', 0.1
    """,
    "marts.dim_grid_factors": """
        select 'cbam/electricity/CN' as factor_id, cast(0.605 as decimal(28, 12)) as amount_kg_per_unit,
            'Commission' as publisher, 'Annex II' as source_locator
    """,
    "marts.fct_closing_attestations": """
        select 'CN-A' as installation_code, 'ROLLING' as process_code, '72139149' as cn_code,
            2026 as reporting_year, 'V-2026-7' as attestation_code, 'Proof' as verifier_name,
            'ACC 007' as accreditation_number, date '2027-02-01' as issued_on,
            'https://proof.example/V-2026-7' as document_ref
        union all select 'CN-A', 'GRINDING', '25232900', 2026, 'V-2026-8', 'Proof', 'ACC 007',
            date '2027-02-02', 'archive/V-2026-8'
        union all select 'CN-A', 'ROLLING', '72139149', 2025, 'V-2025-1', 'Proof', 'ACC 007',
            date '2026-02-01', 'https://proof.example/V-2025-1'
    """,
    "reference.sources": "select 'eu' as source_key, 'Commission' as publisher",
    "reference.cbam_goods": """
        select '72139149' as cn_code, 'iron or steel products' as aggregated_good,
            date '2026-01-01' as valid_from, cast(null as date) as valid_until
        union all select '72011011', 'pig iron', date '2026-01-01', null
        union all select '25232900', 'cement', date '2026-01-01', null
        union all select '25232900', 'another edition', date '2027-01-01', null
    """,
}


def write(file: Path, tables: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(file)) as connection:
        for name, rows in tables.items():
            connection.execute(f"create schema if not exists {name.partition('.')[0]}")
            connection.execute(f"create table {name} as {rows}")


@pytest.fixture
def copy(house: Settings) -> Settings:
    """A house whose readers' copy holds a good that two installations make, and a figure that is absent."""
    write(house.readers_file, TABLES)
    return house


def asked(
    mass: float | None = 90, operators: list | None = None, cn_code: str = GOOD, **content: Any
) -> bytes:
    good = {
        "cnCode": cn_code,
        "productIds": [{"key": "Customer_Part_ID", "value": "ROD"}],
        "businessTransactionDetails": {
            "requestReferencePeriodStart": "2026-01-01T00:00:00Z",
            "requestReferencePeriodEnd": "2026-12-31T23:59:59Z",
            "requestNetMass": mass,
        },
        "operator": operators,
    }
    header = {
        "senderBpn": "BPNL-CUSTOMER",
        "receiverBpn": "BPNL-US",
        "messageId": "m-1",
        "context": form.CONTEXT.format(kind=form.REQUEST),
    }
    return json.dumps({"header": header, "content": {"good": [good]} | content}).encode()


def installation(code: str, mass: float) -> dict[str, Any]:
    ids = {"otherIds": [{"key": "Installation-ID", "value": code}]}
    return {"installationIdentification": {"installationIds": ids}, "installationNetMass": mass}


def records(answer: catena_x_response.Answer) -> dict[str, dict[str, Any]]:
    """Installation's code -> its one record."""
    told = {}
    for record in form.records(answer.message):
        ids = record.installation["installationIdentification"]["installationIds"]
        told[form.identifier(ids, "installationCbamId")] = record.record
    return told


# ---- the response


def test_figures_leave_with_every_digit(copy: Settings) -> None:
    record = records(catena_x_response.respond(asked(), copy))["CN-A"]

    assert record["productionMethod"] == {"methodId": "P34"}
    assert record["directEmissions"]["specificEmbeddedEmissionsDirect"] == Decimal("1.452123456789")
    assert record["directEmissions"]["additionalInformation"] == (
        "Figure cbam/CN-A/72139149/2026/see_counted, provisional, evidence partly_default; "
        "0.25 of the counted emissions rest on default values"
    )
    assert record["indirectEmissions"] == {
        "sourceOfEmissionFactor": "02",
        "emissionFactorTonnesCo2PerMwh": Decimal("0.605"),
        "sourceOfEmissionFactorValue": "Commission, Annex II",
        "specificEmbeddedEmissionsIndirect": Decimal("0.121"),
        "electricityConsumedMwhPerTonnesGood": Decimal("0.2"),
        "sourceOfElectricity": "SOE03",
    }
    assert record["freeAllocationFactor"] == Decimal("1.23")


def test_a_mixed_factor_is_the_mean_and_says_so(copy: Settings) -> None:
    """0.3 t over 0.7 MWh are 0.428571428571 t/MWh."""
    told = records(catena_x_response.respond(asked(), copy))["CN-B"]["indirectEmissions"]

    assert told["sourceOfEmissionFactor"] == "01"
    assert told["emissionFactorTonnesCo2PerMwh"] == Decimal("0.428571428571")
    assert told["sourceOfEmissionFactorValue"].startswith("mean of all electricity embodied")


def test_the_mass_asked_is_split_by_what_was_shipped_in_the_period(copy: Settings) -> None:
    """20 t and 10 t were shipped in 2026: of 100 t the works get 66.666667 and what is left."""
    answer = catena_x_response.respond(asked(100), copy)

    assert {code: record["activityData"]["netMass"] for code, record in records(answer).items()} == {
        "CN-A": Decimal("66.666667"),
        "CN-B": Decimal("33.333333"),
    }
    assert form.doubts(answer.message) == []


def test_what_was_never_shipped_is_split_by_the_tonnes_made(copy: Settings) -> None:
    """100 t of 90 t of clinker, 50 t of 30 t: 90 t are 60 t and 30 t of cement, and not by clinker."""
    answer = catena_x_response.respond(asked(cn_code="25232100"), copy)

    assert {code: record["activityData"]["netMass"] for code, record in records(answer).items()} == {
        "CN-A": 60,
        "CN-B": 30,
    }


def test_what_the_request_asks_of_an_installation_of_ours_is_what_it_gets(copy: Settings) -> None:
    operator = {
        "operatorIdentification": {"operatorName": "As the customer knows us"},
        "operatorNetMass": 90,
        "installation": [installation("CN-B", 60), installation("IN-X", 30)],
    }
    answer = catena_x_response.respond(asked(90, [operator]), copy)

    assert {code: record["activityData"]["netMass"] for code, record in records(answer).items()} == {
        "CN-B": 60
    }
    (told,) = answer.message["content"]["good"][0]["operator"]
    assert told["operatorIdentification"] == {"operatorName": "As the customer knows us"}
    assert [(finding.column, finding.sentence) for finding in answer.unanswered[:1]] == [
        (f"{PLACE}/operator/0/installation/1 of the request", "IN-X is none of ours")
    ]


def test_without_a_mass_the_shipped_masses_stand(copy: Settings) -> None:
    answer = catena_x_response.respond(asked(None), copy)

    assert {code: record["activityData"]["netMass"] for code, record in records(answer).items()} == {
        "CN-A": 20,
        "CN-B": 10,
    }


def test_what_cannot_be_told_is_left_out_and_named(copy: Settings) -> None:
    answer = catena_x_response.respond(asked(), copy)
    record = f"{PLACE}/operator/1/installation/0/emissionsRecords/0"

    named = {finding.column: finding.sentence for finding in answer.unanswered}
    assert named[f"{record}/freeAllocationFactor"] == "no benchmark"
    assert named[f"{record}/attestationOfConformance"] == "no satisfactory statement holds all of 2026"
    assert named[f"{record}/carbonPricePaid"] == "no carbon price paid is known"
    assert named[f"{record}/indirectEmissions"].startswith("sourceOfElectricity holds one code")
    assert f"{PLACE}/operator/0/installation/0/installationIdentification/address/city" in named
    assert not {"freeAllocationFactor", "attestationOfConformance", "carbonPricePaid"} & set(
        records(answer)["CN-B"]
    )


def test_the_statement_that_closes_the_figure_goes_with_it(copy: Settings) -> None:
    answer = catena_x_response.respond(asked(), copy)

    assert records(answer)["CN-A"]["attestationOfConformance"] == {
        "attestationType": "CBAM third party verification",
        "attestationStandard": "Implementing Regulation (EU) 2025/2546",
        "providerName": "Proof",
        "providerId": "ACC 007",
        "attestationOfConformanceId": "V-2026-7",
        "attestationOfConformanceLink": "https://proof.example/V-2026-7",
        "completedAt": "2027-02-01T00:00:00Z",
    }
    named = {finding.column: finding.sentence for finding in answer.unanswered}
    place = f"{PLACE}/operator/0/installation/0/emissionsRecords/0/attestationOfConformance"
    assert named[place] == "of the statement standardName and accreditationBodyName are not landed"


def test_a_statement_in_the_archive_has_no_link(copy: Settings) -> None:
    answer = catena_x_response.respond(asked(cn_code="25232900"), copy)

    (record,) = records(answer).values()
    assert record["attestationOfConformance"]["attestationOfConformanceId"] == "V-2026-8"
    assert "attestationOfConformanceLink" not in record["attestationOfConformance"]
    named = {finding.column.rpartition("/")[2]: finding.sentence for finding in answer.unanswered}
    assert named["attestationOfConformance"].endswith(
        "and attestationOfConformanceLink, for the statement has no web address"
    )


def test_an_absent_figure_is_told_with_its_reason(copy: Settings) -> None:
    answer = catena_x_response.respond(asked(cn_code="72011011"), copy)

    (record,) = records(answer).values()
    assert set(record) == {"activityData"}
    named = {finding.column.rpartition("/")[2]: finding.sentence for finding in answer.unanswered}
    assert named["directEmissions"] == "no output in 2026"
    assert named["methodId"] == "that of pig iron hangs on the route, which is not told"


def test_a_figure_per_tonne_of_clinker_is_told_per_tonne_of_cement(copy: Settings) -> None:
    """0.8 t of clinker in a tonne, at 0.25 MWh each: 0.2 MWh, and at 0.605 t/MWh 0.121 t."""
    (record,) = records(catena_x_response.respond(asked(cn_code="25232900"), copy)).values()

    assert record["productionMethod"] == {"methodId": "P03"}
    assert record["directEmissions"]["specificEmbeddedEmissionsDirect"] == Decimal("0.8")
    assert record["indirectEmissions"]["electricityConsumedMwhPerTonnesGood"] == Decimal("0.2")
    assert record["indirectEmissions"]["emissionFactorTonnesCo2PerMwh"] == Decimal("0.605")


def test_what_was_not_asked_is_not_told(copy: Settings) -> None:
    answer = catena_x_response.respond(asked(requestedElements=["directEmissions"]), copy)

    assert set(records(answer)["CN-A"]) == {"productionMethod", "activityData", "directEmissions"}
    assert not [finding for finding in answer.unanswered if finding.column.endswith("carbonPricePaid")]


@pytest.mark.parametrize(
    ("request_", "rule"),
    [
        pytest.param(asked(cn_code="72139999"), "no_figure", id="a good we do not make"),
        pytest.param(
            asked().replace(b"2026-12-31T", b"2027-03-31T"), "no_period", id="a period over two years"
        ),
        pytest.param(asked(0), "no_mass", id="no mass to speak of"),
        pytest.param(asked().replace(b"2026-12-31T", b"2026-13-31T"), "no_period", id="no day"),
        pytest.param(asked().replace(b"2026-", b"2024-"), "no_figure", id="a year without figures"),
    ],
)
def test_a_good_without_any_figure_has_no_operator(copy: Settings, request_: bytes, rule: str) -> None:
    answer = catena_x_response.respond(request_, copy)

    assert answer.message["content"]["good"][0]["operator"] == []
    assert (answer.unanswered[-1].rule, answer.unanswered[-1].column) == (rule, PLACE)


def test_a_response_is_no_request(copy: Settings) -> None:
    with pytest.raises(form.NotTheFormError, match="unknown_version"):
        catena_x_response.respond(asked().replace(b"API-Request", b"API-Response"), copy)


def test_before_the_first_publication_there_is_no_answer(house: Settings) -> None:
    with pytest.raises(NoReadersCopyError):
        catena_x_response.respond(asked(), house)


# ---- form and way back


def keys_of(value: Any, place: str = "") -> dict[str, type]:
    """Place without numbers -> type; whole and broken numbers are one type."""
    if isinstance(value, dict):
        return {k: v for key, below in value.items() for k, v in keys_of(below, f"{place}.{key}").items()}
    if isinstance(value, list):
        return {k: v for entry in value for k, v in keys_of(entry, f"{place}[]").items()}
    return {place: Decimal if type(value) is int else type(value)}


def test_every_key_of_the_example_is_in_ours_or_named_as_left_out(
    copy: Settings, reference_files: Path
) -> None:
    """The example's request, asked of an installation of ours and a good we make."""
    folder = reference_files / "reference/cbam/other_formats"
    request = (folder / "catenax_cbam_request_example_1.0.0.json").read_text(encoding="utf-8")
    request = request.replace("72011000", GOOD).replace("INST-987654", "CN-A")
    example = form.parse((folder / "catenax_cbam_response_example_1.0.0.json").read_bytes(), form.RESPONSE)

    answer = catena_x_response.respond(request.encode(), copy)
    ours = keys_of(form.parse(catena_x.encoded(answer.message), form.RESPONSE))
    theirs = keys_of(example)

    assert {key: kind for key, kind in ours.items() if key in theirs} == {
        key: kind for key, kind in theirs.items() if key in ours
    }
    assert set(ours) - set(theirs) == {".header.relatedMessageId"}
    left_out = {finding.column.rpartition("/")[2] for finding in answer.unanswered}
    ends = (
        "senderFeedbackUrl",
        "specificSteelMillId",
        "productionMethod.additionalInformation",
    )  # no element of a request's own
    assert [
        key
        for key in set(theirs) - set(ours)
        if not any(part in left_out for part in key.replace("[]", "").split(".")) and not key.endswith(ends)
    ] == []


def test_our_response_is_read_back_with_the_same_digits(copy: Settings, house: Settings) -> None:
    entry = {
        "table": "supplier_embedded_emissions",
        "format": "catena_x_cbam",
        "location": "inbox",
        "files": "*.json",
        "columns": {
            "supplier_code": "sender_bpn",
            "producer_installation_code": "installation_id",
            "cn_code": "cn_code",
            "country_code": "country_code",
            "route": "method",
            "functional_unit": {"value": "t_product"},
            "period_from": "period_from",
            "period_until": "period_until",
            "see_direct_t_co2e_per_fu": "see_direct_t_co2e_per_t",
            "electricity_mwh_per_fu": "electricity_mwh_per_t",
            "electricity_factor_t_co2e_per_mwh": "electricity_factor_t_co2e_per_mwh",
            "default_share": {"value": "1"},
            "sefa_t_co2e_per_fu": "free_allocation_t_co2e_per_t",
            "net_mass_t": "net_mass_t",
            "doubts": "doubts",
        },
        "ignore": [
            *("sent_at", "electricity_factor_source", "carbon_price_per_t", "carbon_price_currency", "form"),
            *("attestation_id", "attestation_provider", "attestation_provider_id"),
            *("attestation_link", "attestation_completed_on"),
        ],
    }
    house.sources_file.write_text(yaml.safe_dump({"sources": {"answers": entry}}), encoding="utf-8")
    source = catalog.load(house)["answers"]
    sent = catena_x.encoded(catena_x_response.respond(asked(), copy).message)

    rows = sources.read(sent, source, source.contract, "ours.json").to_pylist()

    assert [row["fault_rule"] for row in rows] == [None, None]
    assert [row["doubts"] for row in rows] == [None, None]
    first, second = rows
    assert first["supplier_code"] == "BPNL-US"
    assert first["producer_installation_code"] == "CN-A"
    assert first["see_direct_t_co2e_per_fu"] == Decimal("1.452123456789")
    assert first["electricity_mwh_per_fu"] == Decimal("0.2")
    assert first["electricity_factor_t_co2e_per_mwh"] == Decimal("0.605")
    assert first["sefa_t_co2e_per_fu"] == Decimal("1.23")
    assert (first["net_mass_t"], second["net_mass_t"]) == (60, 30)
    assert second["electricity_factor_t_co2e_per_mwh"] == Decimal("0.428571428571")


def test_our_statement_is_read_back_as_the_verifiers(copy: Settings, house: Settings) -> None:
    page = (house.dbt_project.parent / "docs" / "commands.md").read_text(encoding="utf-8")
    (entry,) = re.findall(r"```yaml\n(  supplier_attestations_catena_x:.*?)```", page, re.DOTALL)
    house.sources_file.write_text(yaml.safe_dump({"sources": yaml.safe_load(entry)}), encoding="utf-8")
    source = catalog.load(house)["supplier_attestations_catena_x"]
    sent = catena_x.encoded(catena_x_response.respond(asked(), copy).message)

    (row,) = sources.read(sent, source, source.contract, "ours.json").to_pylist()

    assert row["fault_rule"] is None
    assert (row["attestation_code"], row["verifier_name"], row["accreditation_number"]) == (
        "V-2026-7", "Proof", "ACC 007",
    )  # fmt: skip
    assert (row["producer_installation_code"], row["cn_code"], row["issued_on"]) == (
        "CN-A", GOOD, date(2027, 2, 1),
    )  # fmt: skip
    assert (row["period_from"], row["period_until"]) == (date(2026, 1, 1), date(2027, 1, 1))
    assert row["document_ref"] == "https://proof.example/V-2026-7"


def test_the_command_writes_the_answer_and_names_what_is_missing(
    copy: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("lingtan.settings.load", lambda: copy)
    (tmp_path / "asked.json").write_bytes(asked())

    assert cli.main(["catena-x-response", str(tmp_path / "asked.json")]) == 1
    printed = capsys.readouterr()
    file = copy.out / "catena_x" / "asked_response.json"
    assert printed.out.strip() == str(file)
    assert f"not told: {PLACE}/operator/0/installation/0/emissionsRecords/0/carbonPricePaid: " in printed.err
    assert b'"specificEmbeddedEmissionsDirect": 1.452123456789' in file.read_bytes()
    assert cli.main(["catena-x-response", str(tmp_path / "nowhere.json")]) == 2


def test_the_command_says_yes_when_all_that_is_asked_is_told(
    copy: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lingtan.settings.load", lambda: copy)
    operator = {"operatorIdentification": {"operatorName": "We"}, "installation": [installation("CN-B", 90)]}
    (tmp_path / "asked.json").write_bytes(asked(90, [operator], requestedElements=["directEmissions"]))

    assert cli.main(["catena-x-response", str(tmp_path / "asked.json")]) == 0


# ---- the request


RECEIPTS = {
    "intermediate.int_receipts_matched_to_answers": """
        select 'CN-FAST' as installation_code, 'R-1' as receipt_code, 'ROD' as item_code,
            '72139149' as cn_code, 'MILL' as supplier_code, 'CN-MILL-A' as producer_installation_code,
            date '2026-02-01' as received_on, cast('12.5' as decimal(28, 9)) as mass_t
        union all select 'CN-FAST', 'R-2', 'ROD', '72139149', 'MILL', 'CN-MILL-A', date '2026-03-01', 7.5
        union all select 'CN-FAST', 'R-3', 'ROD', '72139149', 'MILL', 'unknown', date '2026-04-01', 5
        union all select 'CN-FAST', 'R-4', 'ROD', '72139149', 'MILL', 'CN-MILL-A', date '2025-04-01', 100
        union all select 'CN-FAST', 'R-5', 'ROD', '72139149', 'OTHER', 'CN-X', date '2026-04-01', 100
        union all select 'CN-FAST', 'R-6', 'BOX', '48191000', 'MILL', 'CN-MILL-A', date '2026-04-01', 100
    """,
    "staging.stg_items": """
        select 'ROD' as item_code, 'Wire rod' as name, date '2025-01-01' as valid_from,
            cast(null as date) as valid_until
    """,
    "reference.cbam_goods": TABLES["reference.cbam_goods"],
}


@pytest.fixture
def received(house: Settings) -> Settings:
    write(house.warehouse_file, RECEIPTS)
    return house


def test_the_request_asks_for_what_was_received_in_the_year(received: Settings) -> None:
    message = catena_x_request.request("MILL", 2026, "BPNL-US", "BPNL-MILL", received)
    read = form.parse(catena_x.encoded(message), form.REQUEST)

    (good,) = read["content"]["good"]
    assert (good["cnCode"], good["productDescription"]) == ("72139149", "Wire rod")
    transaction = good["businessTransactionDetails"]
    assert transaction["requestNetMass"] == 25
    assert [each["value"] for each in transaction["transactionReferenceDocuments"]] == ["R-1", "R-2", "R-3"]
    (operator,) = good["operator"]
    assert operator["installation"] == [installation("CN-MILL-A", 20), {"installationNetMass": 5}]
    assert form.doubts(read) == []


def test_a_year_without_receipts_asks_for_nothing(received: Settings) -> None:
    with pytest.raises(catena_x_request.NothingReceivedError, match="MILL in 2024"):
        catena_x_request.request("MILL", 2024, "BPNL-US", "BPNL-MILL", received)


def test_the_command_writes_the_request(
    received: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("lingtan.settings.load", lambda: received)

    arguments = ["catena-x-request", "MILL", "2026", "--sender", "BPNL-US", "--receiver", "BPNL-MILL"]
    assert cli.main(arguments) == 0
    file = received.out / "catena_x" / "MILL_2026_request.json"
    assert capsys.readouterr().out.strip() == str(file)
    assert form.parse(file.read_bytes(), form.REQUEST)["header"]["receiverBpn"] == "BPNL-MILL"


def test_indirect_emissions_nobody_knows_are_left_out_with_their_reason(copy: Settings) -> None:
    good = {
        **dict.fromkeys(("aggregated_good", "carbon_price_paid_eur_per_fu"), None),
        **dict.fromkeys(("installation_code", "process_code", "cn_code"), "of nobody"),
        **dict.fromkeys(("sefa_t_co2e_per_t", "sefa_absent_because", "carbon_price_absent_because"), None),
        "reporting_year": 2026,
        "figure_key": "cbam/CN-A/72139149/2026/see_counted",
        "status": "provisional",
        "evidence_rung": "actual_unverified",
        "default_share": Decimal(0),
        "see_direct_t_co2e_per_t": Decimal("1.5"),
        "see_indirect_t_co2e_per_t": None,
        "indirect_absent_because": "Rod: no electricity factor for IN",
        "embedded_electricity_mwh_per_fu": Decimal("0.2"),
    }

    with duckdb.connect(str(copy.readers_file), read_only=True) as connection:
        told, unanswered = catena_x_record.record(connection, good, Decimal(1), frozenset())

    assert told["directEmissions"]["specificEmbeddedEmissionsDirect"] == Decimal("1.5")
    assert told["indirectEmissions"] is None
    assert unanswered["indirectEmissions"] == "Rod: no electricity factor for IN"
