"""Energy and process inputs: streams, who uses them, invoices, contracts, grids, flows; a local day per run.

`land` keeps every new file and reads it. `accept` judges the partitions these files touch, writes them to
the lake and wakes `build_footprints`; when nothing changed it is skipped. `report` fails the run on refused
files, held partitions and missing sources; what is good has gone on by then. A day with nothing due is green.
"""

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowSkipException

from lingtan import ingest
from lingtan.wiring import LAKE, NIGHTLY

TABLES = ("source_streams", "stream_shares", "parameters", "activity_data", "process_flows",
          "electricity_contracts", "own_grid_factors")  # fmt: skip


@dag(**NIGHTLY, doc_md=__doc__)
def ingest_energy():
    @task(multiple_outputs=False)
    def land(dag_run=None, params=None) -> dict:
        return ingest.land(TABLES, dag_run.logical_date, params)

    @task(outlets=[LAKE], pool="lake")
    def accept(landed: dict) -> list[str]:
        held, is_build_due = ingest.accept(landed)
        if not (held or is_build_due):
            raise AirflowSkipException("the lake is as it was built")
        return held

    @task(trigger_rule="none_failed")
    def report(landed: dict, held: list[str] | None) -> str:
        return ingest.report(landed, held)

    landed = land()
    report(landed, accept(landed))


ingest_energy()
