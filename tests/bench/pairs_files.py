"""Sides that read files: CSV to Parquet, workbooks, JSON documents, and the increment of one day."""

from __future__ import annotations

import gc
import io
import json
import multiprocessing
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import plant
from sides import Side, connect

from lingtan.settings import Settings

SINGLE_RUNS = 7  # nights that `range_year` compares one pass with
WORKBOOKS, WORKBOOK_ROWS = 20, 450
DOCUMENTS, DOCUMENT_ROWS = 2000, 36  # some 3.5 kB each


def _csv(house: Settings) -> list[Path]:
    return sorted((house.var / "inbox" / "plant").glob("*.csv"))


def csv_ours(house: Settings) -> Callable[[], object]:
    """Read, typed and located: what cannot be read is a fault of its row, and a row keeps file and line."""
    from lingtan import catalog, landing
    from lingtan.landing import read_rows

    source = catalog.load(house)["plant"]
    out = house.out / "csv_ours"

    def work() -> int:
        rows = 0
        for file in _csv(house):
            found, *_ = landing.read(file.read_bytes(), source, f"plant/{file.name}", file.name)
            read_rows.keep(found, out / f"{file.stem}.parquet")
            rows += found.num_rows
        return rows

    return work


def csv_pyarrow_stream(house: Settings) -> Callable[[], object]:
    import pyarrow as pa
    from pyarrow import csv
    from pyarrow import parquet as pq

    kinds = {
        "Meter": pa.string(),
        "Time": pa.timestamp("us"),
        "Reading": pa.decimal128(28, 9),
        "Unit": pa.string(),
        "Quality": pa.string(),
        "Revision": pa.int64(),
    }
    out = house.out / "pyarrow_stream"
    out.mkdir(parents=True, exist_ok=True)

    def work() -> int:
        rows = 0
        for file in _csv(house):
            convert = csv.ConvertOptions(column_types=kinds, timestamp_parsers=["%Y-%m-%d %H:%M"])
            reader = csv.open_csv(file, convert_options=convert)
            with pq.ParquetWriter(out / f"{file.stem}.parquet", reader.schema, compression="zstd") as writer:
                for batch in reader:
                    writer.write_batch(batch)
                    rows += batch.num_rows
        return rows

    return work


def csv_duckdb_copy(house: Settings) -> Callable[[], object]:
    connection = connect()
    out = house.out / "duckdb_copy"
    out.mkdir(parents=True, exist_ok=True)
    kinds = {
        "Meter": "varchar",
        "Time": "timestamp",
        "Reading": "decimal(28,9)",
        "Unit": "varchar",
        "Quality": "varchar",
        "Revision": "bigint",
    }
    inbox = house.var / "inbox" / "plant" / "*.csv"

    def work() -> int:
        [(rows,)] = connection.execute(f"""
            copy (select * from read_csv('{inbox}', header = true, columns = {kinds}, quote = '"',
                  timestampformat = '%Y-%m-%d %H:%M'))
            to '{out / "all.parquet"}' (format parquet, compression zstd)
        """).fetchall()
        return rows

    return work


def increment_ours(house: Settings) -> Callable[[], object]:
    """The file of one more day, late revisions included, into a lake that holds the days before; the night
    before has looked at their files.
    """
    import great_expectations.expectations  # noqa: F401  an import is no part of the work

    from lingtan import gate, lake, landing

    copy = plant.house(_fresh(house.out / "increment"))
    shutil.copytree(house.var, copy.var)
    night = multiprocessing.get_context("spawn").Process(target=_night_before, args=(copy.out.parent,))
    night.start()
    night.join()
    if night.exitcode:
        raise RuntimeError(f"the night before ended with {night.exitcode}")
    there = len(_csv(house))
    day = plant.FIRST_DAY + timedelta(days=there)
    plant.write(plant.Plant(days=there + 1), copy, days=range(there, there + 1))

    def work() -> None:
        landing.land(["meter_readings"], settings=copy)
        stale = lake.stale(["meter_readings"], day=day, settings=copy)
        gate.accept(stale, settings=copy, progress=lambda _: None)

    return work


def _night_before(folder: Path) -> None:
    """In a process of its own, as every night is: what it has loaded serves no later one."""
    from lingtan import landing

    landing.land(["meter_readings"], settings=plant.house(folder))


def year_ours(house: Settings) -> Callable[[], object]:
    """All days in one pass: landed, judged, settled, summed by day."""
    return _days_apart(house, [range(len(_csv(house)))])


def year_single_runs(house: Settings) -> Callable[[], object]:
    """The last days one by one, as as many nights would take them."""
    days = len(_csv(house))
    return _days_apart(house, [range(day, day + 1) for day in range(days - SINGLE_RUNS, days)])


