"""The readers' copy: whole before, whole after, never half, and nothing but what it holds can be reached
from it.
"""

from __future__ import annotations

import multiprocessing
import shutil
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import demo_house
import duckdb
import hand_made_lake
import hand_made_marts
import pytest

from lingtan import warehouse
from lingtan.publish import publish, readers, release
from lingtan.settings import Settings

pytestmark = pytest.mark.integration

SODA = ("stream/CN-FAST/SODA", "own_direct")
SWAPS = 5

# one question over three tables of the copy: a state is whole when all answers belong to one release
STATE = """
select
    (select release from releases.releases where is_latest),
    (select see_counted_t_co2e_per_fu from reports.rpt_cbam_figures_by_product
        where product_code = $product),
    (select sum(emissions_t_co2e_per_fu) from marts.fct_footprint_contributions
        where is_counted and cn_code = '73181588'),
    (select see_counted_t_co2e_per_fu from releases.published_figures
        where product_code = $product and release = (select release from releases.releases where is_latest))
"""


def _read_until(stop, seen, house: Settings, product: str, pause: float = 0) -> None:
    """A reader's process: asks again and again, each time with a connection of its own."""
    while not stop.wait(pause):
        try:
            with readers.connect_readers(house) as connection:
                first = connection.execute(STATE, {"product": product}).fetchone()
                time.sleep(0.01)
                again = connection.execute(STATE, {"product": product}).fetchone()
            seen.put((first, again))
        except Exception as error:  # whatever goes wrong in the reader is what the test looks for
            seen.put(repr(error))


def test_a_reader_sees_whole_states_only_while_builds_and_swaps_go_on(published):
    context = multiprocessing.get_context("spawn")
    stop, seen = context.Event(), context.SimpleQueue()
    reader = context.Process(target=_read_until, args=(stop, seen, published, "BOLT-M12"), daemon=True)
    released = {release.latest(published)["folder"]: Decimal("2.5322")}
    answers = []
    reader.start()
    answers.append(seen.get())  # it reads before the first swap
    for number in range(1, SWAPS + 1):
        hand_made_marts.write(published.warehouse_file, {SODA: f"0.00{12 + number}"})
        with duckdb.connect(str(published.warehouse_file)) as build:  # a writer at work disturbs no reader
            build.execute("begin; create table staging.half_built as select * from range(10000)")
            time.sleep(0.05)
            build.execute("rollback")
        outcome = publish(published)
        released[outcome.release.name] = Decimal("2.5322") + Decimal(number) / 10000
        answers.append(seen.get())
        while not seen.empty():
            answers.append(seen.get())
    stop.set()
    while reader.is_alive() or not seen.empty():
        if not seen.empty():
            answers.append(seen.get())
    reader.join()

    assert not [answer for answer in answers if isinstance(answer, str)]
    for first, again in answers:
        assert first == again, "one connection saw two states"
        name, figure, leaves, as_published = first
        assert figure == leaves == as_published == released[name]
    assert len({first[0] for first, _ in answers}) > 2, "the reader saw the figures change"


def _build_and_publish(house: Settings) -> None:
    """What build_footprints and publish_figures do, in a process of their own."""
    publish(demo_house.build(house))


def test_a_reader_sees_old_then_new_while_another_process_builds_and_publishes(house, worked_lake):
    shutil.copytree(worked_lake.var, house.var)
    publish(house)
    old = release.latest(house)["folder"]
    # ten tonnes more soda ash: 10 t x 0.415 t CO2/t over 100 t of bolts
    invoices = [
        row | ({"amount": row["amount"] + 10} if row["document_ref"] == "N-1" else {})
        for row in hand_made_lake.MONTHLY["activity_data"]
    ]
    hand_made_lake.put(house, "activity_data", "2026-01", invoices)
    context = multiprocessing.get_context("spawn")
    stop, seen, answers = context.Event(), context.SimpleQueue(), []
    reader = context.Process(target=_read_until, args=(stop, seen, house, "BOLT", 0.2), daemon=True)
    build = context.Process(target=_build_and_publish, args=(house,), daemon=True)
    reader.start()
    answers.append(seen.get())
    build.start()
    while build.is_alive():
        answers.append(seen.get())
    build.join()
    stop.set()
    while reader.is_alive() or not seen.empty():
        if not seen.empty():
            answers.append(seen.get())
    with readers.connect_readers(house) as connection:
        last = connection.execute(STATE, {"product": "BOLT"}).fetchone()

    assert build.exitcode == 0
    assert not [answer for answer in answers if isinstance(answer, str)]
    assert all(first == again for first, again in answers), "one connection saw two states"
    states = list(dict.fromkeys([*(first for first, _ in answers), last]))
    assert [name for name, *_ in states] == [old, release.latest(house)["folder"]]
    for _, figure, leaves, as_published in states:
        assert figure == leaves == as_published
    assert states[1][1] - states[0][1] == Decimal("0.0415")
    came = [first for first, _ in answers]
    assert came == sorted(came, key=states.index), "the old state came back"


