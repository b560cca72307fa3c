"""The operator's emissions report: every field of Annex IV is there, told or with the reason why not."""

from __future__ import annotations

import csv
import json
import re
from html import escape
from html.parser import HTMLParser

import duckdb
import pytest

from lingtan import cli
from lingtan.publish import emissions_report, emissions_report_page, emissions_report_table
from lingtan.publish.emissions_report import ASKED, fields
from lingtan.publish.readers import NoReadersCopyError

REASON = re.compile(r"(not known|not applicable): [^.]+")


@pytest.fixture(scope="module")
def report(published_once):
    return emissions_report.emissions_report("CN-FAST", 2026, published_once)


def answer(report, field_id):
    (found,) = [field for field in report["fields"] if field["field_id"] == field_id]
    return found


# ---- the list of fields


def test_the_table_of_fields_is_the_list_made_from_the_act(reference_files):
    file = reference_files / "reference/cbam/registry/operator_emissions_report_annex_iv_fields.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        listed = list(csv.DictReader(opened))

    assert [{name: field[name] for name in listed[0]} for field in fields()] == listed


def test_each_field_is_asked_once():
    assert sorted(field["field_id"] for field in fields()) == sorted(ASKED)


# ---- what it says


def test_every_field_is_told_with_its_origin_or_absent_with_a_reason(report):
    assert [field["field_id"] for field in report["fields"]] == [field["field_id"] for field in fields()]
    for field in report["fields"]:
        if field["value"] is None:
            assert REASON.fullmatch(field["absent_because"]), field
            assert field["comes_from"] is field["unit"] is field["note"] is None
        else:
            assert field["comes_from"].startswith(("marts.", "reports."))
            assert field["absent_because"] is None


def test_no_question_asks_for_what_the_copy_does_not_have(report):
    assert not [field for field in report["fields"] if "older" in (field["absent_because"] or "")]


def test_the_master_row_is_the_one_that_held_last_in_the_year(report):
    assert answer(report, "installation_name")["value"] == "Works & <sons>"
    assert answer(report, "unlocode")["value"] == "CNJIA"
    assert answer(report, "operator_registration_number")["value"] == "R-1"
    assert answer(report, "installation_address")["value"] == "2 Bolt road"
    assert answer(report, "coordinates")["value"] == [{"latitude": "30.75", "longitude": "120.75"}]


def test_an_empty_cell_of_the_master_row_is_not_known(published_once):
    report = emissions_report.emissions_report("CN-ALU", 2026, published_once)

    assert answer(report, "unlocode")["absent_because"] == (
        "not known: fill column unlocode of installations"
    )
    assert answer(report, "installation_address")["absent_because"] == (
        "not known: fill column address of installations"
    )
    assert answer(report, "coordinates")["value"] is None


def test_totals_are_those_of_the_year_and_of_cbam_alone(report):
    direct = answer(report, "total_direct_emissions")["value"]
    indirect = answer(report, "indirect_emissions")["value"]

    assert [(row["process_code"], row["total_t_co2e"]) for row in direct] == [
        ("all", "194.513"),
        ("FASTENERS", "182.58"),
        ("PLATING", "1.683"),
        ("none", "10.25"),
    ]
    assert [(row["process_code"], row["total_t_co2e"]) for row in indirect] == [
        ("all", "242"),
        ("FASTENERS", "181.5"),
        ("PLATING", "60.5"),
    ]


def test_what_corroborates_a_stack_is_told_and_is_in_no_total(report):
    told = {row["stream_code"]: row for row in answer(report, "activity_data")["value"]}

    assert (told["COAL"]["is_corroborating"], told["COAL"]["emissions_t_co2e"]) == (True, "9.5")
    assert told["NG"]["is_corroborating"] is False
    # 10.25 t of gas that no process took, without the 9.5 t of coal
    assert {
        row["process_code"]: row["total_t_co2e"] for row in answer(report, "total_direct_emissions")["value"]
    }["none"] == "10.25"


def test_a_total_with_an_absent_part_is_absent_and_says_why(published_once):
    report = emissions_report.emissions_report("CN-ALU", 2026, published_once)

    assert answer(report, "total_direct_emissions")["value"][0] == {
        "process_code": "all",
        "total_t_co2e": None,
        "absent_because": "no factor for OIL",
    }


