"""From the lake to the marts: dbt before the solve, the solve, dbt after it.

Woken by every change of the lake and at 06:30. `wait` lets the other ingests of the night end, for one build
of them all. `compare` holds the lake against what was last built, by hash; when they are equal the run ends
there. A lost, merged or repeated wake-up can cost time, never a wrong figure.
"""

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, task

from lingtan import ingest
from lingtan.wiring import FOOTPRINTS, LAKE, RETRIES


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("30 6 * * *", timezone="Asia/Shanghai"), assets=[LAKE]
    ),
    catchup=False,
    max_active_runs=1,
    default_args=RETRIES,
    tags=["build"],
    doc_md=__doc__,
)
def build_footprints():
    @task
    def wait(ti=None) -> None:
        ingest.wait_for_calm(lambda dag: ti.get_dr_count(dag_id=dag, states=["queued", "running"]) > 0)

    @task.short_circuit(pool="lake")
    def compare() -> bool:
        return ingest.is_build_due()

    @task(pool="warehouse")
    def before_solve() -> None:
        from lingtan import settings, warehouse

        warehouse.build_before_solve(settings.load())

    @task(pool="warehouse")
    def solve() -> None:
        from lingtan import settings, solve

        solve.solve(settings.load())

    @task(pool="warehouse", outlets=[FOOTPRINTS])
    def after_solve() -> None:
        from lingtan import settings, warehouse

        warehouse.build_after_solve(settings.load())

    wait() >> compare() >> before_solve() >> solve() >> after_solve()


build_footprints()
