"""The CSV papers of the works as bytes: meter readings, output, material use, receipts, master data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache

import numpy as np

from lingtan.samples import dirt, materials
from lingtan.samples.company import METERS, Table
from lingtan.samples.numbers import decimal_text
from lingtan.samples.workdays import SLOTS

METER_HEADER = ("Meter", "Time", "Reading", "Unit", "Quality", "Revision", "Remark")
_OUTPUT_WORDS = {
    "saleable": "good",
    "off_spec_sold": "second choice",
    "off_spec": "rejected",
    "scrap": "scrap",
}
_USE_WORDS = {"item": "bought", "bought_scrap": "scrap bought", "own_scrap": "scrap returned"}


def first_row(meter_number: int, slot: int) -> int:
    """Row of a reading in a daily file as a person sees it, the header being row 1."""
    return 2 + meter_number * SLOTS + slot


def extra_row(installation: str, position: int = 0) -> int:
    """Row of what stands below the last meter of a daily file."""
    return first_row(len(METERS[installation]), position)


def readings(installation: str, day: date) -> bytes:
    """One works' readings of one local day, meter after meter, stamped with the start of the quarter hour."""
    amounts = dirt.as_first_sent(installation, day)
    return _readings(installation, day, amounts, dirt.faults(installation, day))


def _readings(
    installation: str, day: date, thousandths: np.ndarray, planted: Sequence[dirt.MeterFault]
) -> bytes:
    import pyarrow as pa
    from pyarrow import csv as pacsv

    amounts = _decimal_strings(thousandths.ravel())
    codes, units, blank, actual = _constant_columns(installation)
    times = np.datetime_as_string(
        np.datetime64(day, "m") + np.arange(SLOTS) * np.timedelta64(15, "m"), unit="m"
    )
    clock = pa.array([time.replace("T", " ") for time in times.tolist()])
    repeated = clock.take(pa.array(np.tile(np.arange(SLOTS), len(METERS[installation]))))
    columns = [codes, repeated, amounts, units, actual, blank, blank]
    if planted:
        columns = _with_faults(installation, columns, planted)
    body = io.BytesIO()
    body.write((",".join(METER_HEADER) + "\n").encode())
    options = pacsv.WriteOptions(include_header=False, quoting_style="none")
    pacsv.write_csv(pa.table(columns, names=list(METER_HEADER)), body, options)
    return body.getvalue()


def correction(fault: dirt.MeterFault) -> bytes:
    """The file that corrects a fault's readings: only those rows, revision 1, with the true values."""
    true = dirt.as_it_ran(fault.installation, fault.day)
    return _csv(
        METER_HEADER,
        (
            (
                METERS[fault.installation][number].code,
                f"{fault.day} {slot // 4:02d}:{slot % 4 * 15:02d}",
                decimal_text(int(true[number, slot]), 3),
                METERS[fault.installation][number].unit,
                "A",
                "1",
                "unit corrected" if fault.kind == "unit_slip" else "transformer ratio corrected",
            )
            for number, slot in fault.cells
        ),
    )


def _with_faults(installation: str, columns: Sequence, planted: Iterable[dirt.MeterFault]) -> list:
    """The columns with the day's faults written into them. Revision stays empty: it is the first file."""
    import pyarrow as pa

    code, time, amount, unit, quality, revision, remark = (column.to_pylist() for column in columns)
    for fault in planted:
        for number, slot in fault.cells:
            row = number * SLOTS + slot
            remark[row] = fault.remark
            if fault.kind == "unreadable_value":
                amount[row] = fault.written
            elif fault.kind in dirt.IN_ANOTHER_UNIT:
                unit[row] = fault.written
            elif fault.kind in ("estimated", "substituted"):
                quality[row] = fault.written
            elif fault.kind == "duplicate_row":
                for column in (code, time, amount, unit, quality, revision, remark):
                    column.append(column[row])
        if fault.kind == "gap":
            number, slot = fault.cells[0]
            for column in (code, time, amount, unit, quality, revision, remark):
                del column[number * SLOTS + slot : number * SLOTS + slot + fault.slots]
        if fault.kind == "undeclared_meter":
            code.append(fault.written)
            time.append(time[fault.slot])
            for column, value in ((amount, "12.500"), (unit, "kWh"), (quality, "A"), (revision, "")):
                column.append(value)
            remark.append(fault.remark)
    return [pa.array(column) for column in (code, time, amount, unit, quality, revision, remark)]


@cache
def _constant_columns(installation: str) -> tuple:
    import pyarrow as pa

    meters = METERS[installation]
    rows = len(meters) * SLOTS
    codes = pa.array(np.repeat([meter.code for meter in meters], SLOTS).tolist())
    units = pa.array(np.repeat([meter.unit for meter in meters], SLOTS).tolist())
    return codes, units, pa.array([""] * rows), pa.array(["A"] * rows)


def _decimal_strings(thousandths: np.ndarray):
    """Whole thousandths -> decimal text of three places, all at once."""
    import pyarrow as pa

    whole = pa.array(thousandths).cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(pa.decimal128(19, 3), len(whole), whole.buffers()).cast(pa.string())


def output(installation: str, day: date, scenario: str) -> bytes:
    unit, places = materials.OUTPUT_UNIT[installation]
    period = (str(day), str(day + timedelta(days=1)))
    return _csv(
        ("Process", "Product", "From", "Until", "Kind", "Quantity", "Unit"),
        (
            (
                line.process,
                line.product,
                *period,
                _OUTPUT_WORDS[line.kind],
                decimal_text(line.amount, places),
                unit,
            )
            for line in materials.day_of_work(installation, day, scenario).outputs
        ),
    )


def use(installation: str, day: date, scenario: str) -> bytes:
    unit, places = materials.USE_UNIT[installation]
    period = (str(day), str(day + timedelta(days=1)))
    return _csv(
        ("Process", "Material", "Kind", "Seller", "From", "Until", "Quantity", "Unit"),
        (
            (
                line.process,
                line.component,
                _USE_WORDS[line.kind],
                line.supplier,
                *period,
                decimal_text(line.amount, places),
                unit,
            )
            for line in materials.day_of_work(installation, day, scenario).uses
        ),
    )


def receipts(installation: str, year: int, month: int) -> bytes:
    """A month's receipts; the extrusion works writes semicolons, decimal commas and day-first dates."""
    european = installation == "CN-ALU"

    def day(value: date | None) -> str:
        return "" if value is None else value.strftime("%d.%m.%Y" if european else "%Y-%m-%d")

    def number(text: str) -> str:
        return text.replace(".", ",") if european else text

    header = ("Receipt", "Seller", "Item", "Maker", "Made from", "Made until", "Received")
    rows = (
        (
            lot.code,
            lot.supplier,
            lot.item,
            lot.producer,
            day(lot.produced_from),
            day(lot.produced_until),
            day(lot.received_on),
            number(lot.tonnes),
            "t",
            lot.origin,
            number(decimal_text(lot.spend_cents, 2)),
        )
        for lot in materials.receipts(installation, year, month)
    )
    return _csv((*header, "Quantity", "Unit", "Origin", "Value EUR"), rows, ";" if european else ",")


def readings_so_far(fault: dirt.MeterFault) -> bytes:
    """A day's readings as of an hour at which the day was not over: the rest of the form holds zeros."""
    amounts = dirt.as_first_sent(fault.installation, fault.day).copy()
    amounts[:, fault.slot :] = 0
    return _readings(fault.installation, fault.day, amounts, ())


def standing(table: Table) -> bytes:
    return _csv(table.header, table.rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