def test_measured_n2o_is_told_in_tonnes_of_the_gas_too(published_once):
    report = emissions_report.emissions_report("CN-ALU", 2026, published_once)

    told = answer(report, "measured_sources")
    assert [(row["emissions_t_n2o"], row["emissions_t_co2e"]) for row in told["value"]] == [("0.02", "5.3")]
    assert told["unit"]["emissions_t_n2o"] == "t N2O"


def test_every_source_of_electricity_is_told_with_its_factor(report):
    assert answer(report, "electricity_factors")["value"] == [
        {
            "source": "grid",
            "source_code": "EL",
            "country_code": "CN",
            "electricity_kwh": "340000.5",
            "factor_id": "grid-east",
            "factor_t_co2e_per_mwh": "0.605",
        },
        {
            "source": "ppa",
            "source_code": "EL",
            "country_code": None,
            "electricity_kwh": "60000",
            "factor_id": "contract/CN-FAST/WIND/2026-01-01",
            "factor_t_co2e_per_mwh": "0.02",
        },
    ]
    assert answer(report, "own_electricity")["value"] == [
        {
            "process_code": "ENGINE",
            "generation": "cogeneration",
            "fuels": None,
            "produced_mwh": "50",
            "exported_mwh": "10",
            "factor_t_co2e_per_mwh": "0.4",
        }
    ]
    assert answer(report, "power_purchase_factor")["value"] == [
        {"contract_code": "WIND", "factor_t_co2e_per_mwh": "0.02"}
    ]
    assert answer(report, "actual_electricity_factor_criteria")["value"] is True


def test_without_a_contract_no_actual_factor_is_confirmed(published_once):
    report = emissions_report.emissions_report("CN-ALU", 2026, published_once)

    assert answer(report, "actual_electricity_factor_criteria")["absent_because"] == (
        "not applicable: no line or agreement proves a factor; the country's is used"
    )


def test_figures_keep_every_digit_and_name_their_unit(report):
    told = answer(report, "specific_direct_emissions")

    assert [row["see_direct_t_co2e_per_fu"] for row in told["value"]] == ["2.5322"]
    assert told["unit"] == {
        "see_direct_t_co2e_per_fu": "t CO2e per functional unit",
        "see_direct_t_co2e_per_t": "t CO2e per t of product",
    }
    assert [row["default_share"] for row in answer(report, "share_from_default_values")["value"]] == [
        "0.387015243662"
    ]


def test_precursors_are_told_by_what_they_rest_on(report):
    (default,) = answer(report, "precursors_on_default_values")["value"]
    actual = answer(report, "precursors_on_actual_values")["value"]

    # 200 t bought of one seller and 100 t of another, by one default value
    assert (default["mass_t"], default["emissions_t_co2e"]) == ("300", "1050")
    assert (default["markup_year"], default["printed_default_t_co2e_per_t"]) == (2026, "3.18")
    assert [(row["evidence"], row["attestation_code"], row["amount_fu"]) for row in actual] == [
        ("actual_provisional", None, "100"),
        ("actual_verified", "V-1", "600"),
    ]


def test_precursors_are_told_by_amount_and_mean(report):
    assert [
        (row["evidence"], row["mass_t"], row["amount_fu"])
        for row in answer(report, "bought_precursors")["value"]
    ] == [
        ("actual_provisional", "100", "100"),
        ("actual_verified", "600", "600"),
        ("default", "300", "300"),
    ]
    (mean,) = answer(report, "precursors_of_several_installations")["value"]
    assert (mean["amount_fu"], mean["see_direct_t_co2e_per_fu"]) == ("1000", "2.45")


def test_goods_are_added_up_over_products_and_told_by_route(report):
    assert [
        (row["cn_code"], row["route"], row["mass_t"], row["amount_fu"])
        for row in answer(report, "goods_by_route")["value"]
    ] == [("73181588", "all routes", "900", "900"), ("73181588", "other", "100", "100")]
    assert [(row["cn_code"], row["mass_t"]) for row in answer(report, "largest_goods")["value"]] == [
        ("73181588", "1000"),
        (None, "7"),
    ]
    assert answer(report, "total_goods")["value"] == [
        {"process_code": "all", "mass_t": "1000"},
        {"process_code": "FASTENERS", "mass_t": "1000"},
    ]
    assert [row["product_code"] for row in answer(report, "other_goods")["value"]] == ["ASH"]


def test_processes_are_those_of_the_year(report):
    (process,) = answer(report, "cbam_processes")["value"]

    assert (process["process_name"], process["route"]) == ("Heading", "all routes")
    assert (process["cn_code"], process["good"]) == ("73181588", "screws and bolts")
    assert [row["process_code"] for row in answer(report, "other_processes")["value"]] == [
        "ENGINE",
        "PLATING",
    ]


