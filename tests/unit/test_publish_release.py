"""Releases: named by content, made once, never half, never altered unseen."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import hand_made_marts
import pyarrow.parquet as pq
import pytest

from lingtan import files
from lingtan.publish import marts, package, release, rows

SODA = ("stream/CN-FAST/SODA", "own_direct")
HEAT = ("heat/CN-FAST/HEAT-BUY", "own_direct")


@pytest.fixture
def built(house):
    hand_made_marts.write(house.warehouse_file)
    return house


def folders(house) -> set[str]:
    return {path.name for path in house.releases.iterdir() if path.is_dir()}


def test_the_first_release_brings_a_data_package(built):
    first = release.release(built)

    folder = built.releases / first.name
    descriptor = json.loads((folder / "datapackage.json").read_text())
    assert first.is_new and first.previous is None and first.changed == ()
    assert descriptor["id"] == first.address
    tables = {entry["path"] for entry in descriptor["resources"]}
    assert tables >= {"figures.csv", "figures.json", "figures.parquet", "leaves.csv", "leaves.json"}
    assert tables >= {
        "goods.parquet",
        "obligations.csv",
        "leaves.parquet",
        "sources.json",
        "figure_sources.parquet",
    }
    assert release.latest(built)["address"] == first.address
    assert release.verify(first.address, settings=built) == []


def test_a_package_says_type_unit_and_meaning_of_its_columns(built):
    first = release.release(built)

    descriptor = json.loads((built.releases / first.name / "datapackage.json").read_text())
    goods = next(entry for entry in descriptor["resources"] if entry["path"] == "goods.csv")
    fields = {field["name"]: field for field in goods["schema"]["fields"]}
    assert fields["see_counted_t_co2e_per_fu"] == {
        "name": "see_counted_t_co2e_per_fu",
        "type": "number",
        "unit": "t CO2e per functional unit",
    }
    assert fields["activity_level"]["description"] == "Output of the year, 吨"
    assert fields["is_claimable"]["type"] == "boolean"
    assert fields["reporting_year"]["type"] == "integer"


def test_a_package_names_the_sources_of_the_factors_it_used_and_no_others(built):
    first = release.release(built)

    descriptor = json.loads((built.releases / first.name / "datapackage.json").read_text())
    assert [source["title"] for source in descriptor["sources"]] == [
        "国家标准 Standard, Fuel factors, 2023",
        "Commission, Default values, 1",
    ]
    assert descriptor["licenses"] == [
        {"name": "cc-by-4.0", "title": "CC BY 4.0"},
        {"name": "public-domain", "title": "public domain"},
    ]


def test_the_three_forms_of_a_table_say_the_same(built):
    first = release.release(built)

    folder = built.releases / first.name
    from_parquet = pq.read_table(folder / "leaves.parquet")
    from_json = json.loads((folder / "leaves.json").read_text(), parse_float=Decimal, parse_int=Decimal)
    from_csv = duckdb.sql(f"select * from read_csv('{folder}/leaves.csv')").to_arrow_table()
    for column in ("leaf_id", "emissions_t_co2e_per_fu"):
        values = [str(value) for value in from_parquet[column].to_pylist()]
        if column.startswith("emissions"):
            assert [Decimal(value) for value in values] == [row[column] for row in from_json]
            assert [float(value) for value in values] == from_csv[column].to_pylist()
        else:
            assert values == [row[column] for row in from_json] == from_csv[column].to_pylist()


def test_the_same_figures_are_released_once(built):
    first = release.release(built)
    before = {path: path.read_bytes() for path in built.releases.rglob("*") if path.is_file()}

    again = release.release(built)

    assert (again.address, again.is_new) == (first.address, False)
    assert {path: path.read_bytes() for path in built.releases.rglob("*") if path.is_file()} == before


def test_what_does_not_belong_to_the_content_does_not_move_the_address(built):
    first = release.release(built)
    with duckdb.connect(str(built.warehouse_file)) as warehouse:
        warehouse.execute("update lake.partitions set content_hash = repeat('c', 64)")
        warehouse.execute("update marts.fct_footprint_contributions set leaf_name = 'renamed'")
        goods = "marts.fct_cbam_embedded_emissions"
        warehouse.execute(f"alter table {goods} alter activity_level type decimal(38,12)")
        warehouse.execute(
            "create or replace table marts.fct_footprint_contributions as"
            " select * from marts.fct_footprint_contributions order by leaf_id desc"
        )

    assert release.release(built).address == first.address


@pytest.mark.parametrize(
    "statement",
    [
        "update marts.fct_cbam_embedded_emissions set status = 'published'",
        "update marts.fct_cbam_embedded_emissions set evidence_rung = 'actual'",
        "update marts.fct_cbam_embedded_emissions set functional_unit = 'kg'",
        "update marts.fct_footprint_contributions set factor_id = 'other' where factor_id = 'cn-gas'",
        "update marts.fct_footprint_contributions set default_t_co2e_per_fu = 1e-12"
        " where leaf_id = 'stream/CN-FAST/SODA'",
        "delete from marts.fct_footprint_contributions where leaf_id = 'stream/CN-FAST/SODA'",
    ],
)
def test_whatever_belongs_to_the_content_moves_the_address(built, statement):
    first = release.release(built)
    with duckdb.connect(str(built.warehouse_file)) as warehouse:
        warehouse.execute(statement)

    second = release.release(built)

    assert second.is_new and second.address != first.address and second.previous == first.address


def test_a_missing_value_and_a_zero_have_different_addresses():
    import pyarrow as pa

    def address(value):
        column = pa.array([value], pa.decimal128(38, 12))
        return package.address({"figures": pa.table({"figure_key": ["a"], "see_counted": column})})

    assert address(None) != address(Decimal(0))


def test_a_changed_leaf_is_told_with_old_new_and_difference_for_its_figures_alone(built):
    release.release(built)
    hand_made_marts.write(built.warehouse_file, {SODA: "0.0013"})

    second = release.release(built)

    told = {(change.figure_key, change.product_code): change for change in second.changed}
    assert set(told) == {
        ("cbam/CN-FAST/73181588/2026/see_direct", None),
        ("cbam/CN-FAST/73181588/2026/see_counted", None),
        ("cbam/CN-FAST/73181588/2026/see_counted", "BOLT-M12"),
        ("cbam/CN-FAST/73181588/2026/see_counted", "BOLT-M20"),
    }
    counted = told["cbam/CN-FAST/73181588/2026/see_counted", None]
    assert (counted.old, counted.new, counted.difference) == (
        Decimal("2.5322"),
        Decimal("2.5323"),
        Decimal("0.0001"),
    )
    piece = told["cbam/CN-FAST/73181588/2026/see_counted", "BOLT-M12"]
    assert (piece.unit, piece.difference) == (
        "kg CO2e per piece",
        Decimal("0.00000915"),
    )  # 0.0001 x 0.0915 kg


def test_a_figure_that_ceases_to_exist_has_no_difference(built):
    release.release(built)
    hand_made_marts.write(built.warehouse_file, {HEAT: None})

    changes = {(change.figure_key, change.product_code): change for change in release.release(built).changed}

    counted = changes["cbam/CN-FAST/73181588/2026/see_counted", None]
    assert (counted.old, counted.new, counted.difference) == (Decimal("2.5322"), None, None)


def test_figures_that_return_to_an_earlier_state_are_a_release_again(built):
    first = release.release(built)
    hand_made_marts.write(built.warehouse_file, {SODA: "0.0013"})
    second = release.release(built)
    hand_made_marts.write(built.warehouse_file)

    third = release.release(built)

    assert (third.address, third.is_new, third.previous) == (first.address, True, second.address)
    assert [entry["address"] for entry in release.history(built)] == [
        first.address,
        second.address,
        first.address,
    ]
    assert len(folders(built)) == 2
    assert release.verify(first.address, settings=built) == []


def test_without_a_figure_there_is_nothing_to_release(built):
    hand_made_marts.write(built.warehouse_file, products=())

    outcome = release.release(built)

    assert (outcome.address, outcome.is_new) == (None, False)
    assert release.latest(built) is None


def test_without_a_build_the_next_step_is_named(house):
    with pytest.raises(marts.NothingBuiltError, match="build_footprints"):
        release.release(house)


def test_the_record_names_inputs_code_and_seeds(built):
    first = release.release(built)

    record = json.loads((built.releases / first.name / "record.json").read_text())
    assert record["lake"]["partitions"] == {
        "meter_readings/CN-FAST/2026-01-01": "a" * 64,
        "products/_all/all": "b" * 64,
    }
    assert record["data_quality"]["meter_readings"] == {
        "rows_read": 196,
        "rows_accepted": 192,
        "rows_rejected": 1,
        "rows_superseded": 3,
        "rows_marked": 2,
    }
    assert record["approver"] is None
    assert "seeds/reference/units.csv" in record["seeds"]


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        pytest.param(lambda folder: (folder / "leaves.csv").unlink(), "missing_file", id="a file is gone"),
        pytest.param(
            lambda folder: (folder / "figures.json").write_text("[]"),
            "altered_file",
            id="a file was rewritten",
        ),
        pytest.param(
            lambda folder: (folder / "note.txt").write_text("x"), "foreign_file", id="a file was added"
        ),
        pytest.param(
            lambda folder: (folder / "record.json").write_text("{}"),
            "altered_file",
            id="the record was rewritten",
        ),
        pytest.param(
            lambda folder: (folder / "datapackage.json").write_text("{"),
            "unreadable_descriptor",
            id="the descriptor is broken",
        ),
    ],
)
def test_an_altered_release_is_found_out(built, harm, complaint):
    first = release.release(built)
    harm(built.releases / first.name)

    assert complaint in {finding.rule for finding in release.verify(first.address, settings=built)}


def test_rows_exchanged_together_with_their_hashes_are_found_out(built):
    first = release.release(built)
    folder = built.releases / first.name
    table = pq.read_table(folder / "goods.parquet")
    (folder / "goods.parquet").write_bytes(rows.parquet(table.slice(1)))
    descriptor = json.loads((folder / "datapackage.json").read_text())
    for entry in descriptor["resources"]:
        if entry["path"] == "goods.parquet":
            entry["hash"] = f"sha256:{release._sha256(folder / 'goods.parquet')}"
    (folder / "datapackage.json").write_text(json.dumps(descriptor))

    assert "wrong_address" in {finding.rule for finding in package.verify(folder)}


class Killed(BaseException):
    """Stands for a process that ends here."""


@pytest.fixture
def killed_at(monkeypatch):
    """killed_at(n): the n-th thing done to the disk by releasing is the last; returns the count of them."""

    def arm(last: int | None) -> dict[str, int]:
        done = {"steps": 0}
        # a folder's file, a renamed folder and a replaced pointer each change the disk once or twice
        for owner, name in ((files, "write_bytes"), (Path, "rename"), (Path, "replace"), (Path, "mkdir")):
            original = getattr(owner, name)

            def step(*args, _original=original, **kwargs):
                done["steps"] += 1
                if last is not None and done["steps"] > last:
                    raise Killed
                return _original(*args, **kwargs)

            monkeypatch.setattr(owner, name, step)
        return done

    return arm


def after_the_change(house) -> dict[str, bytes | list]:
    """All files but the record's time, and the history without times."""
    texts = {
        str(path.relative_to(house.releases)): path.read_bytes()
        for path in sorted(house.releases.rglob("*"))
        if path.is_file() and path.name not in {"record.json", "history.json", "latest.json"}
    }
    entries = [(entry["address"], entry["previous"], entry["changed"]) for entry in release.history(house)]
    return {**texts, "history": entries, "latest": release.latest(house)["address"]}


