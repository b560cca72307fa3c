"""Which file comes when and from whom, and the writing of what has come.

A day's and a month's papers close at midnight and carry that stamp; they count as arrived by the end of the
day they close. What is sent again comes later, at half past nine in the morning.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lingtan.errors import ConfigurationError
from lingtan.periods import days, is_last_of_month
from lingtan.samples import (
    FIRST_DAY,
    LAST_DAY,
    SCENARIOS,
    counter,
    dirt,
    documents,
    materials,
    papers,
    requests,
    trade,
)
from lingtan.samples.company import INSTALLATIONS, MASTER, METERS, PREFIX
from lingtan.samples.workdays import SLOTS

if TYPE_CHECKING:
    from lingtan.samples.truth import Manifest

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Paper:
    """One file of the demo: its path below the folder, when it comes, the rows it brings each source."""

    path: str
    arrives: date
    rows: dict[str, int]
    content: Callable[[], bytes]
    same_bytes_as: str | None = None  # path of the file it repeats


def write(folder: Path, *, since: date, until: date, scenario: str) -> Manifest:
    """Write what is absent and the manifest; see `lingtan.samples.write`."""
    from lingtan.samples import reckoning

    for paper in papers_of(since, until, scenario):
        file = folder / paper.path
        if not file.exists():
            _put(file, paper.content())
    stated = reckoning.manifest(since=since, until=until, scenario=scenario)
    text = stated.to_json().encode()
    file = folder / MANIFEST
    if not file.exists() or file.read_bytes() != text:
        _put(file, text)
    return stated


def papers_of(since: date, until: date, scenario: str) -> Iterator[Paper]:
    """Every paper that came by the end of `until`: all standing ones, and those about `since` or later."""
    check(since, until, scenario)
    yield from (paper for paper in _standing() if paper.arrives <= until)
    for day in days(since, min(until, LAST_DAY)):
        for installation in INSTALLATIONS:
            for paper in _of_day(installation, day, scenario):
                if paper.arrives <= until:
                    yield paper


def check(since: date, until: date, scenario: str) -> None:
    """Raise ConfigurationError for dates or a scenario the demo does not have."""
    if scenario not in SCENARIOS:
        raise ConfigurationError(f"no scenario {scenario!r}; there are {', '.join(SCENARIOS)}")
    if not FIRST_DAY <= since <= min(until, LAST_DAY):
        raise ConfigurationError(
            f"the demo runs {FIRST_DAY} to {LAST_DAY}: {since} to {until} is no part of it"
        )


def meter_file(installation: str, day: date, stamp: str | None = None) -> str:
    return _path(installation, "meters", f"meters_{day:%Y%m%d}", day, stamp, "csv")


def early_file(fault: dirt.MeterFault) -> str:
    """The file of a day that was issued before the day was over."""
    hour, quarter = divmod(fault.slot, 4)
    return meter_file(fault.installation, fault.day, f"{fault.day:%Y%m%d}T{hour:02d}{quarter * 15:02d}")


def counter_file(year: int, month: int) -> str:
    return _path(
        counter.INSTALLATION,
        "counter",
        f"counter_{year}-{month:02d}",
        last_of_month(year, month),
        None,
        "csv",
    )


def correction_file(fault: dirt.MeterFault) -> str:
    return meter_file(fault.installation, fault.day, sent_again(fault.arrives))


def energy_file(installation: str, year: int, month: int, stamp: str | None = None) -> str:
    return _path(
        installation, "documents", f"energy_{year}-{month:02d}", last_of_month(year, month), stamp, "xlsx"
    )


def _standing() -> Iterator[Paper]:
    stamp = f"{FIRST_DAY:%Y%m%d}T0000"
    for table, content in MASTER.items():
        yield Paper(
            f"inbox/master/{table}_issued_{stamp}.csv",
            FIRST_DAY,
            {f"master_{table}": len(content.rows)},
            partial(papers.standing, content),
        )
    yield Paper(
        f"inbox/master/meter_devices_issued_{stamp}.csv",
        FIRST_DAY,
        {"master_meter_devices": len(counter.devices().rows)},
        partial(papers.standing, counter.devices()),
    )
    for issued in sorted({answer.issued for answer in documents.ANSWERS}):
        yield Paper(
            f"inbox/suppliers/answers_{issued:%Y-%m}_issued_{sent_again(issued)}.xlsx",
            issued,
            {"supplier_answers": sum(answer.issued == issued for answer in documents.ANSWERS)},
            partial(documents.answers_workbook, issued),
        )
    yield from _of_trade()


def _of_trade() -> Iterator[Paper]:
    for path, source, tables in (
        ("trade/shipments", "shipments", trade.SHIPMENTS),
        ("suppliers/requests", "supplier_requests", requests.REQUESTS),
    ):
        for closes, table in tables.items():
            quarter = f"{closes.year}-Q{(closes.month + 2) // 3}"
            stamp = f"{closes + timedelta(days=1):%Y%m%d}T0000"
            yield Paper(
                f"inbox/{path}_{quarter}_issued_{stamp}.csv",
                closes,
                {source: len(table.rows)},
                partial(papers.standing, table),
            )
    for folder, name, table, issued in (
        ("trade", "exchange_rates", trade.EXCHANGE_RATES, date(2026, 1, 2)),
        ("trade", "carbon_prices", trade.CARBON_PRICES, date(2026, 7, 15)),
        ("suppliers", "attestations", trade.ATTESTATIONS, date(2026, 8, 17)),
    ):
        yield Paper(
            f"inbox/{folder}/{name}_issued_{sent_again(issued)}.csv",
            issued,
            {name: len(table.rows)},
            partial(papers.standing, table),
        )


def _of_day(installation: str, day: date, scenario: str) -> Iterator[Paper]:
    prefix = PREFIX[installation]
    planted = dirt.faults(installation, day)
    extra = sum(fault.kind in ("undeclared_meter", "duplicate_row") for fault in planted)
    extra -= sum(fault.slots for fault in planted if fault.kind == "gap")
    first = Paper(
        meter_file(installation, day),
        day,
        {f"{prefix}_meters": len(METERS[installation]) * SLOTS + extra},
        partial(papers.readings, installation, day),
    )
    yield first
    for fault in planted:
        if fault.kind == "resent_file":
            yield Paper(correction_file(fault), fault.arrives, first.rows, first.content, first.path)
        elif fault.kind == "zeros_ahead":
            yield Paper(early_file(fault), day, first.rows, partial(papers.readings_so_far, fault))
        elif fault.kind in ("corrected", "unit_slip"):
            yield Paper(
                correction_file(fault),
                fault.arrives,
                {f"{prefix}_meters": fault.slots},
                partial(papers.correction, fault),
            )
    work = materials.day_of_work(installation, day, scenario)
    for name, lines, content in (
        ("production", work.outputs, papers.output),
        ("materials", work.uses, papers.use),
    ):
        yield Paper(
            _path(installation, name, f"{name}_{day:%Y%m%d}", day, None, "csv"),
            day,
            {f"{prefix}_{name}": len(lines)},
            partial(content, installation, day, scenario),
        )
    if is_last_of_month(day):
        yield from _of_month(installation, day)


def _of_month(installation: str, last: date) -> Iterator[Paper]:
    prefix, year, month = PREFIX[installation], last.year, last.month
    rows = {
        f"{prefix}_energy_documents": len(documents.invoices(installation, year, month)),
        f"{prefix}_flows": len(documents.flows(installation, year, month)),
    }
    workbook = partial(documents.energy_workbook, installation, year, month)
    if documents.invoices(installation, year, month):
        yield Paper(energy_file(installation, year, month), last, rows, workbook)
    fault = dirt.invoice_fault(installation, year, month)
    if fault:
        path = energy_file(installation, year, month, sent_again(fault.arrives))
        yield Paper(path, fault.arrives, rows, partial(workbook, corrected=True))
    if installation == counter.INSTALLATION:
        yield _counter_sheet(year, month, last)
    yield Paper(
        _path(installation, "receipts", f"receipts_{last:%Y-%m}", last, None, "csv"),
        last,
        {f"{prefix}_receipts": len(materials.receipts(installation, year, month))},
        partial(papers.receipts, installation, year, month),
    )


def _counter_sheet(year: int, month: int, last: date) -> Paper:
    rows = len(list(counter.read_days(year, month)))
    return Paper(
        counter_file(year, month), last, {"fastener_counter": rows}, partial(counter.sheet, year, month)
    )


def _path(installation: str, folder: str, name: str, closes: date, stamp: str | None, ending: str) -> str:
    stamp = stamp or f"{closes + timedelta(days=1):%Y%m%d}T0000"
    return f"inbox/{PREFIX[installation]}/{folder}/{name}_issued_{stamp}.{ending}"


def sent_again(day: date | None) -> str:
    return f"{day:%Y%m%d}T0930"


def last_of_month(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _put(file: Path, content: bytes) -> None:
    """Write beside and rename: nobody sees half a file, and no source's pattern fits the other name."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{hashlib.sha256(file.name.encode()).hexdigest()[:12]}.{os.getpid()}.part")
    beside.write_bytes(content)
    beside.replace(file)
