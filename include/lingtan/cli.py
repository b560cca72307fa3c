"""The `lingtan` command. Each word loads only the module that does its work."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from lingtan.errors import LingtanError

# word -> (module, function taking the remaining arguments and returning an exit code, one line of help)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "try-source": (
        "lingtan.try_source",
        "main",
        "read a source without landing it; says what the gate would say",
    ),
    "check-workbook": (
        "lingtan.check_workbook",
        "main",
        "recompute a communication workbook from its input cells, compare it with what it prints",
    ),
    "workbook-answer": (
        "lingtan.workbook_answer",
        "main",
        "a supplier's communication workbook, recomputed, as an answer for the inbox",
    ),
    "status": ("lingtan.status", "main", "what has landed, what is held back, what was published"),
    "quarantine": (
        "lingtan.quarantine",
        "main",
        "what was rejected, by source, rule and amount; files for the senders",
    ),
    "requeue": ("lingtan.requeue", "main", "judge a source again after a fix of its mapping or master data"),
    "emissions-report": (
        "lingtan.publish.emissions_report",
        "main",
        "the operator's emissions report of an installation and year (Annex IV), as JSON and a page",
    ),
    "supplier-template": (
        "lingtan.supplier_template",
        "main",
        "an empty CSV for suppliers' answers on embedded emissions, and what its columns mean",
    ),
    "catena-x-request": (
        "lingtan.publish.catena_x_request",
        "main",
        "ask a supplier for CBAM figures of what was received from it in a year (Catena-X)",
    ),
    "catena-x-response": (
        "lingtan.publish.catena_x_response",
        "main",
        "answer a customer's CBAM request (Catena-X) from the latest release",
    ),
    "demo": ("lingtan.samples.command", "main", "write the demo company's files into the inbox"),
    "run": (
        "lingtan.operate",
        "main_run",
        "the demo from files to figures, through a scheduler started and stopped here",
    ),
    "ui": ("lingtan.operate", "main_ui", "start Airflow with its pages and leave it running"),
}


def usage() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {word.ljust(width)}  {text}" for word, (_, _, text) in COMMANDS.items()]
    return (
        "usage: lingtan COMMAND [ARGUMENTS]   (lingtan COMMAND --help tells its arguments)\n\n"
        + "\n".join(lines)
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 yes, 1 no, 2 unusable call or unreadable input."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0 if arguments else 2
    word, rest = arguments[0], arguments[1:]
    if word not in COMMANDS:
        print(f"lingtan: no command {word!r}\n\n{usage()}", file=sys.stderr)
        return 2
    module, function, _ = COMMANDS[word]
    try:
        return getattr(import_module(module), function)(rest)
    except LingtanError as error:
        print(f"lingtan {word}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
