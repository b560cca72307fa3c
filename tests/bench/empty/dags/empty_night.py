"""The DAGs of a night with nothing in their tasks: same wiring, same pools, same wake-ups."""

from airflow.sdk import Asset, dag, task

LAKE, FOOTPRINTS = Asset("empty_lake"), Asset("empty_footprints")


def ingest(name: str):
    @dag(dag_id=name, schedule=None, catchup=False)
    def wired():
        @task
        def land() -> str:
            return ""

        @task(outlets=[LAKE], pool="lake")
        def accept(landed: str) -> str:
            return landed

        @task
        def report(held: str) -> str:
            return held

        report(accept(land()))

    wired()


@dag(schedule=[LAKE], catchup=False, max_active_runs=1)
def empty_build():
    @task(pool="warehouse")
    def compare() -> None: ...

    @task(pool="warehouse")
    def before_solve() -> None: ...

    @task(pool="warehouse")
    def solve() -> None: ...

    @task(pool="warehouse", outlets=[FOOTPRINTS])
    def after_solve() -> None: ...

    compare() >> before_solve() >> solve() >> after_solve()


@dag(schedule=[FOOTPRINTS], catchup=False, max_active_runs=1)
def empty_publish():
    @task(pool="warehouse")
    def publish() -> None: ...

    publish()


for table in ("energy", "meters", "production", "suppliers"):
    ingest(f"empty_{table}")
empty_build()
empty_publish()
