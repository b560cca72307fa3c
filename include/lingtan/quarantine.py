"""What lies in quarantine, by source, rule and amount at stake, and back to its senders as files.
`lingtan quarantine [--source S] [--rule R] [--write FOLDER] [--json]`.
"""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingtan import arguments, catalog, contracts, lake, landing
from lingtan import settings as lingtan_settings
from lingtan.errors import LingtanError
from lingtan.numbers import plain
from lingtan.settings import Settings
from lingtan.sources.entry import Source

if TYPE_CHECKING:
    import duckdb

# A quarantine file holds a row once per rule it fails. What a register showed is no quantity: its consumption
# is at stake where the sender states it, else an amount nobody can tell.
_REJECTS = """
create temp table rejects as
with
found as (
    select
        *,
        regexp_extract(source_file, '^(.*)/[^/]*$', 1) as source,
        json_extract_string(row_json, '$.unit') as unit,
        try_cast(json_extract_string(row_json, '$.amount') as decimal(38, 9)) as amount,
        try_cast(json_extract_string(row_json, '$.stated_amount') as decimal(38, 9)) as stated_amount,
        json_extract_string(row_json, '$.register_digits') is not null
            or json_extract_string(row_json, '$.stated_amount') is not null
            or list_contains($registers, concat_ws('/', json_extract_string(row_json, '$.installation_code'),
                json_extract_string(row_json, '$.meter_code'))) as is_register
    from read_parquet($files)
)
select
    * exclude (amount, stated_amount, is_register),
    case when "table" = 'meter_readings' and is_register then stated_amount else amount end as amount
from found
where ($source is null or source = $source) and ($rule is null or rule = $rule)
"""

# copies: rows of one line of a file that are equal in every column
_REJECTED_ROWS = """
create temp view rejected_rows as
with
by_rule as (
    select
        source, "table", installation, key, source_file, source_row, row_json, unit, amount, rule,
        count(*) as copies
    from rejects
    group by all
)
select
    source, "table", installation, key, source_file, source_row, row_json, unit, amount,
    max(copies) as copies
from by_rule
group by all
"""

_NO_FILE = """
create temp table rejects as
select
    null::varchar as "table", null::varchar as installation, null::varchar as key,
    null::varchar as source_file, null::varchar as file_name, null::bigint as source_row,
    null::varchar as rule, null::varchar as severity, null::varchar as "column", null::varchar as value,
    null::varchar as sentence, null::varchar as row_json, null::varchar as source, null::varchar as unit,
    null::decimal(38, 9) as amount
where false
"""

_BY_SOURCE = """
select source, "table", cast(sum(copies) as bigint) as rows, count(distinct source_file) as files
from rejected_rows group by all order by source, "table"
"""

_AMOUNTS_BY_SOURCE = """
select source, "table", null as rule, null as "column", coalesce(unit, '') as unit,
    sum(amount * copies) as amount, cast(sum(copies) filter (where amount is null) as bigint) as without
from rejected_rows group by all order by all
"""

_BY_RULE = """
select source, "table", rule, "column", count(*) as rows, count(distinct source_file) as files,
    arg_min(
        {'file': file_name, 'row': source_row, 'value': value, 'sentence': sentence},
        {'file': file_name, 'row': source_row, 'source_file': source_file, 'json': row_json}
    ) as example
from rejects group by all order by source, "table", rows desc, rule, "column"
"""

_AMOUNTS_BY_RULE = """
select source, "table", rule, "column", coalesce(unit, '') as unit,
    sum(amount) as amount, count(*) filter (where amount is null) as without
from rejects group by all order by all
"""

_SOURCES_OF_PARTITIONS = """
select
    concat_ws('/', "table", installation, key) as partition,
    list(distinct source order by source) as sources
from rejects group by all
"""


