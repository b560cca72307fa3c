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
from lingtan.gate import judging, loading, overlaps, quantities, settling, verdicts
from lingtan.gate.frames import Batch, RawFile
from lingtan.gate.judging import Outcome
from lingtan.gate.stock_verdicts import StockExpectations
from lingtan.lake.inputs import Inputs
from lingtan.lake.partitions import Partition
from lingtan.settings import Settings

if TYPE_CHECKING:
    import pyarrow


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
        for line in (*_rejections(table, written, settings), *_disputes(table, written, settings)):
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
    for outcome in outcomes(fed, inputs, rules, settings=settings, stock=stock):
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


def outcomes(
    names: Sequence[str],
    inputs: Inputs,
    rules: Sequence[verdicts.Rule],
    *,
    settings: Settings,
    stock: StockExpectations | None = None,
) -> Iterator[Outcome]:
    """What becomes of the partitions under `rules`, in their order, so many at a time as memory holds."""
    for batch in loading.batches(names, inputs, rules, settings=settings):
        yield from judging.judge(batch, stock)


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


def _disputes(table: str, pointers: Mapping[str, lake.Pointer], settings: Settings) -> Iterator[str]:
    """The first row, located, that stands where another value came for the same time or key."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from lingtan import landing

    column = contracts.load(table).primary_key[-1]
    for mark in (settling.CONFLICT, overlaps.OVERLAP):
        for _, pointer in sorted(pointers.items()):
            rule = next((rule for rule in pointer["rules"] if rule["rule"] == mark), None)
            if rule is None or not pointer["file"]:
                continue
            rows = pq.ParquetFile(settings.var / pointer["file"]).read()
            rows = rows.filter(pc.match_substring_regex(rows["marks"], f"(^|;){mark}(;|$)"))
            first = rows.sort_by([("source_file", "ascending"), ("source_row", "ascending")]).slice(0, 1)
            (row,) = first.to_pylist()
            name = landing.file_name(row["source_file"], settings=settings)
            place = {"file_name": name, "column": column, "value": str(row[column])}
            yield f"{table}: marked, for example {_located(row | rule | place, settings)}"
            break


def _located(rejected: Mapping, settings: Settings) -> Finding:
    """A row of a quarantine file, or of the lake with the rule it is marked by, as the complaint it is."""
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
    import pyarrow.compute as pc

    settings = settings or lingtan_settings.load()
    contract = contracts.load(table)
    keys = pc.binary_join_element_wise(rows["partition_installation"], rows["partition_key"], "/")
    parts = {key: part for part, key in enumerate(sorted(pc.unique(keys).to_pylist()))}
    names = sorted(pc.unique(rows["source_file"]).to_pylist())
    tables = [
        loading.placed(rows.filter(pc.equal(rows["source_file"], name)), contract, parts, file_no)
        for file_no, name in enumerate(names)
    ]
    judged = []
    for name, placed in zip(names, tables, strict=True):
        source, _, sha256 = name.rpartition("/")
        file = (files or {}).get(name) or RawFile(source, sha256, name, None)
        judged.append(replace(file, states_rows=loading.states_rows(placed)))
    if not parts:
        return Preview(dict.fromkeys(("read", "accepted", "rejected", "superseded", "marked"), 0), {}, [], [])
    unit_table = units.table(settings.units_seed)
    counted, written = quantities.counted(tables, judged, contract, unit_table)
    batch = Batch(
        contract=contract,
        rules=suite(table, settings=settings),
        partitions=[Partition.parse(f"{table}/{key}") for key in parts],
        files=judged,
        rows=counted,
        written=written,
        masters=loading.masters_of(contract, settings),
        units=unit_table,
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
