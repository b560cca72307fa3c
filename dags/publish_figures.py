"""From the marts to what leaves the house: a release when a figure changed, exports, the readers' copy.

Woken by every build that changed the marts. The same figures make no new release.
"""

from airflow.sdk import dag, task

from lingtan.wiring import FOOTPRINTS, RETRIES


@dag(
    schedule=[FOOTPRINTS],
    catchup=False,
    max_active_runs=1,
    default_args=RETRIES,
    tags=["publish"],
    doc_md=__doc__,
)
def publish_figures():
    @task(pool="warehouse", multiple_outputs=False)
    def publish() -> dict:
        from lingtan import publish, settings

        release = publish.publish(settings.load())
        return {"release": release.address, "is_new": release.is_new}

    publish()


publish_figures()
