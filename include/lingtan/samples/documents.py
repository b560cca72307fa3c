"""The Excel workbooks: a month's energy invoices and flows, and the suppliers' answers.

Bytes are the same on every machine: cells in a fixed order, fixed document dates, an uncompressed archive
with fixed times. Row 1 is a title, row 2 empty, row 3 the header.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from lingtan.samples import dirt, energy, materials, workdays
from lingtan.samples.company import meter_numbers
from lingtan.samples.numbers import decimal_text

HEADER_ROW = 3
_FIXED_TIME = (2025, 9, 1, 0, 0, 0)
_DATES_IN_CORE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")

INVOICE_HEADER = ("Stream", "From", "Until", "Kind", "Quantity", "Unit", "Document", "Clears", "Supplier")
FLOW_HEADER = ("Carrier", "From process", "To process", "Stream", "From", "Until", "Quantity", "Unit",
               "Factor t/GJ", "Factor source", "Evidence")  # fmt: skip
ANSWER_HEADER = (
    "Supplier", "Installation", "CN code", "Country", "Route", "Functional unit", "From", "Until",
    "Direct t CO2e/t", "Electricity MWh/t", "Electricity factor t/MWh", "Electricity factor source",
    "Default share", "Template", "Remark",
)  # fmt: skip

CONSUMPTION, ACCRUAL = "consumption", "accrual"
_SOLD = ("saleable", "off_spec_sold")

# The steam seller's own monitored figure; an invented number like all of the demo's suppliers.
STEAM_FACTOR = "0.0967"


@dataclass(frozen=True)
class Invoice:
    """One line of a month's invoices; the works' own store writes notes for what it hands out."""

    stream: str
    amount: str
    unit: str
    document: str
    supplier: str
    kind: str = CONSUMPTION
    clears: str = ""
    months_late: int = 0  # how many months before the month of its workbook its period lies


@dataclass(frozen=True)
class FlowLine:
    carrier: str
    giver: str
    taker: str
    stream: str
    amount: str
    unit: str
    factor: str = ""


@dataclass(frozen=True)
class Answer:
    """One producer's answer for one period of production; all figures invented."""

    issued: date
    supplier: str
    installation: str
    cn_code: str
    route: str
    period_from: date
    period_until: date
    direct: str
    electricity: str
    factor: str
    factor_source: str
    default_share: str
    functional_unit: str = "t_product"


_2025, _2026 = ((date(year, 1, 1), date(year + 1, 1, 1)) for year in (2025, 2026))
MILL_B_ANSWERED_FOR = (date(2026, 3, 1), date(2026, 6, 1))

# Mill A burns its own process gas for power and states that plant's factor; the others leave the factor to
# the country's default. Mill B answers late and for one spring alone; the overseas smelter stays silent.
ANSWERS = (
    Answer(date(2025, 12, 15), "MILL-A", "CN-MILL-A", "72139149", "all routes", *_2025,
           "2.031", "0.362", "0.712", "own power plant, monitored", "0.08"),
    Answer(date(2025, 12, 15), "SMELTER-1", "CN-SMELT-1", "76011010", "primary smelting", *_2025,
           "1.624", "13.61", "", "", "0.05"),
    Answer(date(2026, 5, 18), "MILL-A", "CN-MILL-A", "72139149", "all routes", *_2026,
           "1.987", "0.355", "0.712", "own power plant, monitored", "0.06"),
    Answer(date(2026, 5, 18), "SMELTER-1", "CN-SMELT-1", "76011010", "primary smelting", *_2026,
           "1.598", "13.48", "", "", "0.04"),
    Answer(date(2026, 6, 22), "MILL-B", "CN-MILL-B", "72139149", "all routes", *MILL_B_ANSWERED_FOR,
           "2.246", "0.381", "", "", "0.05"),
    Answer(date(2026, 5, 18), "CLINKER-1", "CN-CLINK-1", "25231000", "all routes", *_2026,
           "0.842", "0.064", "", "", "0", "t_clinker"),
)  # fmt: skip


@cache
def invoices(installation: str, year: int, month: int) -> tuple[Invoice, ...]:
    """The month's invoices as they are right. A metered stream's invoice differs a little from its meter. In
    the accrued month an accrual stands in, and the bill is among the invoices of the month after.
    """
    if installation == "CN-CEM":  # its meters are read, its bills stay with the bookkeeper
        return ()
    lines = _billed(installation, year, month)
    works, stream, *accrued = dirt.ACCRUED
    if installation != works:
        return lines
    if [year, month] == accrued:
        return tuple(_accrual(line) if line.stream == stream else line for line in lines)
    before = date(year, month, 1) - timedelta(days=1)
    if [before.year, before.month] == accrued:
        [bill] = (line for line in _billed(works, *accrued) if line.stream == stream)
        return (*lines, replace(bill, clears=_accrual(bill).document, months_late=1))
    return lines


