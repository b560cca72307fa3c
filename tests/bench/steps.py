"""One step of a night or a rebuild in a process of its own, as a task of Airflow is: `python steps.py STEP`.

The last line of its output says whether Great Expectations was imported.
"""

from __future__ import annotations

import ast
import json
import sys
from datetime import date

from lingtan import ingest, publish, solve, warehouse
from lingtan import settings as lingtan_settings
from lingtan.operate.demonstration import midnight
from lingtan.settings import Settings


def tables_of(dag_id: str) -> tuple[str, ...]:
    """TABLES of an ingest DAG, without Airflow."""
    file = lingtan_settings.PROJECT / "dags" / f"{dag_id}.py"
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "TABLES":
            return ast.literal_eval(node.value)
    raise LookupError(dag_id)


def rebuild_marts(settings: Settings) -> None:
    """What `after_solve` builds, without its data tests."""
    warehouse.dbt("run", "--select", "tag:after_solve", settings=settings)


def main(step: str, *arguments: str) -> None:
    notes = lingtan_settings.load().var / "bench_notes.json"  # what passes between tasks
    passed = json.loads(notes.read_text()) if notes.exists() else {}
    settings = lingtan_settings.load()
    if step == "land":
        passed["landed"] = ingest.land(
            tables_of(arguments[0]), midnight(date.fromisoformat(arguments[1])), {}
        )
    elif step == "accept":
        passed["held"], _ = ingest.accept(passed["landed"])
    elif step == "report":
        ingest.report(passed["landed"], passed["held"])
    elif step == "plan":
        params = {"from": arguments[0], "to": arguments[1], "sources": [], "dry_run": False}
        passed["landed"] = ingest.plan(params)
    elif step == "rebuild":
        passed["held"], _ = ingest.rebuild(passed["landed"])
    elif step == "report_range":
        ingest.report_range(passed["landed"], passed["held"])
    else:
        {
            "compare": ingest.is_build_due,
            "before_solve": warehouse.build_before_solve,
            "solve": solve.solve,
            "after_solve": warehouse.build_after_solve,
            "marts": rebuild_marts,
            "publish": publish.publish,
        }[step](settings=settings)
    notes.parent.mkdir(parents=True, exist_ok=True)
    notes.write_text(json.dumps(passed))
    print(json.dumps({"imported_gx": "great_expectations" in sys.modules}))


if __name__ == "__main__":
    main(*sys.argv[1:])