def test_the_copy_holds_marts_reports_reference_and_releases_as_tables_with_their_comments(published):
    with readers.connect_readers(published) as connection:
        schemas = connection.execute("select distinct schema_name from duckdb_tables()").fetchall()
        views = connection.execute("select view_name from duckdb_views() where not internal").fetchall()
        words = connection.execute(
            "select comment from duckdb_tables() where table_name = 'rpt_cbam_figures_by_product'"
        ).fetchone()
        column = connection.execute(
            "select comment from duckdb_columns() where table_name = 'fct_cbam_embedded_emissions'"
            " and column_name = 'activity_level'"
        ).fetchone()
        kind = connection.execute(
            "select typeof(emissions_t_co2e_per_fu) from marts.fct_footprint_contributions"
        )

        assert {name for (name,) in schemas} == {"marts", "reports", "reference", "releases"}
        assert views == []
        assert words == ('One row per product and year; it\'s "%" 产品',)
        assert column == ("Output of the year, 吨",)
        assert kind.fetchone() == ("DECIMAL(38,12)",)


def test_every_release_stays_readable_as_it_was_published(published):
    first = release.latest(published)["folder"]
    hand_made_marts.write(published.warehouse_file, {SODA: "0.0013"})
    second = publish(published).release.name

    with readers.connect_readers(published) as connection:
        told = connection.execute(
            "select release, see_counted_t_co2e_per_fu from releases.published_figures"
            " where product_code = 'BOLT-M20'"
        ).fetchall()
        history = connection.execute("select release, changed, is_latest from releases.releases").fetchall()

    assert dict(told) == {first: Decimal("2.5322"), second: Decimal("2.5323")}
    assert history == [(first, 0, False), (second, 4, True)]


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv_auto('/etc/passwd')",
        "copy (select 1) to '/tmp/leak.csv'",
        "attach '/tmp/other.duckdb'",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "delete from marts.fct_footprint_contributions",
        "create table marts.mine (a integer)",
        "install httpfs",
    ],
)
def test_a_reader_can_neither_leave_the_file_nor_change_it(published, statement):
    with readers.connect_readers(published) as connection, pytest.raises(duckdb.Error):
        connection.execute(statement)


def test_a_reader_before_the_first_publication_is_told_what_to_do(house):
    with pytest.raises(readers.NoReadersCopyError, match="make run"), readers.connect_readers(house):
        pass


def test_a_swap_killed_while_it_copied_is_done_again(published):
    building = Path(f"{published.readers_file}.new")
    building.write_bytes(b"half a file")
    Path(f"{building}.wal").write_bytes(b"half a log")

    readers.swap(published)

    assert [file.name for file in published.readers_file.parent.iterdir()] == [published.readers_file.name]


def _leave_a_log(file: Path) -> None:
    """A build that ends without closing the warehouse."""
    import os

    connection = duckdb.connect(str(file))
    connection.execute("set wal_autocheckpoint = '1TB'")
    connection.execute("create table marts.written_last as select 42 as answer")
    os._exit(1)


def test_what_a_killed_build_left_in_the_log_reaches_the_copy(published):
    process = multiprocessing.get_context("spawn").Process(
        target=_leave_a_log, args=(published.warehouse_file,)
    )
    process.start()
    process.join()
    assert Path(f"{published.warehouse_file}.wal").exists()

    readers.swap(published)

    with readers.connect_readers(published) as connection:
        assert connection.execute("select answer from marts.written_last").fetchone() == (42,)


def test_postgresql_and_duckdb_give_the_same_release_and_the_same_copy(house, postgres_url, tmp_path):
    hand_made_marts.write(house.warehouse_file)
    on_server = replace(house, out=tmp_path / "out_of_server", warehouse_url=postgres_url)
    with (
        duckdb.connect(str(house.warehouse_file), read_only=True) as file,
        warehouse.connect(on_server) as server,
    ):
        relations = file.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('marts', 'reports', 'reference', 'lake')"
        ).fetchall()
        for schema, name in relations:
            server.replace(schema, name, file.sql(f"select * from {schema}.{name}").to_arrow_table())
        server.execute("comment on table reports.rpt_cbam_figures_by_product is 'It''s \"%\" 产品'")
        server.execute("comment on column marts.fct_cbam_embedded_emissions.activity_level is 'Output, 吨'")

    here, there = publish(house), publish(on_server)

    assert there.address == here.address
    assert (on_server.out / "figures.json").read_bytes() == (house.out / "figures.json").read_bytes()
    with readers.connect_readers(on_server) as connection:
        assert connection.execute(STATE, {"product": "BOLT-M12"}).fetchone()[1] == Decimal("2.5322")
        kind = connection.execute(
            "select typeof(see_counted_t_co2e_per_fu) from marts.fct_cbam_embedded_emissions"
        )
        assert kind.fetchone() == ("DECIMAL(38,12)",)
        comments = connection.execute(
            "select comment from duckdb_tables() where schema_name = 'reports' and comment is not null"
            " union all select comment from duckdb_columns() where schema_name = 'marts'"
            " and comment is not null"
        ).fetchall()
        assert comments == [('It\'s "%" 产品',), ("Output, 吨",)]