def _days_apart(house: Settings, runs: list[range]) -> Callable[[], object]:
    """Each run takes the files of some days, from the inbox to day sums; the days before the first run are
    there already.
    """
    import great_expectations.expectations  # noqa: F401  an import is no part of the work
    from pairs_gate import day_sums

    from lingtan import gate, lake, landing

    fresh = plant.house(_fresh(house.out / "year"))
    size = plant.Plant(days=len(_csv(house)))
    tables = ["meters", "meter_readings"]
    quiet = {"settings": fresh, "progress": lambda _: None}
    plant.write(size, fresh, days=range(runs[0].start))
    landing.land(tables, settings=fresh)
    gate.accept(lake.stale(tables, settings=fresh), **quiet)
    waiting = [plant.write(size, plant.house(fresh.var.parent / "waiting"), days=days) for days in runs]

    def work() -> None:
        for files in waiting:
            for file in files:
                file.rename(fresh.var / "inbox" / "plant" / file.name)
            landing.land(tables, settings=fresh)
            stale = lake.stale(tables, settings=fresh)
            gate.accept(stale, **quiet)
            current = lake.pointers("meter_readings", settings=fresh)
            day_sums(fresh, [str(fresh.var / current[name]["file"]) for name in stale if name in current])()

    return work


def workbooks(house: Settings) -> list[bytes]:
    """Workbooks of one sheet with 450 rows of eight columns."""
    import openpyxl

    made = []
    for number in range(WORKBOOKS):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "Readings"
        sheet.append(["Meter", "Time", "Reading", "Unit", "Quality", "Revision", "Place", "Remark"])
        for row in range(WORKBOOK_ROWS):
            time = f"2025-01-{1 + row // 96:02d} {row % 96 // 4:02d}:{row % 4 * 15:02d}"
            value = ((row * 7919 + number) % 100000) / 1000
            sheet.append([f"M{number:05d}", time, value, "kWh", "A", None, f"Hall {row % 7}", "checked"])
        out = io.BytesIO()
        book.save(out)
        made.append(out.getvalue())
    return made


def excel_ours(house: Settings) -> Callable[[], object]:
    from lingtan import catalog, sources

    source = catalog.load(house)["workbook"]
    books = workbooks(house)

    def work(books: list[bytes] = books) -> int:
        return sum(sources.read(book, source, source.contract, "b.xlsx").num_rows for book in books)

    return _warm(work, books)


def excel_openpyxl(house: Settings) -> Callable[[], object]:
    import openpyxl

    books = workbooks(house)

    def work(books: list[bytes] = books) -> int:
        rows = 0
        for book in books:
            sheet = openpyxl.load_workbook(io.BytesIO(book), read_only=True, data_only=True)["Readings"]
            rows += sum(1 for _ in sheet.iter_rows(min_row=2, values_only=True))
        return rows

    return _warm(work, books)


def _warm(work: Callable[..., int], books: list[bytes]) -> Callable[[], object]:
    """What the first book imports, and the litter of making them, are no part of either side's work."""
    work(books[:1])
    gc.collect()
    return work


def _documents(house: Settings) -> list[Path]:
    folder = house.out / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number in range(DOCUMENTS):
        file = folder / f"{number}.json"
        readings = [
            {
                "meter": f"M{number:05d}",
                "time": f"2025-01-01 {row // 4:02d}:{row % 4 * 15:02d}",
                "reading": (row * 7919 + number) % 100000 / 1000,
                "unit": "kWh",
                "quality": "A",
            }
            for row in range(DOCUMENT_ROWS)
        ]
        file.write_text(json.dumps({"readings": readings}), encoding="utf-8")
        files.append(file)
    return files


def json_ours(house: Settings) -> Callable[[], object]:
    from lingtan import catalog
    from lingtan.sources import json_file

    source = catalog.load(house)["documents"]
    files = _documents(house)
    json_file.records(files[0].read_bytes(), source, files[0].name)
    return lambda: sum(json_file.records(f.read_bytes(), source, f.name).count for f in files) and None


def json_read_bytes(house: Settings) -> Callable[[], object]:
    files = _documents(house)
    return lambda: sum(len(file.read_bytes()) for file in files) and None


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


SIDES: dict[tuple[str, str], Side] = {
    ("csv_to_parquet", "ours"): csv_ours,
    ("csv_to_parquet", "pyarrow_stream"): csv_pyarrow_stream,
    ("csv_to_parquet", "duckdb_copy"): csv_duckdb_copy,
    ("day_increment", "ours"): increment_ours,
    ("range_year", "ours"): year_ours,
    ("range_year", "single_runs"): year_single_runs,
    ("excel_read", "ours"): excel_ours,
    ("excel_read", "openpyxl"): excel_openpyxl,
    ("json_read", "ours"): json_ours,
    ("json_read", "read_bytes"): json_read_bytes,
}
