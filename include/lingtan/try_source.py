"""Try a source before trusting it: read its files without landing them, let the gate judge the rows without
writing, and say what would become of them. `lingtan try-source NAME [--sources FILE] [--file FILE]
[--json]`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingtan import catalog, landing, numbers
from lingtan import settings as lingtan_settings
from lingtan.contracts import Contract
from lingtan.errors import LingtanError, RefusedFileError, column_in_words
from lingtan.landing import fetching, findings, inbox, raw_records
from lingtan.settings import Settings
from lingtan.sources.entry import Source

if TYPE_CHECKING:
    import pyarrow

    from lingtan.gate.frames import RawFile
    from lingtan.gate.judging import Outcome

EXAMPLES = 3  # located rows shown per rule


def try_source(
    name: str,
    sources_file: Path | str | None = None,
    file: Path | str | None = None,
    settings: Settings | None = None,
) -> dict[str, Any]:
    """What would become of a source's files, or of the one `file`, as JSON-ready values:

    `source`, `table`, `files` [{name, rows, stated_at, left_out}], `rows` {read, accepted, rejected,
    superseded, marked}, `amounts` {unit: {read, accepted, rejected, superseded}} as decimal text, `period`
    {first, last} as days, `rejected` and `warnings` [{rule, column, rows, sentence, examples [{file, row,
    column, value, sentence, header}]}], `held` [{partition, rule, sentence}], `refused` [finding], `notes`
    [sentence].

    Raises ConfigurationError for an unknown source, LingtanError when there is no file to read.
    """
    settings = settings or lingtan_settings.load()
    if sources_file is not None:
        settings = replace(settings, sources_file=Path(sources_file).resolve())
    source = _source(name, settings)
    contract = source.contract
    files, tables, left_out, refused, duplicates = _read(source, file, settings)
    result: dict[str, Any] = {
        "source": source.name,
        "table": source.table,
        "files": [
            {"name": known.name, "rows": rows.num_rows, "stated_at": known.stated_at, "left_out": left}
            for known, rows, left in zip(files.values(), tables, left_out, strict=True)
        ],
        "rows": dict.fromkeys(("read", "accepted", "rejected", "superseded", "marked"), 0),
        "amounts": {},
        "period": {"first": None, "last": None},
        "rejected": [],
        "warnings": [],
        "held": [],
        "refused": refused,
        "notes": duplicates,
    }
    if source.stated_at:
        undated = [known.name for known in files.values() if known.stated_at is None]
        result["notes"] += [str(findings.undated(source, name)) for name in undated]
    if tables:
        import pyarrow as pa

        rows = pa.concat_tables(tables)
        result["period"] = _period(rows, contract)
        result |= _judged(rows, files, source, settings)
        result["notes"] += _notes(contract, settings)
    return result


def render(result: Mapping[str, Any]) -> str:
    """The result for people, on a terminal."""
    count, read = len(result["files"]), result["rows"]["read"]
    lines = [f"{result['source']} -> {result['table']}: {_many(count, 'file')}, {_many(read, 'row')}"]
    if result["period"]["first"]:
        lines.append(f"  from {result['period']['first']} to {result['period']['last']}")
    if left_out := sum(file["left_out"] for file in result["files"]):
        lines.append(f"  {_many(left_out, 'row')} beside them left out, as the entry says (leave_out)")
    if count:
        lines += ["", *_books(result)]
    for title, key in (("rejected", "rejected"), ("kept, but look at them", "warnings")):
        if result[key]:
            lines += ["", title]
        for entry in result[key]:
            lines += _entry(entry)
    if result["held"]:
        lines += ["", "held back as a whole"]
    for held in result["held"]:
        lines += [f"  {held['partition']} [{held['rule']}]", *_wrapped(held["sentence"], 6)]
    if result["refused"]:
        lines += ["", "files refused"]
    for finding in result["refused"]:
        place = [finding["file"]]
        place += [f"row {finding['row']}"] if finding["row"] is not None else []
        if finding["column"] is not None:
            place.append(column_in_words(finding["column"], finding["header"]))
        lines += [f"  {', '.join(place)} [{finding['rule']}]", *_wrapped(finding["sentence"], 6)]
    if result["notes"]:
        lines += ["", *(line for note in result["notes"] for line in _wrapped(f"note: {note}", 0))]
    lines += [
        "",
        "nothing was landed; every row would be accepted" if _is_clean(result) else "nothing was landed",
    ]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 nothing rejected or refused, 1 something was, 2 unknown source or nothing to read."""
    parser = argparse.ArgumentParser("lingtan try-source", description="Read a source, do not land it.")
    parser.add_argument("name", metavar="NAME", help="a source of sources.yml")
    parser.add_argument("--sources", metavar="FILE", help="another sources.yml")
    parser.add_argument("--file", metavar="FILE", help="read this file instead of the source's folder")
    parser.add_argument("--json", action="store_true", help="print the whole result as JSON")
    asked = parser.parse_args(argv)
    try:
        result = try_source(asked.name, asked.sources, asked.file)
    except LingtanError as error:
        print(f"lingtan try-source: {error}", file=sys.stderr)
        return 2
    print(json.dumps(result, indent=1, ensure_ascii=False) if asked.json else render(result))
    return 0 if _is_clean(result) else 1


