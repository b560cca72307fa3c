"""The rules of the suites in the readers' copy."""

from __future__ import annotations

from dataclasses import replace
from shutil import copytree

import hand_made_marts
import pytest

from lingtan import gate
from lingtan.publish import readers, suites


@pytest.fixture
def swapped(house, tmp_path):
    """A house with a project of its own, whose suites may be changed."""
    project = tmp_path / "project"
    copytree(house.expectations, project / "expectations")
    (project / "dbt_project").symlink_to(house.dbt_project)
    made = replace(house, project=project)
    hand_made_marts.write(made.warehouse_file)
    readers.swap(made)
    return made


def told(house) -> list[suites.Row]:
    with readers.connect_readers(house) as copy:
        return suites.told(copy)


def test_every_rule_of_a_suite_is_there_in_its_order(swapped):
    rules = [row for row in told(swapped) if row[0] == "items"]

    assert [row[1] for row in rules] == list(range(1, len(rules) + 1))
    assert rules[0][2:7] == (
        *("item_code_not_null", "item_code", "critical", True),
        "An item without a code cannot be named by a receipt.",
    )
    assert rules[-1][2:6] == ("row_count_between", None, "critical", False)


def test_only_a_suite_that_changed_is_read_again(swapped, monkeypatch):
    before, read = told(swapped), []
    suite = gate.suite
    monkeypatch.setattr(gate, "suite", lambda table, **given: read.append(table) or suite(table, **given))
    readers.swap(swapped)
    assert (read, told(swapped)) == ([], before)

    file = swapped.expectations / "items.py"
    file.write_text(file.read_text(encoding="utf-8").replace("An item without", "Items without"), "utf-8")
    readers.swap(swapped)

    assert read == ["items"]
    (changed,) = {row[:7] for row in told(swapped)} - {row[:7] for row in before}
    assert changed[:3] == ("items", 1, "item_code_not_null")


def test_a_copy_made_before_the_rules_were_in_it_has_none_to_tell(swapped):
    import duckdb

    with duckdb.connect(str(swapped.readers_file)) as copy:
        copy.execute(f"drop table reference.{suites.NAME}")

    assert told(swapped) == []
