"""Master data of the demo company: they fit their contracts and refer to one another."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest

from lingtan import contracts
from lingtan.samples.company import MASTER, meter_numbers


def columns(table: str) -> list[dict[str, str]]:
    return [dict(zip(MASTER[table].header, row, strict=True)) for row in MASTER[table].rows]


@pytest.mark.parametrize("table", sorted(MASTER))
def test_master_rows_fit_their_contract(table: str):
    contract = contracts.load(table)
    keys = set()
    for row in columns(table):
        assert set(row) <= set(contract.columns)
        for field in contract.fields:
            value = row.get(field.name)  # what nobody needs may be left out
            assert value or not field.required, (table, field.name, row)
            assert not value or not field.enum or value in field.enum, (table, field.name, row)
        keys.add(tuple(row[name] for name in contract.primary_key))
        for key in contract.foreign_keys:
            known = {other[key.column] for other in columns(key.table)}
            assert row[key.field] in known, (table, key, row)

    assert len(keys) == len(MASTER[table].rows)


def test_meters_hang_on_meters_and_measure_declared_streams_and_processes():
    streams = {(row["installation_code"], row["stream_code"]) for row in columns("source_streams")}
    processes = {(row["installation_code"], row["process_code"]) for row in columns("processes")}
    for row in columns("meters"):
        works = row["installation_code"]
        assert (works, row["stream_code"]) in streams
        assert not row["process_code"] or (works, row["process_code"]) in processes
        assert not row["parent_meter_code"] or row["parent_meter_code"] in meter_numbers(works)
        assert row["role"] != "sub" or row["process_code"]
    # forty-four that count quarter hours, and the gas company's counter
    assert len(MASTER["meters"].rows) == 45


def test_stated_shares_of_a_stream_sum_to_one():
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in columns("stream_shares"):
        if row["key"] == "share":
            sums[row["installation_code"], row["stream_code"]] += Decimal(row["share"])

    assert set(sums.values()) == {Decimal(1)}
