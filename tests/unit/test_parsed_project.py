"""The parsed dbt project that houses share: never an old one, never another house's warehouse."""

from __future__ import annotations

import multiprocessing
import re
from dataclasses import replace
from pathlib import Path

import pytest

from lingtan import settings as lingtan_settings
from lingtan import warehouse
from lingtan.settings import Settings
from lingtan.warehouse import parsed_project, transform

PROJECT = {
    "dbt_project.yml": "name: small\nversion: 1.0.0\nprofile: small\nflags: {use_colors: false}\n",
    "profiles.yml": (
        "small:\n  target: duckdb\n  outputs:\n    duckdb:\n      type: duckdb\n"
        "      path: \"{{ env_var('LINGTAN_WAREHOUSE_FILE') }}\"\n"
    ),
    "models/answer.sql": "select 1 as answer",
}


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """A project of one model, and nothing parsed."""
    for name, text in PROJECT.items():
        file = tmp_path / "project" / "dbt_project" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return replace(
        lingtan_settings.load(),
        project=tmp_path / "project",
        cache=tmp_path / "cache",
        var=tmp_path / "var",
        warehouse_url=None,
    )


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One element for each time that the project was parsed."""
    counted: list[int] = []
    keep = parsed_project.manifest

    def counting(settings, target, database, parse):
        return keep(settings, target, database, lambda: (counted.append(1), parse())[1])

    monkeypatch.setattr(parsed_project, "manifest", counting)
    return counted


def answer(settings: Settings) -> int:
    """Build the house and read its one model."""
    settings.warehouse_file.parent.mkdir(parents=True, exist_ok=True)
    warehouse.dbt("run", settings=settings)
    with warehouse.connect(settings, read_only=True) as built:
        [row] = built.query("select answer from main.answer").to_pylist()
    return row["answer"]


def rewrite(settings: Settings, sql: str) -> None:
    (settings.dbt_project / "models" / "answer.sql").write_text(sql, encoding="utf-8")


def test_a_second_house_starts_from_the_project_that_the_first_parsed(
    small: Settings, parses: list[int]
) -> None:
    other = replace(small, var=small.var.parent / "other")

    assert (answer(small), answer(other)) == (1, 1)  # each in a warehouse of its own
    assert len(parses) == 1


def test_a_changed_model_is_parsed_again(small: Settings, parses: list[int]) -> None:
    answer(small)
    rewrite(small, "select 2 as answer")

    assert answer(replace(small, var=small.var.parent / "other")) == 2
    assert answer(small) == 2
    assert len(parses) == 2


def test_what_changed_while_it_was_parsed_is_not_kept(small: Settings) -> None:
    def parse() -> object:
        rewrite(small, "select 3 as answer")
        return transform.parsed(small)

    keys = {parsed_project.state(small, "duckdb", "lingtan")}
    parsed_project.manifest(small, "duckdb", "lingtan", parse)

    kept = {file.stem for file in small.cache.rglob("*.msgpack")}
    assert kept and not kept & keys


def test_a_damaged_file_is_parsed_again(small: Settings, parses: list[int]) -> None:
    answer(small)
    [kept] = small.cache.rglob("*.msgpack")
    kept.write_bytes(kept.read_bytes()[:1000])

    assert answer(small) == 1
    assert len(parses) == 2


def test_two_processes_may_parse_at_once(small: Settings) -> None:
    houses = [replace(small, var=small.var.parent / name) for name in ("one", "two")]

    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(answer, houses) == [1, 1]
    assert [file.suffix for file in (small.cache / "dbt").iterdir()] == [".msgpack"]
    assert answer(small) == 1


@pytest.mark.parametrize("changed", ["target", "database"])
def test_another_engine_or_database_is_another_project(small: Settings, changed: str) -> None:
    asked = {"target": "duckdb", "database": "lingtan"}

    assert parsed_project.state(small, **asked) != parsed_project.state(small, **asked | {changed: "other"})


def test_no_model_depends_on_what_is_not_in_the_key() -> None:
    """Of the environment and the connection nothing but the kind of engine and its names may be read;
    variables stand in dbt_project.yml, which is in the key.
    """
    project = lingtan_settings.load().dbt_project
    reads = re.compile(r"\benv_var\b|\btarget\.(?!(type|schema|name|database)\b)\w+")
    found = [
        f"{file.relative_to(project)}: {line.strip()}"
        for folder in ("macros", "models", "seeds", "tests")
        for file in (project / folder).rglob("*")
        if file.suffix in {".sql", ".yml"}
        for line in file.read_text(encoding="utf-8").splitlines()
        if "{" in line and reads.search(line)
    ]

    assert found == []