def _accrual(bill: Invoice) -> Invoice:
    """What the books hold until the bill comes: a round amount, somewhat too low."""
    rounded = str(int(float(bill.amount) * 0.96) // 10 * 10)
    return replace(bill, amount=rounded, document=f"ACC-{bill.document}", kind=ACCRUAL)


def _billed(installation: str, year: int, month: int) -> tuple[Invoice, ...]:
    u = [float(value) for value in workdays.draws(installation, date(year, month, 1), purpose=4).random(4)]
    stamp = f"{year}-{month:02d}"
    ran = energy.month(installation, year, month)
    numbers = meter_numbers(installation)

    def metered(code: str) -> int:
        return int(ran.readings[:, numbers[code]].sum())

    power_wh = round(metered("EL-MAIN") * (0.9985 + 0.003 * u[0]))
    gas_m3 = round(metered("NG-MAIN") * (0.997 + 0.003 * u[1]) / 1000)
    sold = sum(line.amount for line in _outputs(installation, year, month) if line.kind in _SOLD)
    if installation == "CN-FAST":
        soda_kg = round(sold / 10_000 * (8.7 + 0.6 * u[2]))
        return (
            Invoice("EL", str(round(power_wh / 1000)), "kWh", f"ZJ-{stamp}-0417", "GRID-ZJ"),
            Invoice("NG", str(gas_m3), "m3_20c", f"GC-{stamp}-1120", "GAS-CO"),
            Invoice("HEAT", decimal_text(metered("HT-MAIN"), 3), "GJ", f"HC-{stamp}-33", "HEAT-CO"),
            Invoice("SODA", str(soda_kg), "kg", f"ST-{stamp}-SODA", "own store"),
        )
    bicarbonate_kg = round(sold / 1000 * (2.1 + 0.2 * u[2]))
    return (
        Invoice("EL", decimal_text(round(power_wh / 1000), 4), "万kWh", f"GD-{stamp}-0882", "grid company"),
        Invoice("NG", str(gas_m3), "m3_20c", f"GC-{stamp}-2071", "GAS-CO"),
        Invoice("NAHCO3", decimal_text(bicarbonate_kg, 3), "t", f"ST-{stamp}-NAHCO3", "own store"),
    )


@cache
def flows(installation: str, year: int, month: int) -> tuple[FlowLine, ...]:
    """The month's flows. Bought steam is split by its two branch meters, losses included, up to the bill."""
    ran = energy.month(installation, year, month)
    if installation == "CN-FAST":
        total, pickling, plating = (
            int(ran.readings[:, meter_numbers(installation)[code]].sum())
            for code in ("HT-MAIN", "HT-PICKLING", "HT-PLATING")
        )
        to_fasteners = total * pickling // (pickling + plating)
        return tuple(
            FlowLine("heat", "outside", taker, "HEAT", decimal_text(amount, 3), "GJ", STEAM_FACTOR)
            for taker, amount in (("FASTENERS", to_fasteners), ("PLATING", total - to_fasteners))
        )
    return tuple(
        FlowLine(carrier, giver, taker, "", decimal_text(int(amount.sum()), 3), "GJ")
        if carrier == "heat"
        else FlowLine(carrier, giver, taker, "", decimal_text(int(amount.sum()), 6), "MWh")
        for (carrier, giver, taker), amount in sorted(ran.flows.items())
    )


def energy_workbook(installation: str, year: int, month: int, *, corrected: bool = False) -> bytes:
    """Sheets Invoices and Flows of one month; with a planted fault until `corrected`."""
    first = date(year, month, 1)
    end = date(year + month // 12, month % 12 + 1, 1)
    fault = None if corrected else dirt.invoice_fault(installation, year, month)
    invoice_lines = []
    for line in invoices(installation, year, month):
        unit = fault.written if fault and fault.stream == line.stream else line.unit
        period = (first, end) if not line.months_late else ((first - timedelta(days=1)).replace(day=1), first)
        invoice_lines.append(
            (
                *(line.stream, *period, line.kind, _number(line.amount), unit),
                *(line.document, line.clears or None, line.supplier),
            )
        )
    flow_lines = []
    for line in flows(installation, year, month):
        amount, factor = _number(line.amount), _number(line.factor)
        proof = ("HEAT-CO, monitored", f"HC-EF-{year}") if line.factor else (None, None)
        ends = (line.carrier, line.giver, line.taker, line.stream or None)
        flow_lines.append((*ends, first, end, amount, line.unit, factor, *proof))
    title = f"{installation} energy {year}-{month:02d}"
    return _workbook(
        {
            "Invoices": (f"{title}: invoices", INVOICE_HEADER, invoice_lines),
            "Flows": (f"{title}: heat and power passed on", FLOW_HEADER, flow_lines),
        }
    )


def answers_workbook(issued: date) -> bytes:
    rows = []
    for answer in ANSWERS:
        if answer.issued == issued:
            figures = (_number(answer.direct), _number(answer.electricity), _number(answer.factor))
            rows.append(
                (
                    answer.supplier,
                    answer.installation,
                    answer.cn_code,
                    "CN",
                    answer.route,
                    answer.functional_unit,
                    answer.period_from,
                    answer.period_until,
                    *figures,
                    answer.factor_source or None,
                    _number(answer.default_share),
                    "demo 1.0",
                    "per t of product",
                )
            )
    return _workbook({"Answers": ("Suppliers' answers on embedded emissions", ANSWER_HEADER, rows)})


def _outputs(installation: str, year: int, month: int) -> Iterable[materials.Output]:
    for index in range(len(energy.month(installation, year, month).activity)):
        yield from materials.day_of_work(installation, date(year, month, index + 1)).outputs


def _number(text: str) -> int | float | None:
    """A cell's number; a spreadsheet keeps doubles, whose shortest text is the decimal again."""
    if not text:
        return None
    return float(text) if "." in text else int(text)


def _workbook(sheets: dict[str, tuple[str, Sequence[str], Iterable[Sequence]]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, (title, header, rows) in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append([title])
        sheet.append([])
        sheet.append(list(header))
        for row in rows:
            sheet.append(list(row))
    drawn = io.BytesIO()
    book.save(drawn)
    return _with_fixed_times(drawn.getvalue())


def _with_fixed_times(workbook: bytes) -> bytes:
    settled = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(settled, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _DATES_IN_CORE.sub(rb"\g<1>2025-09-01T00:00:00Z\g<2>", content)
            entry = zipfile.ZipInfo(name, date_time=_FIXED_TIME)
            entry.create_system = 3  # the same mark wherever the file is made
            target.writestr(entry, content)
    return settled.getvalue()
