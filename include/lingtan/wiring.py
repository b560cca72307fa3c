"""What the DAGs share: the assets that wake them, the nightly schedule, what is retried.

The one module that imports Airflow's SDK; only the files in `dags/` import it.
"""

from __future__ import annotations

from airflow.sdk import (
    Asset,
    CronDataIntervalTimetable,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
)

from lingtan.periods import HOUSE_ZONE

LAKE = Asset("lake")
FOOTPRINTS = Asset("footprints")

# What may heal (a disk, a network) is tried again; what was sent wrong stays wrong.
REFUSED = RetryRule("lingtan.errors.LingtanError", RetryAction.FAIL, reason="refused: no retry")
RETRIES = {"retries": 2, "retry_delay": 10.0, "retry_policy": ExceptionRetryPolicy([REFUSED])}

NIGHTLY = {
    "schedule": CronDataIntervalTimetable("0 0 * * *", timezone=HOUSE_ZONE),
    "catchup": False,
    "max_active_runs": 4,
    "default_args": RETRIES,
    "params": {
        "day": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Day",
            description="Local day of a run that is started without a logical date.",
        )
    },
    "tags": ["ingest"],
}
