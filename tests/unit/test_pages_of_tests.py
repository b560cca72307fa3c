"""Pages that say which test guards what name tests and models that exist."""

from __future__ import annotations

import re

import pytest

from lingtan.settings import PROJECT

PAGES = ("ten_errors.md", "methodology.md")
_NAME = re.compile(r"`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)`")


def known() -> set[str]:
    """Names of dbt unit tests, models, seeds and pytest functions."""
    dbt = PROJECT / "dbt_project"
    names = {file.stem for folder in ("models", "seeds", "tests") for file in (dbt / folder).rglob("*")}
    for file in dbt.rglob("*.yml"):
        names.update(re.findall(r"- name: (\w+)", file.read_text(encoding="utf-8")))
    for file in (PROJECT / "tests").rglob("test_*.py"):
        names.update(re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE))
    return names


@pytest.mark.parametrize("page", PAGES)
def test_every_model_and_test_a_table_names_is_there(page: str) -> None:
    named: set[str] = set()
    for part in (PROJECT / "docs" / page).read_text(encoding="utf-8").split("\n\n"):
        header = part.splitlines()[0] if part.strip() else ""
        if header.startswith("|") and ("| test |" in header or "| guarded by |" in header):
            named.update(_NAME.findall(part))

    assert named
    assert named - known() == set()