def test_electricity_is_what_came_in_and_was_made(report):
    assert answer(report, "total_electricity")["value"] == [{"electricity_mwh": "440.0005"}]
    assert [
        (row["process_code"], row["electricity_mwh"])
        for row in answer(report, "electricity_by_process")["value"]
    ] == [("ENGINE", "0"), ("FASTENERS", "340.0005"), ("PLATING", "100")]


def test_attributed_emissions_are_told_with_the_activity_level(report):
    assert [
        (row["process_code"], row["activity_level"], row["heat_in_t_co2e"], row["attributed_direct_t_co2e"])
        for row in answer(report, "attributed_emissions")["value"]
    ] == [("FASTENERS", "1000", "38", "220.58"), ("PLATING", None, "4", "4")]


def test_fuels_are_told_by_their_energy(report):
    fuel, corroborating = answer(report, "largest_fuels")["value"]

    # of 39 and 78 GJ; what no process took has no energy here
    assert (fuel["material_code"], fuel["activity_amount"], fuel["energy_gj"]) == (
        "natural_gas",
        "3000",
        "117",
    )
    assert (corroborating["stream_code"], corroborating["energy_gj"]) == ("COAL", "100")
    assert (fuel["is_corroborating"], corroborating["is_corroborating"]) == (False, True)


def test_process_materials_say_which_of_them_corroborate(report):
    assert [
        (row["stream_code"], row["is_corroborating"], row["emissions_t_co2e"])
        for row in answer(report, "largest_process_materials")["value"]
    ] == [("LIME", True, "1.3"), ("SODA", False, "0.83")]


def test_every_good_stands_in_one_row_at_the_head_of_the_summary(report):
    (good,) = report["goods"]["value"]

    assert (good["cn_code"], good["good"]) == ("73181588", "screws and bolts")
    assert (good["see_direct_t_co2e_per_fu"], good["default_share"]) == ("2.5322", "0.387015243662")
    assert "sefa_t_co2e_per_t" in report["goods"]["unit"]


def test_a_good_says_why_its_indirect_emissions_alone_are_absent(published):
    with duckdb.connect(str(published.readers_file)) as copy:
        copy.execute(
            "update marts.fct_cbam_embedded_emissions set indirect_absent_because = 'no factor of TR'"
        )

    report = emissions_report.emissions_report("CN-FAST", 2026, published)

    assert report["goods"]["value"][0]["indirect_absent_because"] == "no factor of TR"
    summary = emissions_report_page.render(report).partition('<section class="summary">')[2]
    assert "no factor of TR" in summary.partition("</div>")[0]


def test_a_copy_from_before_the_reason_has_none_to_tell(published):
    with duckdb.connect(str(published.readers_file)) as copy:
        copy.execute("alter table marts.fct_cbam_embedded_emissions drop column indirect_absent_because")

    (good,) = emissions_report.emissions_report("CN-FAST", 2026, published)["goods"]["value"]

    assert (good["cn_code"], good["indirect_absent_because"]) == ("73181588", None)


def test_findings_of_the_year_are_its_gaps(report):
    assert [
        (row["subject_code"], row["period_from"], row["minutes"])
        for row in answer(report, "data_gaps")["value"]
    ] == [("NG-COUNTER", "2026-01-31", 480)]


def test_a_no_is_an_answer(report):
    assert answer(report, "zero_rated_fuels")["value"] is False


def test_a_copy_without_a_mart_says_so(published):
    with duckdb.connect(str(published.readers_file)) as copy:
        copy.execute("drop table marts.fct_emissions")

    report = emissions_report.emissions_report("CN-FAST", 2026, published)

    assert answer(report, "activity_data")["absent_because"] == (
        "not known: this readers' copy is older than marts.fct_emissions, reports.rpt_annex_iv_factors"
    )
    assert answer(report, "operator_name")["value"] == "Fasteners Co."


def test_without_a_figure_there_is_no_report(house, published_once):
    with pytest.raises(emissions_report.NoSuchReportError, match=r"CN-FAST 2025 .*CN-ALU 2026, CN-FAST 2026"):
        emissions_report.emissions_report("CN-FAST", 2025, published_once)
    with pytest.raises(NoReadersCopyError):
        emissions_report.emissions_report("CN-FAST", 2026, house)


# ---- the page


