"""A house small enough to count on fingers, with every state a source's calendar knows; it is 2026-01-07.

`meter_readings` is due every day of 2026-01-01 .. 08. On the 1st three good rows came; on the 2nd a good one
and two of the meter E9, which nobody declared; on the 3rd nothing; on the 4th only E9, so the day is held; on
the 5th a row in MWh though the meter counts kWh (a warning), and a corrected file displaces one of its two
rows; on the 6th nothing, but the 6th is over; the 7th and 8th are not due yet. A second sender, not due,
spoke on the 5th too: a good row and one of E9. `activity_data` is due for November, December and January: it
sent a document of November in a unit nobody knows.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import small_house
from small_house import meter, reading

from lingtan import gate, lake, landing
from lingtan.settings import Settings

TODAY = date(2026, 1, 7)
SOURCE, OTHER = "meter_readings", small_house.UNSTATED


def make(house: Settings) -> None:
    """Write sources, send the files, land and judge them."""
    small_house.write_sources(house)
    text = house.sources_file.read_text(encoding="utf-8")
    for name, due in (
        (SOURCE, "{every: day, from: 2026-01-01, until: 2026-01-09}"),
        ("activity_data", "{every: month, from: 2025-11-01, until: 2026-02-01}"),
    ):
        head = f"  {name}:\n"
        assert head in text
        text = text.replace(head, f"{head}    due: {due}\n")
    house.sources_file.write_text(text, encoding="utf-8")
    small_house.send(house, "meters", "20260101T0000", [meter("E1")])
    send = small_house.send
    send(house, SOURCE, "20260102T0000", [reading(f"2026-01-01 00:{m}", "1") for m in ("00", "15", "30")])
    second = [reading("2026-01-02 00:00", "1"), *(reading(f"2026-01-02 0{h}:00", "7", "E9") for h in (1, 2))]
    send(house, SOURCE, "20260103T0000", second)
    send(house, SOURCE, "20260105T0000", [reading("2026-01-04 00:00", "8", "E9")])
    fifth = [reading("2026-01-05 00:00", "1"), reading("2026-01-05 00:15", "0.001", unit="MWh")]
    send(house, SOURCE, "20260106T0000", fifth)
    send(house, SOURCE, "20260107T0000", [reading("2026-01-05 00:00", "2")])
    others = [reading("2026-01-05 12:00", "3"), reading("2026-01-05 12:15", "3", "E9")]
    send(house, OTHER, "20260106T0000", others)
    document = {"installation_code": "CN-FAST", "stream_code": "EL", "kind": "consumption", "amount": "4"}
    document |= {
        "period_from": "2025-11-01",
        "period_until": "2025-12-01",
        "unit": "kVA",
        "document_ref": "R",
    }
    send(house, "activity_data", "20251201T0000", [document])
    landing.land(small_house.TABLES, settings=house)
    stale = lake.stale(small_house.TABLES, settings=house)
    gate.accept(stale, settings=house, progress=lambda _: None)


def write_minutes(file: Path, days: dict[str, tuple[int, int, int]]) -> None:
    """A readers' copy that knows minutes of CN-FAST by day: expected, read, estimated."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema if not exists marts")
        connection.execute("""
            create or replace table marts.fct_data_quality (table_name varchar, installation_code varchar,
                partition_key varchar, minutes_expected bigint, minutes_read bigint, minutes_estimated bigint)
        """)
        for day, minutes in days.items():
            connection.execute(
                "insert into marts.fct_data_quality values ('meter_readings', 'CN-FAST', ?, ?, ?, ?)",
                [day, *minutes],
            )
