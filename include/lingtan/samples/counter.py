"""The gas company's counter at the fence of the fastener works: a dial of five digits before the mark that
somebody reads at eight in the morning, Sundays excepted, and writes into a sheet of the month.

It counts what the gas station behind it counts, goes round some nine times a year and was exchanged once.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from lingtan.periods import days
from lingtan.samples import FIRST_DAY, LAST_DAY, dirt
from lingtan.samples.company import COUNTER, Table, meter_numbers
from lingtan.samples.numbers import decimal_text

INSTALLATION, MAIN = "CN-FAST", "NG-MAIN"
DIGITS, DECIMALS = 5, 3
ROUND = 10 ** (DIGITS + DECIMALS)  # thousandths of a cubic metre after which the dial shows zero again
READ_AT = 32  # slot of eight o'clock
SUNDAY = 6
ENCODING = "gb18030"
HEADER = ("表号", "抄表时间", "表底数", "单位", "读数类型", "备注")


@dataclass(frozen=True)
class Device:
    """A device fitted at `slot` of `day`, showing `first` thousandths."""

    serial: str
    day: date
    slot: int
    first: int


FITTED = Device("GC-55120", FIRST_DAY, 0, 41_250_000)
EXCHANGED = Device("GC-71846", date(2025, 12, 10), 58, 12_000)  # half past two in the afternoon


@cache
def _passed(day: date) -> int:
    """Thousandths of a cubic metre that have passed before `day` since FIRST_DAY."""
    number = meter_numbers(INSTALLATION)[MAIN]
    if day == FIRST_DAY:
        return 0
    before = day - timedelta(days=1)
    return _passed(before) + int(dirt.as_it_ran(INSTALLATION, before)[number].sum())


def _passed_until(day: date, slot: int) -> int:
    for earlier in days(FIRST_DAY, day):  # day by day, so that no recursion runs deep
        _passed(earlier)
    number = meter_numbers(INSTALLATION)[MAIN]
    return _passed(day) + int(dirt.as_it_ran(INSTALLATION, day)[number, :slot].sum())


def shown(device: Device, day: date, slot: int) -> int:
    """What a device shows at the start of a slot, in thousandths."""
    passed = _passed_until(day, slot) - _passed_until(device.day, device.slot)
    return (device.first + passed) % ROUND


def read_days(year: int, month: int) -> Iterator[date]:
    """Days of a month on which somebody reads."""
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    for day in days(date(year, month, 1), min(last, LAST_DAY)):
        if day.weekday() != SUNDAY:
            yield day


def sheet(year: int, month: int) -> bytes:
    """A month's sheet as the gas company's program writes it: Chinese headers and words, GB 18030."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for day in read_days(year, month):
        is_new = (EXCHANGED.day, EXCHANGED.slot) <= (day, READ_AT)
        device = EXCHANGED if is_new else FITTED
        remark = "换表后首次抄表" if is_new and day - EXCHANGED.day <= timedelta(days=1) else ""
        dial = decimal_text(shown(device, day, READ_AT), DECIMALS).zfill(DIGITS + 1 + DECIMALS)
        written = f"{day.year}/{day.month}/{day.day} {READ_AT // 4}:00"
        writer.writerow((COUNTER, written, dial, "立方米(20℃)", "实抄", remark))
    return text.getvalue().encode(ENCODING)


def devices() -> Table:
    """The list of devices fitted at the counter."""
    last = decimal_text(shown(FITTED, EXCHANGED.day, EXCHANGED.slot), DECIMALS)
    return Table(
        (
            *("installation_code", "meter_code", "device_serial", "fitted_at"),
            *("first_register", "last_register", "digits", "decimals", "multiplier"),
        ),
        (
            (
                *(INSTALLATION, COUNTER, FITTED.serial, _clock(FITTED)),
                *(decimal_text(FITTED.first, DECIMALS), last, str(DIGITS), str(DECIMALS), "1"),
            ),
            (
                *(INSTALLATION, COUNTER, EXCHANGED.serial, _clock(EXCHANGED)),
                *(decimal_text(EXCHANGED.first, DECIMALS), "", str(DIGITS), str(DECIMALS), "1"),
            ),
        ),
    )


def _clock(device: Device) -> str:
    return f"{device.day} {device.slot // 4:02d}:{device.slot % 4 * 15:02d}"
