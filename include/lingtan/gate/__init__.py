"""The gate: judges what was landed and writes what stands. `accept` rebuilds partitions of the lake,
`preview` says what would become of rows without writing, `raise_if_held` turns what is wrong into one
located error.

Great Expectations is imported once per call, and only when there is something to judge.
"""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from lingtan import catalog, contracts, lake, numbers, units
from lingtan import settings as lingtan_settings
from lingtan.errors import ConfigurationError, Finding, LingtanError
from lingtan.gate import judging, verdicts
from lingtan.gate.judging import Batch, Outcome, RawFile
from lingtan.gate.stock_verdicts import StockExpectations
from lingtan.lake.inputs import Inputs
from lingtan.lake.partitions import Partition
from lingtan.settings import Settings

if TYPE_CHECKING:
    import pyarrow

ROWS_AT_ONCE = 500_000  # keeps a task well below one GiB; a larger partition is judged alone


def suite(table: str, *, settings: Settings | None = None) -> list[verdicts.Rule]:
    """The rules of `expectations/<table>.py`. Raises ConfigurationError for an absent file or column."""
    settings = settings or lingtan_settings.load()
    file = settings.expectations / f"{table}.py"
    spec = importlib.util.spec_from_file_location(f"expectations_{table}", file)
    if not file.is_file() or spec is None or spec.loader is None:
        raise ConfigurationError(f"no file {file}: every landed table has a suite")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return verdicts.translate(module.suite().expectations, contracts.load(table))


def accept(
    stale: Iterable[str],
    *,
    settings: Settings | None = None,
    progress: Callable[[str], object] = print,
) -> list[str]:
    """Judge the named partitions anew and write them; names of those held back, in order of work.

    Tables that others look up go first. When a master partition changes, the partitions that use one of its
    changed rows are judged in the same call, whether or not they were asked for.
    """
    settings = settings or lingtan_settings.load()
    asked: dict[str, set[str]] = defaultdict(set)
    for name in stale:
        asked[Partition.parse(name).table].add(name)
    unknown = sorted(set(asked) - set(contracts.names()))
    if unknown:
        raise ConfigurationError(f"no contract for table {unknown[0]!r}")
    held: list[str] = []
    changed: set[str] = set()
    stock = StockExpectations()
    for table in contracts.names():
        if changed & contracts.load(table).lookups.keys():
            asked[table] |= set(lake.stale([table], settings=settings))
        if not asked[table]:
            continue
        before = lake.pointers(table, settings=settings)
        written = {}
        for pointer in _accept_table(table, sorted(asked[table]), settings, stock):
            name = str(Partition(table, pointer["installation"], pointer["key"]))
            written[name] = pointer
            if pointer["content_hash"] != before.get(name, {}).get("content_hash"):
                changed.add(table)
        held += [name for name in sorted(written) if written[name]["state"] == "held"]
        progress(_line(table, written.values()))
        for line in _rejections(table, written, settings):
            progress(line)
    return held


def _accept_table(
    table: str, names: Sequence[str], settings: Settings, stock: StockExpectations
) -> Iterator[lake.Pointer]:
    inputs = Inputs(table, settings)
    fed = [name for name in names if inputs.records.get(name)]
    for name in sorted(set(names) - set(fed)):
        yield lake.write_partition(name, state="empty", input_hash=inputs.hash_of(name), settings=settings)
    rules = suite(table, settings=settings) if fed else []
    masters = _masters(inputs.contract, settings)
    for chunk in _chunks(fed, inputs):
        batch = _batch(chunk, inputs, rules, masters, settings)
        for outcome in judging.judge(batch, stock):
            name = str(outcome.partition)
            yield lake.write_partition(
                name,
                state=outcome.state,
                input_hash=inputs.hash_of(name),
                accepted=outcome.accepted,
                quarantine=outcome.quarantine,
                counts=outcome.counts,
                amounts=outcome.amounts,
                rules=outcome.rules,
                stock_rules=[rule.name for rule in rules if not rule.is_translated],
                settings=settings,
            )


def _chunks(names: Sequence[str], inputs: Inputs) -> Iterator[list[str]]:
    """Partitions in groups of at most ROWS_AT_ONCE rows."""
    chunk: list[str] = []
    rows = 0
    for name in names:
        key = name.partition("/")[2]
        size = sum(record.partitions[key]["rows"] for record in inputs.records[name])
        if chunk and rows + size > ROWS_AT_ONCE:
            yield chunk
            chunk, rows = [], 0
        chunk.append(name)
        rows += size
    if chunk:
        yield chunk