@contextmanager
def rejects(
    settings: Settings, source: str | None = None, rule: str | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with `rejects`, a row per rejected row and rule it fails as the quarantine files have it
    with `source`, `unit`, `amount`, and `rejected_rows`, each row once with its number of `copies`.

    Raises LingtanError for a quarantine file that is gone.
    """
    import duckdb

    files = []
    for name, pointer in lake.pointers(settings=settings).items():
        if pointer["quarantine"]:
            files.append(settings.var / pointer["quarantine"])
            if not files[-1].is_file():
                raise LingtanError(
                    f"{name}: its quarantine file {files[-1]} is gone; the next run of its DAG, or lingtan "
                    "requeue, writes it anew"
                )
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        if files:
            asked = {"files": [str(file) for file in files], "registers": _registers(settings)}
            connection.execute(_REJECTS, asked | {"source": source, "rule": rule})
        else:
            connection.execute(_NO_FILE)
        connection.execute(_REJECTED_ROWS)
        yield connection


def quarantine(
    source: str | None = None, rule: str | None = None, settings: Settings | None = None
) -> dict[str, Any]:
    """What is rejected, of all sources or one, by all rules or one, as JSON-ready values:

    `rows`; `sources` [{source, table, rows, files, amounts {unit: text}, rows_without_amount, rules [{rule,
    column, rows, files, amounts, rows_without_amount, example: finding}]}], `column` as the sender's header;
    `held` [{partition, rule, sentence, rows, sources}]; `refused` [finding]. A row counts under every rule it
    fails and once in its source. Raises ConfigurationError for an unknown source.
    """
    settings = settings or lingtan_settings.load()
    known = catalog.load(settings)
    with rejects(settings, source, rule) as connection:
        entries = _by_source(connection, known)
        if source is not None and source not in known and not entries:
            raise catalog.unknown_source(source, known, settings)
        held = _held(connection, rule, settings)
    return {
        "rows": sum(entry["rows"] for entry in entries),
        "sources": entries,
        "held": held if source is None else [entry for entry in held if source in entry["sources"]],
        "refused": [
            record.finding.as_dict()
            for record in landing.records(contracts.names(), settings=settings)
            if record.finding is not None
            and source in (None, record.source)
            and rule in (None, record.finding.rule)
        ],
    }


def is_empty(found: Mapping[str, Any]) -> bool:
    return not (found["sources"] or found["held"] or found["refused"])


def header_of(source: Source | None, column: str | None) -> str | None:
    """A contract's column as the sender of a source knows it; a column the sender does not send keeps its
    name.
    """
    if source is None or column is None:
        return column
    named = source.columns.get(column)
    if named is not None:
        return named.header or column
    if source.timestamp and source.contract.field(column).type in ("datetime", "date"):
        return " + ".join(source.timestamp.headers)
    return column


def _registers(settings: Settings) -> list[str]:
    """Installation and code of every meter declared as a register, as `<installation>/<meter>`."""
    import pyarrow.compute as pc

    meters = lake.table("meters", settings=settings)
    meters = meters.filter(pc.equal(meters["kind"], "register"))
    return [f"{row['installation_code']}/{row['meter_code']}" for row in meters.to_pylist()]


def _by_source(connection: duckdb.DuckDBPyConnection, known: Mapping[str, Source]) -> list[dict[str, Any]]:
    amounts: dict[tuple, dict[str, Any]] = {}
    for statement in (_AMOUNTS_BY_SOURCE, _AMOUNTS_BY_RULE):
        for *key, unit, amount, without in connection.execute(statement).fetchall():
            kept = amounts.setdefault(tuple(key), {"amounts": {}, "rows_without_amount": 0})
            if not contracts.load(key[1]).has_quantity:
                continue
            kept["rows_without_amount"] += without or 0
            if amount is not None:
                kept["amounts"][unit] = plain(amount)
    entries = {
        (name, table): {"source": name, "table": table, "rows": rows, "files": files}
        | amounts[name, table, None, None]
        | {"rules": []}
        for name, table, rows, files in connection.execute(_BY_SOURCE).fetchall()
    }
    for name, table, rule, column, rows, files, example in connection.execute(_BY_RULE).fetchall():
        header = header_of(known.get(name), column)
        finding = {"rule": rule, "sentence": example["sentence"], "source": name, "file": example["file"]}
        finding |= {"row": example["row"], "column": header, "value": example["value"]}
        entry = {"rule": rule, "column": header, "rows": rows, "files": files}
        entries[name, table]["rules"].append(
            entry | amounts[name, table, rule, column] | {"example": finding}
        )
    return list(entries.values())


def _held(
    connection: duckdb.DuckDBPyConnection, rule: str | None, settings: Settings
) -> list[dict[str, Any]]:
    sources = dict(connection.execute(_SOURCES_OF_PARTITIONS).fetchall())
    held = []
    for name, pointer in lake.pointers(settings=settings).items():
        if pointer["state"] != "held":
            continue
        holding = next(entry for entry in pointer["rules"] if entry.get("holds"))
        if rule in (None, holding["rule"]):
            said = {"partition": name, "rule": holding["rule"], "sentence": holding["sentence"]}
            held.append(said | {"rows": pointer["counts"]["rejected"], "sources": sources.get(name, [])})
    return held


def render(found: Mapping[str, Any]) -> str:
    """The same for people, on a terminal."""
    if is_empty(found):
        return "nothing is in quarantine"
    lines = []
    for entry in found["sources"]:
        head = f"{entry['source']} -> {entry['table']}: {many(entry['rows'], 'row')} in"
        lines += [f"{head} {many(entry['files'], 'file')}{_stake(entry)}"]
        for rule in entry["rules"]:
            column = f", column {rule['column']}" if rule["column"] else ""
            lines.append(f"  {rule['rule']}{column}: {many(rule['rows'], 'row')}{_stake(rule)}")
            example = rule["example"]
            lines += _wrapped(example["sentence"], 6)
            value = f", value {example['value']!r}" if example["value"] is not None else ""
            lines.append(f"      first: {example['file']}, row {example['row']}{value}")
        lines.append("")
    if found["held"]:
        lines.append("held back as a whole")
    for held in found["held"]:
        rows = many(held["rows"], "row")
        lines += [f"  {held['partition']}: {rows} [{held['rule']}]", *_wrapped(held["sentence"], 6)]
    lines += [""] if found["held"] else []
    if found["refused"]:
        lines.append("files refused")
    for finding in found["refused"]:
        lines += [f"  {finding['source']}, {finding['file']} [{finding['rule']}]"]
        lines += _wrapped(finding["sentence"], 6)
    return "\n".join(lines).rstrip("\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 nothing in quarantine, 1 something is, 2 unknown source or a quarantine file is gone."""
    parser = argparse.ArgumentParser("lingtan quarantine", description="What was rejected, and why.")
    parser.add_argument("--source", metavar="NAME", help="of this source of sources.yml alone")
    parser.add_argument("--rule", metavar="RULE", help="by this rule alone")
    parser.add_argument(
        "--write", metavar="FOLDER", help="write per sender's file a CSV of its rejected rows there"
    )
    parser.add_argument("--json", action="store_true", help="print the whole result as JSON")
    asked = parser.parse_args(argv)
    settings = lingtan_settings.load()
    found = quarantine(asked.source, asked.rule, settings)
    if asked.write is not None:
        from lingtan import sender_files

        found["written"] = sender_files.write(
            Path(asked.write), source=asked.source, rule=asked.rule, settings=settings
        )
    if asked.json:
        print(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        of = f" of source {asked.source}" if asked.source else ""
        by = f" by rule {asked.rule}" if asked.rule else ""
        print(render(found) + (of + by if is_empty(found) else ""))
        for written in found.get("written", ()):
            print(f"written: {arguments.shown(Path(written['path']))} ({many(written['lines'], 'line')})")
        if found["sources"] and asked.write is None:
            print("\nnext: lingtan quarantine --write FOLDER, then lingtan requeue SOURCE when it is mended")
    return 0 if is_empty(found) else 1


def many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _stake(entry: Mapping[str, Any]) -> str:
    """What is at stake, to follow a number of rows."""
    amounts = {unit: Decimal(amount) for unit, amount in entry["amounts"].items()}
    told = {unit: amount for unit, amount in amounts.items() if amount} or amounts
    said = [f"{amount:,} {unit or '(no unit)'}" for unit, amount in told.items()]
    if entry["rows_without_amount"]:
        said.append(f"{many(entry['rows_without_amount'], 'row')} whose amount nobody can tell")
    return f"; at stake {', '.join(said)}" if said else ""


def _wrapped(sentence: str, indent: int) -> list[str]:
    return textwrap.wrap(sentence, 100, initial_indent=" " * indent, subsequent_indent=" " * indent)
