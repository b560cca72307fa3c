"""dbt inside this process: its settings from ours, its failure as one sentence that names the place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lingtan.errors import LingtanError
from lingtan.settings import Settings
from lingtan.warehouse import parsed_project, postgres

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest


FOR_PAGES = {"parse", "docs"}  # commands whose files `lingtan.dictionary` needs


class BuildError(LingtanError):
    """A model, seed or test of the dbt project failed."""


def run(command: str, *args: str, settings: Settings) -> Any:
    """One dbt command, for example `run("build", "--select", "tag:before_solve", settings=...)`.

    Prints a line of counts and one per warning. Raises BuildError on the first failed node.
    """
    from dbt.cli.main import dbtRunner

    from lingtan.warehouse import engine

    words = [command, *args]
    switches = [] if command in FOR_PAGES else ["--no-write-json"]
    with _environment(settings):
        manifest = None if command == "parse" else parsed(settings)
        outcome = dbtRunner(manifest).invoke([*words, *_places(settings), *switches])
        if engine(settings) == "duckdb":
            _let_go()
    results = list(getattr(outcome.result, "results", None) or [])
    for result in results:
        if result.status == "warn":
            print(f"warning: {_place(result)}: {first_line(result.message)}")
    failed = [result for result in results if result.status in {"error", "fail", "runtime error"}]
    if failed:
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        raise BuildError(
            f"{_place(failed[0])} failed: {first_line(failed[0].message)}{_meaning(failed[0])}"
            f"{_compiled(failed[0])}{more}"
        )
    if not outcome.success:
        raise BuildError(f"dbt {command} failed: {first_line(str(outcome.exception or 'no reason given'))}")
    if results:
        print(f"dbt {' '.join(words)}: {_counts(results)}")
    return outcome


def parsed(settings: Settings) -> Manifest | None:
    """The project as dbt parses it for this warehouse; None when it cannot, and the next command says why."""
    from dbt.cli.main import dbtRunner

    from lingtan.warehouse import engine

    with _environment(settings) as environment:
        database = environment.get("LINGTAN_PG_DATABASE", settings.warehouse_file.stem)
        words = ["parse", *_places(settings), "--no-write-json"]
        return parsed_project.manifest(
            settings, engine(settings), database, lambda: dbtRunner().invoke(words).result
        )


def _places(settings: Settings) -> list[str]:
    from lingtan.warehouse import engine

    target, folder = engine(settings), settings.var / "dbt"
    return [
        *("--project-dir", str(settings.dbt_project), "--profiles-dir", str(settings.dbt_project)),
        *("--target", target, "--target-path", str(folder / target), "--log-path", str(folder / "log")),
        # what failed is told by BuildError; writing its own lines costs dbt a seventh of its time
        *("--log-level", "none", "--log-level-file", "none"),
    ]


@contextmanager
def _environment(settings: Settings) -> Iterator[dict[str, str]]:
    """What profiles.yml reads, set for as long as dbt runs; no telemetry."""
    ours = {"DO_NOT_TRACK": "1", "LINGTAN_WAREHOUSE_FILE": str(settings.warehouse_file)}
    if settings.warehouse_url:
        ours |= postgres.environment(settings.warehouse_url)
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield ours
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _let_go() -> None:
    """Close the DuckDB file: dbt keeps it open in its process, and others could not read it."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    environment = DuckDBConnectionManager._ENV
    DuckDBConnectionManager.close_all_connections()
    if environment is not None:
        environment.close()


def _place(result: Any) -> str:
    return f"{result.node.resource_type} {result.node.name}"


def first_line(message: str | None) -> str:
    lines = [line.strip() for line in (message or "no message").splitlines() if line.strip()]
    # dbt puts "Runtime Error in model x (path)" above what the engine said
    said = [
        line
        for line in lines
        if not line.startswith(("Runtime Error", "Database Error", "Compilation Error"))
    ]
    return (said or lines)[0]


def _meaning(result: Any) -> str:
    """What a test of the house says of itself; the name of another says all there is."""
    words = result.node.description if result.node.resource_type == "test" else ""
    return f". {words.strip().rstrip('.')}" if words else ""


def _compiled(result: Any) -> str:
    path = getattr(result.node, "compiled_path", None)
    return f"; its SQL: {path}" if path else ""


def _counts(results: list[Any]) -> str:
    counts: dict[str, int] = {}
    for result in results:
        kind = str(result.node.resource_type)
        counts[kind] = counts.get(kind, 0) + 1
    return ", ".join(f"{count} {kind}s" for kind, count in sorted(counts.items()))