def _masters(contract: contracts.Contract, settings: Settings) -> dict[str, pyarrow.Table]:
    return {name: lake.table(name, settings=settings) for name in contract.lookups if name != "units"}


def _batch(
    names: Sequence[str],
    inputs: Inputs,
    rules: list[verdicts.Rule],
    masters: Mapping[str, pyarrow.Table],
    settings: Settings,
) -> Batch:
    """All rows of the partitions, from every file that holds one."""
    import pyarrow as pa

    from lingtan import landing

    unique = {(record.source, record.sha256): record for name in names for record in inputs.records[name]}
    records = [unique[key] for key in sorted(unique)]
    parts = {name.partition("/")[2]: part for part, name in enumerate(names)}
    tables = [
        _placed(landing.rows(record, settings=settings), inputs.contract, parts, file_no)
        for file_no, record in enumerate(records)
    ]
    return Batch(
        contract=inputs.contract,
        rules=rules,
        partitions=[Partition.parse(name) for name in names],
        files=[
            RawFile(
                source=record.source,
                sha256=record.sha256,
                name=record.file_name,
                stated_at=record.stated_at,
                replaces_period=inputs.replaces.get(record.source) == "period",
            )
            for record in records
        ],
        rows=pa.concat_tables(tables),
        masters=masters,
        units=units.dimensions(settings.units_seed),
    )


def _placed(
    rows: pyarrow.Table, contract: contracts.Contract, parts: Mapping[str, int], file_no: int
) -> pyarrow.Table:
    """The rows of one file that fall in `parts`, with the numbers of their partition and their file."""
    import pyarrow as pa
    import pyarrow.compute as pc

    key = pc.binary_join_element_wise(rows["partition_installation"], rows["partition_key"], "/")
    part = pc.index_in(key, value_set=pa.array(parts, pa.string()))
    faults = ["source_row", "fault_rule", "fault_column", "fault_value", "fault_sentence"]
    placed = rows.select([*contract.columns, *faults])
    placed = placed.append_column("part", part)
    placed = placed.append_column("file_no", pa.repeat(pa.scalar(file_no, pa.int32()), rows.num_rows))
    return placed.filter(pc.is_valid(part)) if part.null_count else placed


def _line(table: str, pointers: Iterable[lake.Pointer]) -> str:
    pointers = list(pointers)
    counts = {what: sum(pointer["counts"][what] for pointer in pointers) for what in pointers[0]["counts"]}
    held = sum(pointer["state"] == "held" for pointer in pointers)
    books = ", ".join(f"{rows} {what}" for what, rows in counts.items())
    return f"{table}: {len(pointers)} partitions, {books}{f', {held} HELD' if held else ''}"


