"""Contracts: what every landed table promises, checked over all of them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from lingtan import contracts
from lingtan.errors import ConfigurationError

TABLES = contracts.names()
# Key columns whose absence is itself a value: settling takes two empty ones for equal.
ABSENT_IN_KEY = {
    "process_flows": {"stream_code"},  # inside an installation a flow belongs to no bought stream
    "production_output": {"route"},  # most processes have but one
}


@pytest.mark.parametrize("table", TABLES)
def test_a_contract_names_only_columns_it_has(table):
    contract = contracts.load(table)

    assert set(contract.primary_key) <= set(contract.columns)
    assert contract.partition.on is None or contract.field(contract.partition.on).type == "date"
    assert contract.partition.installation in (None, *contract.columns)
    assert all(key.field in contract.columns for key in contract.foreign_keys)


@pytest.mark.parametrize("table", TABLES)
def test_key_columns_are_required_so_that_a_row_is_never_without_its_key(table):
    contract = contracts.load(table)

    optional = {column for column in contract.primary_key if not contract.field(column).required}
    assert optional == ABSENT_IN_KEY.get(table, set())


@pytest.mark.parametrize("table", TABLES)
def test_a_foreign_key_leads_to_a_column_of_a_landed_table(table):
    for key in contracts.load(table).foreign_keys:
        assert key.column in contracts.load(key.table).columns


@pytest.mark.parametrize("table", TABLES)
def test_every_column_says_what_it_is(table):
    contract = contracts.load(table)

    assert all(len(field.description) > 5 for field in (*contract.fields, *contract.derived))


def test_tables_come_after_the_tables_they_look_up():
    order = {table: place for place, table in enumerate(TABLES)}
    for table in TABLES:
        for other in contracts.load(table).masters:
            assert order[other] < order[table]


def test_numbers_are_exact_decimals_and_instants_are_utc():
    schema = contracts.load("meter_readings").arrow_schema()

    assert schema.field("amount").type == pa.decimal128(28, 9)
    assert schema.field("read_at").type == pa.timestamp("us", tz="UTC")


def test_a_table_without_contract_is_named_with_those_that_exist():
    with pytest.raises(ConfigurationError, match=r"no contract for table 'meter_reading'.*meter_readings"):
        contracts.load("meter_reading")
