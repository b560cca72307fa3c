"""Names and strings as SQL writes them."""

from __future__ import annotations

import duckdb
import pytest

from lingtan import sql


@pytest.mark.parametrize("words", ["plain", "it's", 'a "quoted" one', "'; drop table t; --", "产品", ""])
def test_a_string_arrives_as_it_was(words):
    assert duckdb.sql(f"select {sql.text(words)}").fetchall() == [(words,)]


@pytest.mark.parametrize("name", ["plain", "select", 'a "quoted" one', "Mixed Case", "产品"])
def test_a_name_is_the_columns_name(name):
    assert duckdb.sql(f"select 1 as {sql.identifier(name)}").columns == [name]