def _rejections(table: str, pointers: Mapping[str, lake.Pointer], settings: Settings) -> Iterator[str]:
    """The first rejected row of each rule, located, and the quarantine file that holds it."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    shown: set[str] = set()
    for _, pointer in sorted(pointers.items()):
        new = {rule["rule"] for rule in pointer["rules"] if rule["severity"] == verdicts.CRITICAL} - shown
        if not new or not pointer["quarantine"]:
            continue
        rows = pq.ParquetFile(settings.var / pointer["quarantine"]).read()
        for rule in sorted(new.intersection(pc.unique(rows["rule"]).to_pylist())):
            shown.add(rule)
            first = _located(rows.filter(pc.equal(rows["rule"], rule)).slice(0, 1).to_pylist()[0], settings)
            yield f"{table}: rejected, for example {first}; see {settings.var / pointer['quarantine']}"


def _located(rejected: Mapping, settings: Settings) -> Finding:
    """A row of a quarantine file as the complaint it is."""
    source = catalog.load(settings).get(rejected["source_file"].rpartition("/")[0])
    return Finding(
        rule=rejected["rule"],
        sentence=rejected["sentence"],
        source=rejected["source_file"].rpartition("/")[0],
        file=rejected["file_name"],
        row=rejected["source_row"],
        column=rejected["column"],
        value=rejected["value"],
        header=source.header_of(rejected["column"]) if source else None,
    )


@dataclass(frozen=True)
class Preview:
    """What would become of rows that are not landed: books over all, and one outcome per partition."""

    counts: dict[str, int]
    amounts: dict[str, dict[str, str]]
    rules: list[dict]
    outcomes: list[Outcome]


def preview(
    table: str,
    rows: pyarrow.Table,
    *,
    files: Mapping[str, RawFile] | None = None,
    settings: Settings | None = None,
) -> Preview:
    """Judge rows as read against the lake's masters; nothing is written.

    `files` says by `source_file` what is known of a file; one it does not name counts as never stated.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    settings = settings or lingtan_settings.load()
    contract = contracts.load(table)
    keys = pc.binary_join_element_wise(rows["partition_installation"], rows["partition_key"], "/")
    parts = {key: part for part, key in enumerate(sorted(pc.unique(keys).to_pylist()))}
    names = sorted(pc.unique(rows["source_file"]).to_pylist())
    tables = [
        _placed(rows.filter(pc.equal(rows["source_file"], name)), contract, parts, file_no)
        for file_no, name in enumerate(names)
    ]
    judged = []
    for name in names:
        source, _, sha256 = name.rpartition("/")
        judged.append((files or {}).get(name) or RawFile(source, sha256, name, None))
    if not parts:
        return Preview(dict.fromkeys(("read", "accepted", "rejected", "superseded", "marked"), 0), {}, [], [])
    batch = Batch(
        contract=contract,
        rules=suite(table, settings=settings),
        partitions=[Partition.parse(f"{table}/{key}") for key in parts],
        files=judged,
        rows=pa.concat_tables(tables),
        masters=_masters(contract, settings),
        units=units.dimensions(settings.units_seed),
    )
    return _summed(judging.judge(batch))


def _summed(outcomes: list[Outcome]) -> Preview:
    counts: dict[str, int] = defaultdict(int)
    amounts: dict[str, dict[str, Decimal]] = {}
    rules: dict[tuple, dict] = {}
    for outcome in outcomes:
        for what, rows in outcome.counts.items():
            counts[what] += rows
        for unit, sums in outcome.amounts.items():
            kept = amounts.setdefault(unit, dict.fromkeys(sums, Decimal(0)))
            for what, amount in sums.items():
                kept[what] += Decimal(amount)
        for rule in outcome.rules:
            known = rules.setdefault((rule["rule"], rule["column"]), rule | {"rows": 0})
            known["rows"] += rule["rows"]
    return Preview(
        counts=dict(counts),
        amounts={
            unit: {what: numbers.plain(amount) for what, amount in sums.items()}
            for unit, sums in sorted(amounts.items())
        },
        rules=list(rules.values()),
        outcomes=outcomes,
    )


def raise_if_held(
    held: Sequence[str],
    refused: Sequence[Finding],
    missing: Sequence[Finding],
    settings: Settings | None = None,
) -> None:
    """Raise one LingtanError if a file was refused, a due source is missing or a partition is held.

    Each has one line that says where, and the last line is the command to type next.
    """
    found = [*refused, *missing, *(_held(name, settings or lingtan_settings.load()) for name in held)]
    if not found:
        return
    kinds = ((refused, "refused files"), (missing, "missing sources"), (held, "held partitions"))
    counted = ", ".join(f"{what}: {len(findings)}" for findings, what in kinds if findings)
    source = next((finding.source for finding in found if finding.source), None)
    command = f"lingtan try-source {source}" if source else "lingtan status"
    raise LingtanError("\n".join([counted, *map(str, found), f"next: {command}"]))


def _held(name: str, settings: Settings) -> Finding:
    """Why a partition is held, located at the first row of its quarantine."""
    import pyarrow.parquet as pq

    pointer = lake.read_pointer(name, settings=settings)
    if pointer is None or pointer["state"] != "held":
        return Finding("held", f"{name} was held and is no longer: judge it anew")
    rejected = pq.ParquetFile(settings.var / pointer["quarantine"]).read().slice(0, 1).to_pylist()[0]
    rule = next(rule for rule in pointer["rules"] if rule.get("holds"))
    counts = pointer["counts"]
    sentence = f"{name} is held, {counts['rejected']} of {counts['read']} rows rejected: {rule['sentence']}"
    if rejected["rule"] != rule["rule"]:
        sentence += f" First row: {rejected['sentence']}"
    return replace(_located(rejected, settings), rule=rule["rule"], sentence=sentence)
