"""From the lake to the marts: dbt before the solve, the solve, dbt after it.

Woken by every change of the lake and at 06:30. The first task compares the lake with what was last built, by
hash; when they are equal the run ends there. A lost, merged or repeated wake-up can cost time, never a wrong
figure.
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
    # behind every accept that is ready: a night wakes the build four times and is built once
    @task.short_circuit(pool="lake", priority_weight=1, weight_rule="absolute")
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

    compare() >> before_solve() >> solve() >> after_solve()


build_footprints()
