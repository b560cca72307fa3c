"""Thirty days of the demo, run night by night in any order or in one pass, are one and the same lake and the
same figures. And one corrected invoice makes one release, in which only what hangs on it differs.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from demo_house import build, house

from lingtan import contracts, ingest, lake, periods, publish, samples, warehouse
from lingtan.publish import release
from lingtan.samples import delivery
from lingtan.settings import Settings

pytestmark = pytest.mark.integration

FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)
DAYS = list(periods.days(FIRST, LAST))
TABLES = list(contracts.names())


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> dict[date | None, list[Path]]:
    """Every file of the thirty days by the day it was sent; under None what was there before them."""
    folder = tmp_path_factory.mktemp("stock")
    samples.write(folder, since=FIRST, until=LAST)
    by_day: dict[date | None, list[Path]] = {None: [], **{day: [] for day in DAYS}}
    for paper in delivery.papers_of(FIRST, LAST, "base"):
        # what came by the first day is of it or of the days before
        came = paper.arrives if paper.arrives > FIRST or "20260901" in paper.path else None
        by_day[came].append(folder / paper.path)
    return by_day


def drop(files: Iterable[Path], settings: Settings) -> None:
    for file in files:
        there = settings.var / file.relative_to(next(up for up in file.parents if up.name == "inbox").parent)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, there)


def night(day: date, settings: Settings) -> None:
    """What the four ingest DAGs do for one day."""
    landed = ingest.land(TABLES, None, {"day": day.isoformat()}, settings=settings)
    held, _ = ingest.accept(landed, settings=settings)
    assert not landed["refused"]
    assert not held


def nightly(days: list[date], stock: dict[date | None, list[Path]], settings: Settings) -> Settings:
    drop(stock[None], settings)
    for day in days:
        drop(stock[day], settings)
        night(day, settings)
    return settings


def in_one_pass(stock: dict[date | None, list[Path]], settings: Settings) -> Settings:
    for files in stock.values():
        drop(files, settings)
    planned = ingest.plan(
        {"from": FIRST.isoformat(), "to": LAST.isoformat(), "sources": [], "dry_run": False},
        settings=settings,
    )
    held, _ = ingest.rebuild(planned, settings=settings)
    assert not held
    return settings


def contents(settings: Settings) -> dict[str, tuple[str, bytes | None]]:
    """Every pointer as text, and the bytes of the file it names."""
    return {
        name: (
            json.dumps(pointer, sort_keys=True),
            (settings.var / pointer["file"]).read_bytes() if pointer["file"] else None,
        )
        for name, pointer in lake.pointers(settings=settings).items()
    }


@pytest.fixture(scope="module")
def one_pass(stock, tmp_path_factory) -> Settings:
    return in_one_pass(stock, house(tmp_path_factory.mktemp("one_pass")))


def figures(settings: Settings) -> list[dict]:
    with warehouse.connect(settings, read_only=True) as opened:
        return opened.query(
            "select * from marts.fct_footprint_contributions"
            " order by figure_key, node_id, leaf_id, leaf_component, via, factor_id"
        ).to_pylist()


@pytest.fixture(scope="module")
def backwards(stock, tmp_path_factory) -> Settings:
    return nightly(DAYS[::-1], stock, house(tmp_path_factory.mktemp("backwards")))


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(DAYS, id="as they came"),
        pytest.param(random.Random(13).sample(DAYS, len(DAYS)), id="shuffled"),
    ],
)
def test_thirty_nights_in_any_order_are_the_lake_of_one_pass(order, stock, one_pass, tmp_path):
    assert contents(nightly(order, stock, house(tmp_path))) == contents(one_pass)


def test_thirty_nights_run_backwards_are_the_lake_of_one_pass(backwards, one_pass):
    assert contents(backwards) == contents(one_pass)


@pytest.fixture(scope="module")
def released(one_pass) -> tuple[Settings, list[dict]]:
    """The lake of one pass, built and published."""
    build(one_pass)
    publish.publish(one_pass)
    return one_pass, json.loads((one_pass.out / "figures.json").read_text(encoding="utf-8"))


def test_nights_run_backwards_end_in_the_same_figures(backwards, released):
    assert figures(build(backwards)) == figures(released[0])


def corrected(workbook: Path, into: Path, stream: str, factor: Decimal) -> Decimal:
    """The month's workbook sent again with one invoice times `factor`; what that adds, in its own unit."""
    book = openpyxl.load_workbook(workbook)
    sheet = book["Invoices"]
    header = next(row for row in sheet.iter_rows() if "Stream" in [cell.value for cell in row])
    column = {cell.value: cell.column for cell in header}
    row = next(line[0].row for line in sheet.iter_rows() if line[column["Stream"] - 1].value == stream)
    cell = sheet.cell(row=row, column=column["Quantity"])
    before = Decimal(str(cell.value))
    cell.value = float(before * factor)
    book.save(into)
    return before * (factor - 1)


def moved(before: list[dict], after: list[dict], name: str, but: str | None = None) -> set[str]:
    """What the rows that are not the same before and after are called, `but` one column of them."""

    def grouped(rows: list[dict]) -> dict[str, list[dict]]:
        found: dict[str, list[dict]] = {}
        for row in rows:
            found.setdefault(row[name], []).append({key: row[key] for key in row if key != but})
        return found

    old, new = grouped(before), grouped(after)
    return {called for called in old.keys() | new.keys() if old.get(called) != new.get(called)}


def test_one_invoice_corrected_by_one_per_cent_is_one_release_of_what_hangs_on_it(released):
    settings, before = released
    leaves_before, history_before = figures(settings), release.history(settings)
    [workbook] = (settings.var / "inbox" / "fastener" / "documents").glob("energy_2026-09_*")
    later = workbook.with_name(workbook.name.replace("issued_2026", "issued_2027"))
    assert later != workbook
    added_kg = corrected(workbook, later, "SODA", Decimal("1.01"))

    night(LAST, settings)
    build(settings)
    publication = publish.publish(settings)
    again = publish.publish(settings)
    leaves, history = figures(settings), release.history(settings)
    after = json.loads((settings.out / "figures.json").read_text(encoding="utf-8"))

    assert publication.release.is_new
    assert not again.release.is_new
    assert history[:-1] == history_before
    assert publication.release.previous == history_before[-1]["address"]
    assert history[-1]["address"] == publication.release.address
    # whatever a row says but the release it stands in: aluminium is not downstream of the fasteners' soda ash
    assert moved(before, after, "product_code", but="release") == {"BOLT-M12", "BOLT-M20", "NUT-M12"}
    assert {key.split("/")[1] for key in moved(leaves_before, leaves, "figure_key")} == {"CN-FAST"}
    assert moved(leaves_before, leaves, "leaf_id") == {"stream/CN-FAST/SODA"}
    # soda ash sets 0.415 t CO2 per t free (2025/2547 Annex II G, Table 3), spread over the year's fasteners
    with warehouse.connect(settings, read_only=True) as opened:
        [node] = opened.query(
            "select output_amount from intermediate.int_graph_nodes where node_id = 'CN-FAST/FASTENERS'"
        ).to_pylist()
    expected = added_kg / 1000 * Decimal("0.415") / node["output_amount"]
    [old] = [row["see_direct"] for row in before if row["product_code"] == "BOLT-M20"]
    [new] = [row["see_direct"] for row in after if row["product_code"] == "BOLT-M20"]
    assert new - old == pytest.approx(float(expected), abs=2e-12)