@pytest.mark.parametrize(
    ("name", "text", "unit", "shown"),
    [
        pytest.param("see_direct_t_co2e_per_fu", "2.532245678901", "t", "2.53225", id="five decimals"),
        pytest.param("see_direct_t_co2e_per_fu", "2.5", "t", "2.5", id="no zeros added"),
        pytest.param("total_t_co2e", "1192.83", "t", "1,193", id="whole tonnes"),
        pytest.param("total_t_co2e", "0.5", "t", "1", id="half up"),
        pytest.param("emissions_t_n2o", "0.00956", "t", "0.010", id="N2O to kilograms"),
        pytest.param("factor_t_co2e_per_mwh", "0.605123456789", "t", "0.605123456789", id="all digits"),
        pytest.param("default_share", "0.387015243662", "1", "38.7", id="a share in per cent"),
        pytest.param("default_share", "0.00001", "1", "< 0.01", id="little is not nothing"),
        pytest.param("default_share", "0", "1", "0", id="nothing is zero"),
    ],
)
def test_numbers_are_rounded_for_the_eye_as_the_act_says(name, text, unit, shown):
    assert emissions_report_table.number(name, text, unit) == shown


def test_heads_name_a_unit_once_and_units_are_written_as_usual():
    rows = [{"cn_code": "73181588", "mass_t": "2", "amount": "3", "unit": "m3_0c"}]
    table = emissions_report_table.table(rows, {"mass_t": "t", "amount": "as unit says"})

    assert re.findall("<th[^>]*>(.*?)</th>", table) == ["CN code", "mass<br>t", "amount", "unit"]
    assert "m³\xa0(0\xa0°C)" in table


def test_a_head_that_its_unit_names_already_says_it_once():
    rows = [{"functional_units_per_t": "0.9", "is_claimable": False, "see_direct_t_co2e_per_t": "2"}]
    units = {
        "functional_units_per_t": "functional units per t of product",
        "see_direct_t_co2e_per_t": "t CO2e per t of product",
    }
    table = emissions_report_table.table(rows, units)

    assert re.findall("<th[^>]*>(.*?)</th>", table) == [
        "functional units per t of product",
        "claimable",
        "SEE direct<br>t\xa0CO2e per t of product",
    ]


def test_the_points_of_a_column_stand_below_one_another_and_no_digit_is_added():
    rows = [{"activity_amount": text} for text in ("94.144", None, "415", "1234.5")]
    table = emissions_report_table.table(rows, {"activity_amount": "as activity_unit says"})

    assert re.findall("<td[^>]*>(.*?)</td>", table) == [
        "94.144",
        "—",
        '415<span class="pad">.000</span>',
        '1,234.5<span class="pad">00</span>',
    ]


def test_counts_stand_on_the_right_and_years_as_names():
    table = emissions_report_table.table([{"minutes": 1440, "markup_year": 2026, "is_indirect": True}], {})

    assert re.findall("<td.*?</td>", table) == [
        '<td class="number">1,440</td>',
        "<td>2026</td>",
        "<td>yes</td>",
    ]


def test_sentences_stand_below_their_row():
    because = "no satisfactory attestation holds the whole period of the answer, which ends in May"
    rows = [
        {"evidence_rung": "partly_default", "unclaimable_because": because, "missing_share": "0"},
        {"evidence_rung": "verified", "unclaimable_because": None, "missing_share": "0"},
    ]
    table = emissions_report_table.table(rows, {"missing_share": "1"})

    assert re.findall("<tr.*?</tr>", table) == [
        '<tr><th>evidence rung</th><th class="number">missing share<br>%</th></tr>',
        '<tr><td>partly default</td><td class="number">0</td></tr>',
        f'<tr class="sentence"><td colspan="2"><div>unclaimable because: {because}</div></td></tr>',
        '<tr><td>verified</td><td class="number">0</td></tr>',
    ]


def test_a_table_too_wide_for_a_sheet_stands_in_parts():
    long, short = "123456789.123456789012", "0"
    flows = [{f"flow_{at}_t": text for at in range(8)} for text in (long, short)]
    units = {f"flow_{at}_t": "t" for at in range(8)}
    rows = [{"process_code": code} | row for code, row in zip(("FORGE", "SITE"), flows, strict=True)]
    first, second = re.findall("<table>.*?</table>", emissions_report_table.table(rows, units))

    # eight columns of 24 letters and a gap, and the 8 of one code, are two parts about as wide
    heads = [re.findall("<th[^>]*>(.*?)<", part) for part in (first, second)]
    assert heads == [
        ["process code", "flow 0", "flow 1", "flow 2", "flow 3"],
        ["process code", "flow 4", "flow 5", "flow 6", "flow 7"],
    ]
    assert [re.findall("<tr><td>([A-Z]+)</td>", part) for part in (first, second)] == [["FORGE", "SITE"]] * 2
    assert "123,456,789.123456789012" in second


