"""What to say of a run that failed: which DAG and task, what was wrong and where, and what to type next."""

from __future__ import annotations

import builtins
import re
import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from lingtan.arguments import shown
from lingtan.operate.api import Api
from lingtan.operate.home import Home
from lingtan.operate.watch import title
from lingtan.settings import Settings

LOCATED = re.compile(r"^\W*(?P<source>\w+), (?P<file>[^,:]+\.\w+)(?:, row (?P<row>\d+))?")
MOST_LINES = 20
NEXT = "next: "
SILENT = "the task ended without a word: somebody killed it, or the machine was short of memory"


def lines(api: Api, home: Home, settings: Settings, runs: Iterable[Mapping]) -> list[str]:
    """The last lines a person reads: a block per failed task; of equal ones the latest."""
    blocks: dict[tuple[str, str, str], list[str]] = {}
    for run in runs:
        for task in (task for task in run["tasks"] if task["state"] == "failed"):
            words = reason(api.log(run["dag_id"], run["dag_run_id"], task["task_id"], task["try_number"]))
            blocks[run["dag_id"], task["task_id"], words] = block(run, task, words, home, settings)
    return [line for said in blocks.values() for line in said]


def block(run: Mapping, task: Mapping, words: str, home: Home, settings: Settings) -> list[str]:
    """One failed task: where, what, and the next command."""
    said = words.splitlines()
    reasons = [line for line in said if not line.startswith(NEXT)]
    stated = [line.removeprefix(NEXT) for line in said if line.startswith(NEXT)]
    cut = [f"  and {len(reasons) - MOST_LINES} more lines in the log"] if len(reasons) > MOST_LINES else []
    return [
        "",
        f"FAILED  {title(run)}, task {task['task_id']}",
        *(f"  {line}" for line in reasons[:MOST_LINES]),
        *cut,
        f"log:    {log_file(run, task, home)}",
        *(
            f"next:   {line}"
            for line in next_commands(reasons, settings) or stated or [f"{command()} status"]
        ),
    ]


def reason(events: Iterable[Mapping]) -> str:
    """The message of the exception that ended the task; with its type when it was not raised on purpose."""
    details = [detail for event in events for detail in event.get("error_detail") or []]
    if not details:
        return SILENT
    last = details[-1]
    raised_in = last["frames"][-1]["filename"] if last["frames"] else ""
    is_ours = "lingtan" in raised_in and not hasattr(builtins, last["exc_type"])
    return last["exc_value"] if is_ours else f"{last['exc_type']}: {last['exc_value']}"


def next_commands(reasons: Iterable[str], settings: Settings) -> list[str]:
    """What to type to see the complaint again without a scheduler: one command per source and file named."""
    from lingtan import catalog
    from lingtan.landing import fetching

    known = catalog.load(settings)
    commands: dict[str, str] = {}
    for line in reasons:
        place = LOCATED.match(line)
        if place and place["source"] in known:
            file = fetching.folder(known[place["source"]], settings) / place["file"]
            argument = f" --file {shlex.quote(shown(file))}" if file.is_file() else ""
            commands.setdefault(place["source"], f"{command()} try-source {place['source']}{argument}")
    return list(commands.values())


def command(name: str = "lingtan") -> str:
    """An installed command as a person in this folder types it."""
    return shown(Path(sys.executable).with_name(name))


def log_file(run: Mapping, task: Mapping, home: Home) -> str:
    folder = f"dag_id={run['dag_id']}/run_id={run['dag_run_id']}/task_id={task['task_id']}"
    return shown(home.logs / folder / f"attempt={task['try_number']}.log")
