"""What a run says at its end."""

from __future__ import annotations

import re

import hand_made_marts
import pytest

from lingtan.publish import publish, summary


def lines_of(product: str, text: str) -> list[list[str]]:
    """The cells of a product's lines: its figure, its certificates, its unit sold."""
    return [re.split(" {2,}", line) for line in text.splitlines() if line.startswith(f"{product} ")]


def test_every_product_stands_with_its_figures_certificates_unit_key_and_status(published):
    text = summary.render(published, is_new=True)

    assert lines_of("BOLT-M12", text) == [
        ["BOLT-M12", "73181588", "2.5322", "0.3725 i", "2.5322", "59.8 %", "1.5 %", "38.7 %", "1.3 %"],
        ["BOLT-M12", "actual unverified", "1.2322", "5.6825", "3,350.19"],
        ["BOLT-M12", "0.2317", "piece", "provisional", "cbam/CN-FAST/73181588/2026/see_counted"],
    ]
    assert any(line.startswith("i = informational") for line in text.splitlines())


def test_a_product_nobody_shipped_says_so(published):
    _, certificates, _ = lines_of("PROFILE-RAIL", summary.render(published))

    assert certificates == [
        "PROFILE-RAIL",
        "actual unverified",
        "—",
        "—",
        "—",
        "nothing shipped under CBAM",
    ]


def test_what_cannot_be_told_of_a_shipped_product_is_told_with_its_reason(published):
    import duckdb

    with duckdb.connect(str(published.readers_file)) as copy:
        copy.execute(
            "update reports.rpt_cbam_figures_by_product"
            " set actual_certificates_per_t = null, saved_eur = null,"
            " certificates_absent_because = 'state the route of BOLT', see_indirect_t_co2e_per_fu = null,"
            " indirect_absent_because = 'no factor of the grid of TR' where product_code = 'BOLT-M12'"
        )

    _, certificates, per_unit = lines_of("BOLT-M12", summary.render(published))

    assert certificates[2:] == ["—", "5.6825", "—", "state the route of BOLT"]
    assert per_unit[-1] == "no indirect emissions: no factor of the grid of TR"


def test_numbers_stand_below_one_another(published):
    lines = summary.render(published).splitlines()

    at = next(number for number, line in enumerate(lines) if line.startswith("Certificates 2026"))
    head, *rows = lines[at + 2 : at + 6]
    for column in ("actual", "default", "saved EUR"):
        end = head.index(column) + len(column)
        assert all(row[end - 1] != " " and row[end : end + 1] in {"", " "} for row in rows)


def test_the_supplier_whose_answer_would_move_most_is_named_first(published):
    lines = summary.render(published).splitlines()

    at = lines.index("Whose answer would move certificates most, 2026 (what-ifs)")
    assert lines[at + 2 : at + 6] == [
        "1  WIRE-ROD of CN-MILL-B, default, silent for 290 days",
        "   at 0.1 t/t less -0.43 t, -32.03 EUR; at the lowest answer -6.38 t, -480.17 EUR",
        "2  INGOT of IN-SMELT-2, default, declined",
        "   at 0.1 t/t less —; at the lowest answer —",
    ]
    assert "CN-MILL-A" not in "".join(lines[at:])  # its answer is in use


def test_a_copy_made_before_suppliers_were_asked_has_none_to_tell(published):
    import duckdb

    with duckdb.connect(str(published.readers_file)) as copy:
        copy.execute("drop table reports.rpt_supplier_priorities")

    assert "Whose answer" not in summary.render(published)


def test_one_blank_line_stands_between_the_parts(published):
    import duckdb

    assert "\n\n\n" not in summary.render(published)
    with duckdb.connect(str(published.readers_file)) as copy:
        copy.execute("drop table reports.rpt_supplier_priorities")
    assert "\n\n\n" not in summary.render(published)
    assert "no figure\n\ndata " in summary.render(published)


def test_a_year_without_rules_is_told(published):
    assert "2025: no CBAM rules for this year, no figure" in summary.render(published).splitlines()


@pytest.mark.parametrize(
    ("is_new", "words"), [(True, "(new release;"), (False, "(no new release;"), (None, "(latest release;")]
)
def test_the_release_is_named_and_whether_it_is_new(published, is_new, words):
    from lingtan.publish import release

    line = next(
        line for line in summary.render(published, is_new=is_new).splitlines() if "release" in line[:8]
    )

    assert release.latest(published)["folder"] in line and words in line


def test_the_data_behind_the_figures_stands_in_one_line(published):
    # 96 + 96 + 4 accepted; 0.832876712329 of 365 days
    assert (
        "data       196 rows accepted, 1 rejected, 3 superseded, 2 marked; coverage 304 of 365 days"
        in summary.render(published).splitlines()
    )


def test_installations_covered_unequally_are_told_from_least_to_most(published):
    import duckdb

    with duckdb.connect(str(published.warehouse_file)) as warehouse:
        warehouse.execute(
            "update marts.fct_cbam_embedded_emissions set coverage_share = 0.821917808219"  # 300 / 365
            " where installation_code = 'CN-ALU'"
        )
    publish(published)

    assert "coverage 300 to 304 of 365 days" in summary.render(published)


def test_a_missing_figure_is_a_dash_with_its_reason(house):
    hand_made_marts.write(house.warehouse_file, {("heat/CN-FAST/HEAT-BUY", "own_direct"): None})
    publish(house)

    text = summary.render(house)

    assert "no figure: no factor for heat/CN-FAST/HEAT-BUY" in text
    bolt = next(line for line in text.splitlines() if line.startswith("BOLT-M12"))
    assert bolt.count("—") == 6 and bolt.endswith("1.3 %") and "0.0000" not in bolt


def test_a_share_too_small_to_show_is_not_shown_as_zero(house):
    hand_made_marts.write(house.warehouse_file, {("heat/CN-FAST/HEAT-BUY", "own_direct"): "0.0001"})
    publish(house)

    bolt = next(line for line in summary.render(house).splitlines() if line.startswith("BOLT-M12"))

    assert "  < 0.1 %  " in bolt  # 0.0001 of 2.4943


def test_it_fits_a_terminal_and_carries_no_colour(published):
    text = summary.render(published, is_new=True)

    assert (
        max(len(line) for line in text.splitlines() if "/releases/" not in line and "out/" not in line) <= 100
    )
    assert "\x1b" not in text


def test_before_the_first_publication_it_says_what_to_do(house):
    assert "make run" in summary.render(house)