def test_rows_that_their_first_column_does_not_tell_apart_are_numbered():
    text = "123456789.123456789012"
    rows = [{"cn_code": "72139149"} | {f"flow_{at}_t": text for at in range(8)}] * 2
    parts = re.findall(
        "<table>.*?</table>", emissions_report_table.table(rows, {f"flow_{at}_t": "t" for at in range(8)})
    )

    assert [re.findall("<tr><td>([0-9])</td>", part) for part in parts] == [["1", "2"]] * 2


class Outline(HTMLParser):
    """Headings by section of the page, and every address it asks for."""

    def __init__(self, text):
        super().__init__()
        self.headings, self.asked, self._part, self._in = {}, [], None, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        self.asked += [said[name] for name in ("src", "href") if name in said]
        if tag == "section":
            self._part = said["class"]
        self._in = tag

    def handle_data(self, data):
        if self._in == "h3" and data.strip():
            self.headings.setdefault(self._part, []).append(data)

    def handle_endtag(self, tag):
        self._in = None


def test_the_page_has_every_section_and_field_and_asks_for_nothing(report):
    text = emissions_report_page.render(report)
    outline = Outline(text)

    for part, key in (("full", "full_report"), ("summary", "summary_report")):
        listed = [field for field in fields() if field[key] != "no"]
        at_a_glance = ["Goods"] if part == "summary" else []
        assert outline.headings[part] == at_a_glance + list(
            dict.fromkeys(field["section"] for field in listed)
        )
        shown = re.search(rf'<section class="{part}">(.*?)</section>', text, re.DOTALL)[1]
        assert all(f"<div>{escape(field['field'])}<" in shown for field in listed)
        assert shown.count('<div class="field') == len(listed)
    assert outline.asked == []
    assert "url(" not in text and "@import" not in text
    assert "Works &amp; &lt;sons&gt;" in text
    assert '<td class="number">195</td>' in text  # 194.513 t of the installation
    assert '<td class="number">38.7</td>' in text  # 0.387015243662 on default values


def test_the_report_says_how_open_points_of_law_were_read(report):
    assert report["readings"][1] == {
        "setting": "certificates_rounding",
        "reading": "up",
        "is_default": False,
        "sentence": "Certificates are whole.",
    }
    text = emissions_report_page.render(report)
    assert "<li>Below zero counts as zero.</li>" in text
    assert "<li>Certificates are whole. Chosen by the operator.</li>" in text


def test_the_page_says_what_it_is_worth(report):
    text = emissions_report_page.render(report)

    assert "Provisional: nobody has approved these figures." in text
    assert "It is no file of the CBAM registry" in text
    assert report["release"] in text


# ---- the command


def test_the_command_writes_both_files(published, monkeypatch, capsys):
    monkeypatch.setenv("LINGTAN_OUT", str(published.out))

    assert cli.main(["emissions-report", "CN-FAST", "2026"]) == 0

    folder = published.out / "emissions_reports"
    said = json.loads((folder / "CN-FAST_2026.json").read_text(encoding="utf-8"))
    assert said["installation_code"] == "CN-FAST"
    assert (folder / "CN-FAST_2026.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert str(folder / "CN-FAST_2026.html") in capsys.readouterr().out


def test_the_command_prints_the_same_as_json_and_writes_nothing(published, monkeypatch, capsys):
    monkeypatch.setenv("LINGTAN_OUT", str(published.out))

    assert cli.main(["emissions-report", "CN-FAST", "2026", "--json"]) == 0

    assert json.loads(capsys.readouterr().out) == emissions_report.emissions_report(
        "CN-FAST", 2026, published
    )
    assert not (published.out / "emissions_reports").exists()


def test_an_unknown_year_is_an_unusable_call(published, monkeypatch, capsys):
    monkeypatch.setenv("LINGTAN_OUT", str(published.out))

    assert cli.main(["emissions-report", "CN-FAST", "1999"]) == 2
    assert "CN-FAST 1999 has no figure" in capsys.readouterr().err
