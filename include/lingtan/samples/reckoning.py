"""Reckons the manifest from the same whole numbers the files are written from, never from the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, localcontext

import numpy as np

from lingtan.periods import days
from lingtan.samples import LAST_DAY, delivery, dirt, documents, gaps, materials, papers
from lingtan.samples.company import (
    CLINKER_CONTENT,
    INSTALLATIONS,
    MASTER,
    METERS,
    PREFIX,
    Meter,
    clinker_hundredths,
    stream_of,
)
from lingtan.samples.numbers import decimal_text
from lingtan.samples.truth import Line, Manifest, MeterTotal, Planted, SourceBooks, StreamTotal, Year
from lingtan.samples.workdays import SLOTS

# What the gate must call it: the rule, what becomes of the row, whether a slot stays empty.
_VERDICTS = {
    "unreadable_value": ("rejected", "wrong_type", True),
    "unknown_unit": ("rejected", "known_unit_not_null", True),
    "bare_power": ("rejected", "is_no_power_in_set", True),
    "bare_gas_volume": ("rejected", "unit_fits_medium_in_set", True),
    "undeclared_meter": ("rejected", "declared_meter_not_null", False),
    "duplicate_row": ("superseded", None, False),
    "above_nameplate": ("marked", "share_of_nameplate_between", False),
    "estimated": ("accepted", None, False),
    "substituted": ("accepted", None, False),
    "resent_file": ("nothing_new", None, False),
    "gap": ("absent", None, True),
    "zeros_ahead": ("rejected", "is_no_zero_ahead_in_set", False),
}
_INVOICE_RULE = "unit_fits_stream_in_set"


@dataclass
class _Readings:
    """Accepted readings of one works: per day and meter in thousandths, shapes (days, meters).

    `twice_filled` is twice what fills the gaps, whole as the mean of two readings is not; `added` what CBAM
    adds to it, by (day, meter).
    """

    first: date
    amount: np.ndarray
    estimated: np.ndarray
    substituted: np.ndarray
    missing: np.ndarray
    lost: np.ndarray = field(repr=False)
    twice_filled: np.ndarray = field(repr=False)
    added: dict[tuple[int, int], Decimal] = field(default_factory=dict, repr=False)


def manifest(*, since: date, until: date, scenario: str) -> Manifest:
    delivery.check(since, until, scenario)
    until = min(until, LAST_DAY)
    readings = {name: _readings(name, since, until) for name in INSTALLATIONS}
    planted = tuple(_planted(since, until))
    return Manifest(
        scenario=scenario,
        since=since,
        until=until,
        installations={
            name: {
                str(year): _year(name, year, since, until, scenario, readings[name])
                for year in range(since.year, until.year + 1)
            }
            for name in INSTALLATIONS
        },
        sources=_books(since, until, scenario, planted),
        planted=planted,
        daily={
            name: {
                meter.code: tuple(decimal_text(int(value), 3) for value in readings[name].amount[:, number])
                for number, meter in enumerate(METERS[name])
            }
            for name in INSTALLATIONS
        },
    )


def _readings(installation: str, since: date, until: date) -> _Readings:
    shape = ((until - since).days + 1, len(METERS[installation]))
    found = _Readings(since, *(np.zeros(shape, dtype=np.int64) for _ in range(6)))
    for index, day in enumerate(days(since, until)):
        true = dirt.as_it_ran(installation, day)
        found.amount[index] = true.sum(axis=1)
        for fault in dirt.faults(installation, day):
            for number, slot in fault.cells:
                amount = int(true[number, slot])
                if fault.kind in dirt.REJECTED_IN_PLACE:
                    found.amount[index, number] -= amount
                    found.lost[index, number] += amount
                    found.missing[index, number] += 1
                    found.twice_filled[index, number] += sum(gaps.beside(installation, day, number, slot))
                    found.added[index, number] = gaps.on_the_safe_side(
                        installation, day, number, slot, since=since, until=until
                    )
                # of a check meter: what fills it feeds no stream
                elif fault.kind == "gap" or (fault.kind == "unit_slip" and fault.arrives > until):
                    found.amount[index, number] -= amount
                    found.lost[index, number] += amount
                    found.missing[index, number] += 1
                elif fault.kind == "estimated":
                    found.estimated[index, number] += amount
                elif fault.kind == "substituted":
                    found.substituted[index, number] += amount
                elif fault.kind == "corrected" and fault.arrives > until:
                    found.amount[index, number] -= amount - amount // 2
    return found


def _year(installation: str, year: int, since: date, until: date, scenario: str, readings: _Readings) -> Year:
    first, last = max(since, date(year, 1, 1)), min(until, date(year, 12, 31))
    rows = slice((first - readings.first).days, (last - readings.first).days + 1)
    meters = METERS[installation]

    def total(values: np.ndarray, number: int) -> str:
        return decimal_text(int(values[rows, number].sum()), 3)

    month_ends = [day for day in days(first, last) if (day + timedelta(days=1)).day == 1]
    work = [materials.day_of_work(installation, day, scenario) for day in days(first, last)]
    output_unit, output_places = materials.OUTPUT_UNIT[installation]
    use_unit, use_places = materials.USE_UNIT[installation]
    return Year(
        days=(last - first).days + 1,
        meters={
            meter.code: MeterTotal(
                unit=meter.unit,
                amount=total(readings.amount, number),
                estimated=total(readings.estimated, number),
                substituted=total(readings.substituted, number),
                missing_slots=int(readings.missing[rows, number].sum()),
                lost_to_gaps=total(readings.lost, number),
            )
            for number, meter in enumerate(meters)
        },
        streams={
            stream: _stream(installation, stream, readings, rows)
            for stream in (stream_of(installation, meter) for meter in meters if meter.role == "billing")
        },
        documents=_lines(
            ({"stream": line.stream, "kind": line.kind}, line.unit, line.amount)
            for line in _invoices(installation, month_ends, until)
        ),
        flows=_lines(
            ({"carrier": line.carrier, "from": line.giver, "to": line.taker}, line.unit, line.amount)
            for day in month_ends
            for line in documents.flows(installation, day.year, day.month)
        ),
        production=_lines(
            (
                {"process": line.process, "product": line.product, "kind": line.kind},
                output_unit,
                decimal_text(line.amount, output_places),
            )
            for day in work
            for line in day.outputs
        ),
        clinker=_lines(
            (
                {"process": line.process, "product": line.product},
                "t",
                decimal_text(line.amount * clinker_hundredths(line.product, str(day)), output_places + 2),
            )
            for day, done in zip(days(first, last), work, strict=True)
            for line in done.outputs
            if line.product in CLINKER_CONTENT
        ),
        material_use=_lines(
            (
                {
                    "process": line.process,
                    "component": line.component,
                    "kind": line.kind,
                    "supplier": line.supplier,
                },
                use_unit,
                decimal_text(line.amount, use_places),
            )
            for day in work
            for line in day.uses
        ),
        receipts=_lines(
            (
                {
                    "item": lot.item,
                    "supplier": lot.supplier,
                    "producer": lot.producer,
                    "origin": lot.origin,
                    "made": f"{lot.produced_from:%Y-%m}" if lot.produced_from else "",
                },
                "t",
                lot.tonnes,
            )
            for day in month_ends
            for lot in materials.receipts(installation, day.year, day.month)
        ),
    )


def _stream(installation: str, stream: str, readings: _Readings, rows: slice) -> StreamTotal:
    amounts = 2 * readings.amount[rows] + readings.twice_filled[rows]  # half thousandths
    meters: list[tuple[int, Meter]] = [
        (number, meter)
        for number, meter in enumerate(METERS[installation])
        if stream_of(installation, meter) == stream
    ]
    [(main, main_meter)] = [(number, meter) for number, meter in meters if meter.role == "billing"]
    shares = {
        row[2]: row[4]
        for row in MASTER["stream_shares"].rows
        if row[:2] == (installation, stream) and row[3] == "share"
    }
    total = _from_halves(amounts[:, main].sum())
    added = [readings.added.get((day, main), Decimal(0)) for day in range(rows.start, rows.stop)]
    if shares:
        return StreamTotal(
            main_meter.unit,
            str(total),
            {},
            {process: str(total * Decimal(share)) for process, share in shares.items()},
            {process: str(sum(added) / 1000 * Decimal(share)) for process, share in shares.items()},
        )

    subs: dict[str, np.ndarray] = {}
    for number, meter in meters:
        if meter.role == "sub":
            subs[meter.process] = subs.get(meter.process, 0) + amounts[:, number]
    of_day = sum(subs.values())

    def handed_on(wholes: Iterable[Decimal], values: np.ndarray) -> str:
        with localcontext(prec=50):
            parts = (
                whole * int(part) / int(below)
                for whole, part, below in zip(wholes, values, of_day, strict=True)
                if below
            )
            return str((sum(parts, Decimal(0)) / 1000).quantize(Decimal("1e-12")))

    of_main = [Decimal(int(whole)) / 2 for whole in amounts[:, main]]
    return StreamTotal(
        main_meter.unit,
        str(total),
        {process: str(_from_halves(values.sum())) for process, values in subs.items()},
        {process: handed_on(of_main, values) for process, values in subs.items()},
        {process: handed_on(added, values) for process, values in subs.items()},
    )


def _from_halves(value: int) -> Decimal:
    """An amount from halves of its thousandths."""
    return Decimal(int(value)) / 2000


def _invoices(installation: str, month_ends: Iterable[date], until: date) -> Iterator[documents.Invoice]:
    for day in month_ends:
        fault = dirt.invoice_fault(installation, day.year, day.month)
        for line in documents.invoices(installation, day.year, day.month):
            if not (fault and fault.stream == line.stream and fault.arrives > until):
                yield line


def _lines(rows: Iterable[tuple[dict[str, str], str, str]]) -> tuple[Line, ...]:
    sums: dict[tuple, Decimal] = {}
    for of, unit, amount in rows:
        key = (tuple(of.items()), unit)
        sums[key] = sums.get(key, Decimal(0)) + Decimal(amount)
    return tuple(Line(dict(of), unit, str(amount)) for (of, unit), amount in sorted(sums.items()))


def _planted(since: date, until: date) -> Iterator[Planted]:
    for fault in dirt.METER_FAULTS:
        if not since <= fault.day <= until:
            continue
        answered = fault.arrives is not None and fault.arrives <= until
        if fault.kind == "corrected":
            verdict = ("superseded", None, False) if answered else ("accepted", None, False)
        elif fault.kind == "unit_slip":
            verdict = ("rejected", "share_of_nameplate_between_2", not answered)
        else:
            verdict = _VERDICTS[fault.kind]
        rows = tuple(papers.first_row(*cell) for cell in fault.cells)
        file = delivery.meter_file(fault.installation, fault.day)
        answered_by = delivery.correction_file(fault) if answered else None
        if fault.kind == "gap":
            rows = ()
        elif fault.kind == "zeros_ahead":
            rows = tuple(
                papers.first_row(number, slot)
                for number in range(len(METERS[fault.installation]))
                for slot in range(fault.slot, fault.slot + fault.slots)
            )
            file, answered_by = delivery.early_file(fault), file
        if fault.kind == "undeclared_meter":
            rows = (papers.extra_row(fault.installation),)
        elif fault.kind == "duplicate_row":
            rows = (*rows, papers.extra_row(fault.installation))
        yield Planted(
            fault.kind,
            f"{PREFIX[fault.installation]}_meters",
            file,
            rows,
            fault.meter,
            fault.written,
            *verdict,
            answered_by,
        )
    for fault in dirt.INVOICE_FAULTS:
        first = delivery.energy_file(fault.installation, fault.year, fault.month)
        arrived = delivery.last_of_month(fault.year, fault.month)
        if not since <= arrived <= until:
            continue
        streams = [line.stream for line in documents.invoices(fault.installation, fault.year, fault.month)]
        answered = fault.arrives <= until
        again = delivery.energy_file(
            fault.installation, fault.year, fault.month, delivery.sent_again(fault.arrives)
        )
        yield Planted(
            "invoice_in_wrong_dimension",
            f"{PREFIX[fault.installation]}_energy_documents",
            first,
            (documents.HEADER_ROW + 1 + streams.index(fault.stream),),
            fault.stream,
            fault.written,
            "rejected",
            _INVOICE_RULE,
            not answered,
            again if answered else None,
        )


def _books(since: date, until: date, scenario: str, planted: tuple[Planted, ...]) -> dict[str, SourceBooks]:
    files: Counter[str] = Counter()
    distinct: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    for paper in delivery.papers_of(since, until, scenario):
        for source, count in paper.rows.items():
            files[source] += 1
            if paper.same_bytes_as is None:
                distinct[source] += 1
                rows[source] += count
    rejected: dict[str, Counter[str]] = {source: Counter() for source in files}
    marked: dict[str, Counter[str]] = {source: Counter() for source in files}
    superseded: Counter[str] = Counter()
    for fault in planted:
        if fault.kind == "zeros_ahead":  # the hours before it give way to the day's own file
            [[works]] = [[name] for name, prefix in PREFIX.items() if fault.source == f"{prefix}_meters"]
            superseded[fault.source] += len(METERS[works]) * SLOTS - len(fault.rows)
        if fault.outcome == "rejected":
            rejected[fault.source][fault.rule] += len(fault.rows)
        elif fault.outcome == "marked":
            marked[fault.source][fault.rule] += len(fault.rows)
        elif fault.outcome == "superseded":
            superseded[fault.source] += 1 if fault.kind == "duplicate_row" else len(fault.rows)
    for source, count in _superseded_by_second_workbooks(since, until):
        superseded[source] += count
    return {
        source: SourceBooks(
            files=files[source],
            distinct_files=distinct[source],
            rows=rows[source],
            accepted=rows[source] - rejected[source].total() - superseded[source],
            rejected=dict(sorted(rejected[source].items())),
            superseded=superseded[source],
            marked=dict(sorted(marked[source].items())),
        )
        for source in sorted(files)
    }


def _superseded_by_second_workbooks(since: date, until: date) -> Iterator[tuple[str, int]]:
    """A corrected workbook repeats the month's sound lines too: the first ones give way to them."""
    for fault in dirt.INVOICE_FAULTS:
        if since <= delivery.last_of_month(fault.year, fault.month) and fault.arrives <= until:
            prefix = PREFIX[fault.installation]
            of_month = (fault.installation, fault.year, fault.month)
            yield f"{prefix}_energy_documents", len(documents.invoices(*of_month)) - 1
            yield f"{prefix}_flows", len(documents.flows(*of_month))