def _source(name: str, settings: Settings) -> Source:
    known = catalog.load(settings)
    if name not in known:
        raise catalog.unknown_source(name, known, settings)
    return known[name]


def _read(
    source: Source, file: Path | str | None, settings: Settings
) -> tuple[dict[str, RawFile], list[pyarrow.Table], list[int], list[dict[str, Any]], list[str]]:
    """Each file by its `source_file`, in that order the rows of each and how many the entry leaves out, the
    findings on refused files, and a sentence per file that repeats another.
    """
    from lingtan.gate.frames import RawFile

    refused: list[dict[str, Any]] = []
    if file is None:
        if fetching.is_fetched(source):
            refused += [finding.as_dict() for finding in fetching.fetch(source, settings)]
        named = [(path, inbox.name_of(path, source, settings)) for path in inbox.files_of(source, settings)]
        if not named and not refused:
            folder = fetching.folder(source, settings)
            raise LingtanError(
                f"{source.name}: no file {source.files} in {folder}; drop one there, or name one by --file"
            )
    else:
        named = [(Path(file), Path(file).name)]
    files: dict[str, RawFile] = {}
    tables: list[pyarrow.Table] = []
    left_out: list[int] = []
    duplicates: list[str] = []
    for path, name in named:
        try:
            data = path.read_bytes()
        except OSError as error:
            if file is not None:
                raise LingtanError(f"{path} cannot be opened: {error.strerror or error}") from error
            refused.append(findings.unreadable(source, name, error).as_dict())
            continue
        sha256 = hashlib.sha256(data).hexdigest()
        source_file = f"{source.name}/{sha256}"
        known = files.get(source_file)
        try:
            rows, said, left = landing.read(data, source, source_file, name)
        except RefusedFileError as error:
            refused.append(error.finding.as_dict())
            continue
        changed = raw_records.moment(datetime.fromtimestamp(path.stat().st_mtime, UTC))
        stated_at = landing.stated_at(source, name, said, changed)
        if known is None:
            tables.append(rows)
            left_out.append(left)
        else:
            later = max(filter(None, (known.stated_at, stated_at)), default=None)
            duplicates.append(str(findings.duplicate(source, name, known.name, later)))
        if known is None or (known.stated_at or "") < (stated_at or ""):
            # the same bytes under a second name are one file, known by the name last issued
            files[source_file] = RawFile.of(source, sha256, name, stated_at, size=len(data))
    return files, tables, left_out, refused, duplicates


def _judged(
    rows: pyarrow.Table, files: Mapping[str, RawFile], source: Source, settings: Settings
) -> dict[str, Any]:
    from lingtan import gate

    preview = gate.preview(source.table, rows, files=files, settings=settings)
    rejected: dict[tuple[str, str | None], dict[str, Any]] = {}
    for outcome in preview.outcomes:
        for row in outcome.quarantine.select(
            ["file_name", "source_row", "rule", "column", "value", "sentence"]
        ).to_pylist():
            _count(rejected, row, source)
    return {
        "rows": dict(preview.counts),
        "amounts": preview.amounts,
        "rejected": sorted(rejected.values(), key=lambda entry: (-entry["rows"], entry["rule"])),
        "warnings": [
            {name: rule[name] for name in ("rule", "column", "rows", "sentence")}
            | {"examples": _marked(rule, preview.outcomes, files, source)}
            for rule in preview.rules
            if rule["severity"] == "warning" and rule["rows"]
        ],
        "held": [_held(outcome) for outcome in preview.outcomes if outcome.state == "held"],
    }


def _held(outcome: Outcome) -> dict[str, str]:
    """The first rule that holds the partition; its rows are counted under it."""
    rule = next(rule for rule in outcome.rules if rule.get("holds"))
    return {"partition": str(outcome.partition), "rule": rule["rule"], "sentence": rule["sentence"]}