def test_a_release_killed_at_any_step_is_finished_by_the_next(built, monkeypatch, killed_at, tmp_path):
    release.release(built)
    hand_made_marts.write(built.warehouse_file, {SODA: "0.0013"})
    shutil.copytree(built.releases, tmp_path / "before")
    steps = killed_at(None)
    release.release(built)
    monkeypatch.undo()
    undisturbed = after_the_change(built)
    assert steps["steps"] > 15

    # the files of the folder are alike: three kills among them, and one at every step from the rename on
    for last in (0, 1, 5, *range(steps["steps"] - 7, steps["steps"])):
        shutil.rmtree(built.releases)
        shutil.copytree(tmp_path / "before", built.releases)
        killed_at(last)
        with pytest.raises(Killed):
            release.release(built)
        monkeypatch.undo()

        healed = release.release(built)

        assert after_the_change(built) == undisturbed, f"killed after step {last}"
        assert healed.is_new, f"killed after step {last}"
        assert not release.release(built).is_new


def test_a_folder_somebody_altered_before_it_was_entered_is_refused(built):
    first = release.release(built)
    for name in ("history.json", "latest.json"):
        (built.releases / name).unlink()
    (built.releases / first.name / "figures.csv").write_text("altered")

    with pytest.raises(release.AlteredReleaseError, match=r"figures\.csv"):
        release.release(built)
