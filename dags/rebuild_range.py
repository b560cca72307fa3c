"""Many days at once: every partition of a range in one pass, instead of one run a day.

Started by hand. `plan` lands what came and counts what is stale. `rebuild` judges and writes those partitions
and wakes `build_footprints`; with `dry_run` it is skipped. `report` fails on refused files, held partitions
and missing sources.
"""

from airflow.sdk import Param, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from lingtan import ingest
from lingtan.wiring import LAKE, RETRIES


@dag(
    schedule=None,
    max_active_runs=1,
    default_args=RETRIES,
    params={
        "from": Param("2025-09-01", type="string", format="date", title="From"),
        "to": Param("2026-10-31", type="string", format="date", title="To (included)"),
        "sources": Param([], type="array", items={"type": "string"}, title="Sources (none = all)"),
        "dry_run": Param(False, type="boolean", title="Only say what would be judged"),
    },
    tags=["ingest"],
    doc_md=__doc__,
)
def rebuild_range():
    @task(multiple_outputs=False)
    def plan(params=None) -> dict:
        return ingest.plan(params)

    @task(outlets=[LAKE], pool="lake")
    def rebuild(planned: dict) -> list[str]:
        if planned["dry_run"]:
            raise AirflowSkipException("dry run: nothing written")
        held, is_build_due = ingest.rebuild(planned)
        if not (held or is_build_due):
            raise AirflowSkipException("the lake is as it was built")
        return held

    @task(trigger_rule="none_failed")
    def report(planned: dict, held: list[str] | None) -> str:
        return ingest.report_range(planned, held)

    planned = plan()
    report(planned, rebuild(planned))


rebuild_range()