def _marked(
    rule: Mapping[str, Any], outcomes: Sequence[Outcome], files: Mapping[str, RawFile], source: Source
) -> list[dict[str, Any]]:
    """The first accepted rows that bear the rule's mark, located like rejected ones."""
    import pyarrow.compute as pc

    column, bears = rule["column"], f"(^|;){re.escape(rule['rule'])}(;|$)"
    found: list[dict[str, Any]] = []
    for outcome in outcomes:
        rows = outcome.accepted.filter(pc.match_substring_regex(outcome.accepted["marks"], bears))
        rows = rows.sort_by([("source_file", "ascending"), ("source_row", "ascending")])
        for row in rows.slice(0, EXAMPLES - len(found)).to_pylist():
            value = row.get(column)
            found.append(
                {
                    "file": files[row["source_file"]].name,
                    "row": row["source_row"],
                    "column": column,
                    "value": numbers.plain(value) if isinstance(value, Decimal) else _text(value),
                    "sentence": rule["sentence"],
                    "header": source.header_of(column),
                }
            )
    return found


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _count(
    rejected: dict[tuple[str, str | None], dict[str, Any]], row: Mapping[str, Any], source: Source
) -> None:
    entry = rejected.setdefault(
        (row["rule"], row["column"]),
        {
            "rule": row["rule"],
            "column": row["column"],
            "rows": 0,
            "sentence": row["sentence"],
            "examples": [],
        },
    )
    entry["rows"] += 1
    if len(entry["examples"]) < EXAMPLES:
        example = {"file": row["file_name"], "row": row["source_row"]}
        example |= {name: row[name] for name in ("column", "value", "sentence")}
        entry["examples"].append(example | {"header": source.header_of(row["column"])})


def _period(rows: pyarrow.Table, contract: Contract) -> dict[str, str | None]:
    """First and last local day that the rows speak of."""
    import pyarrow.compute as pc

    if contract.partition.on is None:
        return {"first": None, "last": None}
    first, last = pc.min(rows[contract.partition.on]).as_py(), pc.max(rows[contract.partition.on]).as_py()
    if "period_until" in contract.columns and (until := pc.max(rows["period_until"]).as_py()):
        last = until - timedelta(days=1)
    return {"first": first.isoformat() if first else None, "last": last.isoformat() if last else None}


def _notes(contract: Contract, settings: Settings) -> list[str]:
    """Says so when a rule can only reject or say nothing, because the lake knows no master rows yet."""
    from lingtan import lake

    notes = []
    for table in sorted(contract.masters):
        if lake.table(table, settings=settings).num_rows:
            continue
        derived = [field.name for field in contract.derived if f"{table}." in (field.sql or "")]
        notes.append(
            f"the lake holds no {table} yet, so every rule on {', '.join(derived)} rejects, or says nothing, "
            "here: land the master data first, then try again"
        )
    return notes


def _is_clean(result: Mapping[str, Any]) -> bool:
    return not (result["rejected"] or result["held"] or result["refused"])


def _wrapped(sentence: str, indent: int) -> list[str]:
    return textwrap.wrap(sentence, 100, initial_indent=" " * indent, subsequent_indent=" " * indent)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _books(result: Mapping[str, Any]) -> list[str]:
    """A small table: rows and every unit, read = accepted + rejected + superseded."""
    columns = ("read", "accepted", "rejected", "superseded")
    counted = {"rows": result["rows"], **result["amounts"]}
    names = ["", *counted]
    width = max(map(len, names))
    lines = [f"  {name.ljust(width)}" for name in names]
    for column in columns:
        amounts = _below_one_another([f"{Decimal(sums[column]):,f}" for sums in counted.values()])
        cells = [column, *amounts]
        width = max(map(len, cells))
        lines = [f"{line}  {cell.rjust(width)}" for line, cell in zip(lines, cells, strict=True)]
    return lines


def _below_one_another(texts: Sequence[str]) -> list[str]:
    """With blanks for the decimals each lacks, so that the points stand in one column."""
    decimals = ["".join(text.partition(".")[1:]) for text in texts]
    most = max(map(len, decimals))
    return [text + " " * (most - len(had)) for text, had in zip(texts, decimals, strict=True)]


def _entry(entry: Mapping[str, Any]) -> list[str]:
    examples = entry["examples"]
    lines = [f"  {entry['rule']}: {_many(entry['rows'], 'row')}"]
    is_one = len({example["sentence"] for example in examples}) <= 1
    if is_one:
        lines += _wrapped(entry["sentence"], 6)
    for example in examples:
        column = f", {column_in_words(example['column'], example['header'])}" if example["column"] else ""
        value = f", value {example['value']!r}" if example["value"] is not None else ""
        lines.append(f"      {example['file']}, row {example['row']}{column}{value}")
        if not is_one:
            lines += _wrapped(example["sentence"], 10)
    return lines
