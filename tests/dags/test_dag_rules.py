"""Rules every DAG file keeps. Airflow reads these files all day long: they are light, and wiring only."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lingtan import contracts, ingest
from lingtan import settings as lingtan_settings

PROJECT = lingtan_settings.PROJECT
DAGS = PROJECT / "dags"
FILES = sorted(DAGS.glob("*.py"))
INGEST = [file for file in FILES if file.stem.startswith("ingest_")]
HEAVY = {"pandas", "numpy", "dbt", "duckdb", "great_expectations", "pyarrow", "scipy", "openpyxl"}

# Run in a process of its own: what a test session has imported already says nothing.
PARSE = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(dag_folder=sys.argv[1])
loaded = sorted({name.partition(".")[0] for name in sys.modules})
dags = {
    name: {
        "file": dag.fileloc,
        "doc": bool(dag.doc_md),
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "timetable": type(dag.timetable).__name__,
        "schedule": dag.timetable.summary if hasattr(dag.timetable, "summary") else "",
        "cron": getattr(dag.timetable, "expression", getattr(dag.timetable, "_expression", None)),
        "zone": str(getattr(dag.timetable, "timezone", getattr(dag.timetable, "_timezone", ""))),
        "tasks": {
            task.task_id: {
                "pool": task.pool,
                "retries": task.retries,
                "upstream": sorted(task.upstream_task_ids),
                "outlets": [asset.name for asset in task.outlets],
            }
            for task in dag.tasks
        },
    }
    for name, dag in bag.dags.items()
}
print(json.dumps({"errors": bag.import_errors, "loaded": loaded, "dags": dags}))
"""


@pytest.fixture(scope="module")
def parsed(tmp_path_factory) -> dict:
    """What Airflow makes of the folder, in a fresh process with a home of its own."""
    home = tmp_path_factory.mktemp("airflow")
    done = subprocess.run(
        [sys.executable, "-c", PARSE, str(DAGS)],
        env={**os.environ, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_every_dag_file_can_be_read(parsed):
    assert parsed["errors"] == {}


def test_one_file_is_one_dag_of_the_same_name(parsed):
    assert {name: Path(dag["file"]).stem for name, dag in parsed["dags"].items()} == {
        file.stem: file.stem for file in FILES
    }


def test_reading_the_dags_loads_nothing_heavy(parsed):
    assert HEAVY.isdisjoint(parsed["loaded"])


def test_every_dag_says_what_it_is_for(parsed):
    assert [name for name, dag in parsed["dags"].items() if not dag["doc"]] == []


def test_no_dag_makes_up_for_the_past_by_itself(parsed):
    assert [name for name, dag in parsed["dags"].items() if dag["catchup"]] == []


@pytest.mark.parametrize("file", INGEST, ids=lambda file: file.stem)
def test_an_ingest_run_is_one_local_day(parsed, file):
    dag = parsed["dags"][file.stem]

    assert (dag["timetable"], dag["cron"]) == ("CronDataIntervalTimetable", "0 0 * * *")
    assert "Asia/Shanghai" in dag["zone"]


@pytest.mark.parametrize("file", INGEST, ids=lambda file: file.stem)
def test_an_ingest_run_lands_then_accepts_then_reports(parsed, file):
    tasks = parsed["dags"][file.stem]["tasks"]

    assert {name: task["upstream"] for name, task in tasks.items()} == {
        "land": [],
        "accept": ["land"],
        "report": ["accept", "land"],
    }
    assert {name: task["outlets"] for name, task in tasks.items()} == {
        "land": [],
        "accept": ["lake"],
        "report": [],
    }


@pytest.mark.parametrize("file", INGEST, ids=lambda file: file.stem)
def test_an_ingest_dag_is_at_most_forty_lines(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 40


@pytest.mark.parametrize(
    ("dag", "task", "pool"),
    [
        *((file.stem, "accept", "lake") for file in INGEST),
        ("rebuild_range", "rebuild", "lake"),
        ("build_footprints", "compare", "lake"),
        ("build_footprints", "before_solve", "warehouse"),
        ("build_footprints", "solve", "warehouse"),
        ("build_footprints", "after_solve", "warehouse"),
        ("publish_figures", "publish", "warehouse"),
    ],
)
def test_a_task_that_writes_shared_ground_has_its_pool(parsed, dag, task, pool):
    assert parsed["dags"][dag]["tasks"][task]["pool"] == pool


def test_the_build_waits_for_every_dag_that_writes_the_lake(parsed):
    """And only then compares: one build for a night."""
    writers = {
        name
        for name, dag in parsed["dags"].items()
        if any("lake" in task["outlets"] for task in dag["tasks"].values())
    }
    asked = []
    ingest.wait_for_calm(asked.append, sleep=lambda _seconds: None)

    assert set(asked) == writers
    assert parsed["dags"]["build_footprints"]["tasks"]["compare"]["upstream"] == ["wait"]


def test_builds_and_publications_never_overlap(parsed):
    assert {
        name: parsed["dags"][name]["max_active_runs"] for name in ("build_footprints", "publish_figures")
    } == {
        "build_footprints": 1,
        "publish_figures": 1,
    }


def test_the_lake_wakes_the_build_and_the_build_wakes_the_publication(parsed):
    assert parsed["dags"]["build_footprints"]["timetable"] == "AssetOrTimeSchedule"
    assert parsed["dags"]["build_footprints"]["tasks"]["after_solve"]["outlets"] == ["footprints"]
    assert parsed["dags"]["publish_figures"]["timetable"] == "AssetTriggeredTimetable"


def tables_of(file: Path) -> tuple[str, ...]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "TABLES":
            return ast.literal_eval(node.value)
    raise AssertionError(f"{file.name} names no TABLES")


def test_every_landed_table_belongs_to_exactly_one_ingest_dag():
    fed = sorted(table for file in INGEST for table in tables_of(file))

    assert fed == sorted(contracts.names())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_happens_while_a_dag_file_is_read(file):
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.FunctionDef, ast.Expr)
    body = ast.parse(file.read_text(encoding="utf-8")).body

    assert [type(node).__name__ for node in body if not isinstance(node, allowed)] == []
    calls = [node.value for node in body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    assert [call.func.id for call in calls] == [file.stem]
    assert not any(isinstance(node.value, ast.Call) for node in body if isinstance(node, ast.Assign))
