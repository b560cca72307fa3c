"""The books of judged partitions: what came, what was accepted, rejected and superseded, in rows and per
unit in exact decimals, by which rule; and the quarantine, where every rejected row lies with the sentence
for its sender.

In the list of rules a rejected row counts under the first critical rule it fails (being unreadable goes
first), so that these counts add up to `rejected`; the quarantine holds the row once per rule it fails. An
accepted row counts under every warning it is marked with. A batch rule that holds a partition counts the
rows it rejects; a batch warning counts none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from lingtan.errors import LingtanError
from lingtan.gate import overlaps, settling
from lingtan.gate.verdicts import CRITICAL, WARNING, Rule
from lingtan.numbers import plain
from lingtan.sql import identifier, text

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pyarrow

    from lingtan.gate.frames import Batch

FAULTY = -1  # `rejected_by` of a row that could not be read
MISPLACED = -2  # of a readable row whose partition column is empty

_STANDINGS = ("accepted", "rejected", "superseded")
_QUARANTINE = (
    "table",
    "installation",
    "key",
    "source_file",
    "file_name",
    "source_row",
    "rule",
    "severity",
    "column",
    "value",
    "sentence",
    "row_json",
)


@dataclass(frozen=True)
class BatchVerdict:
    """A batch rule, or the `mostly` of a row rule, that a partition fails."""

    number: int
    rule: Rule

    @property
    def name(self) -> str:
        return f"{self.rule.name}_mostly" if self.rule.is_row else self.rule.name

    @property
    def sentence(self) -> str:
        if not self.rule.is_row:
            return self.rule.sentence
        return f"{self.rule.sentence} At least {self.rule.mostly:.2%} of the rows must hold to it."


@dataclass(frozen=True)
class Ledger:
    """Books of each partition of a batch, by its position."""

    held: dict[int, BatchVerdict]  # the first critical batch verdict
    counts: list[dict[str, int]]
    amounts: list[dict[str, dict[str, str]]]
    rules: list[list[dict]]


@dataclass(frozen=True)
class Sum:
    """Rows of one part and standing ("read" of all rows) and, where the table has a quantity, of one unit."""

    part: int
    standing: str
    rows: int
    unit: str | None
    amount: Decimal | None  # exact; None = no row states one


def tally(batch: Batch, is_odd: np.ndarray, odd: pyarrow.Table) -> list[Sum]:
    """Sums over the untouched rows and, of those that `is_odd` names, over the settled rows `odd`."""
    import pyarrow as pa

    words = pa.array(["accepted", "odd"])
    standing = pa.DictionaryArray.from_arrays(pa.array(is_odd).cast(pa.int8()), words)
    untouched = _summed(batch, batch.rows.append_column("standing", standing))
    return [
        *(replace(found, standing="read") for found in untouched),
        *(found for found in untouched if found.standing == "accepted"),
        *_summed(batch, odd),
    ]


def _summed(batch: Batch, rows: pyarrow.Table) -> list[Sum]:
    has_quantity = batch.contract.has_quantity
    keys = ["part", "standing", *(["unit"] if has_quantity else [])]
    amount = [("amount", "sum")] if has_quantity else []
    found = rows.group_by(keys, use_threads=False).aggregate([([], "count_all"), *amount])
    return [
        Sum(row["part"], row["standing"], row["count_all"], row.get("unit"), row.get("amount_sum"))
        for row in found.to_pylist()
    ]


def close(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    sums: list[Sum],
    odd: pyarrow.Table,
    verdicts: list[list[BatchVerdict]],
) -> Ledger:
    """Books of the tally; `odd` are its settled rows, the relation `judged`.

    Raises LingtanError if they do not close.
    """
    held = {
        part: critical[0]
        for part, failing in enumerate(verdicts)
        if (critical := [verdict for verdict in failing if verdict.rule.is_critical])
    }
    marked = [found for found in _marked(odd) if found.part not in held]
    counts, amounts = _posted(batch, sums, held)
    for found in marked:
        counts[found.part]["marked"] += found.rows
    return Ledger(held, counts, amounts, _rules(connection, batch, verdicts, held, counts, marked))


def _posted(
    batch: Batch, sums: list[Sum], held: Collection[int]
) -> tuple[list[dict[str, int]], list[dict[str, dict[str, str]]]]:
    counts = [dict.fromkeys(("read", *_STANDINGS, "marked"), 0) for _ in batch.partitions]
    amounts: list[dict[str, dict[str, Decimal]]] = [{} for _ in batch.partitions]
    for found in sums:
        standing = "rejected" if found.part in held and found.standing != "read" else found.standing
        counts[found.part][standing] += found.rows
        if found.amount is not None:
            nothing = dict.fromkeys(("read", *_STANDINGS), Decimal(0))
            amounts[found.part].setdefault(found.unit or "", nothing)[standing] += found.amount
    for part, partition in enumerate(batch.partitions):
        for what, kept in (("rows", counts[part]), *amounts[part].items()):
            if kept["read"] != sum(kept[standing] for standing in _STANDINGS):
                raise LingtanError(f"the books of {partition} do not close in {what}: {kept}")
    return counts, [
        {
            unit: {standing: plain(amount) for standing, amount in unit_sums.items()}
            for unit, unit_sums in sorted(kept.items())
        }
        for kept in amounts
    ]


def compare(ledger: Ledger, batch: Batch, rows: list[int]) -> None:
    """Raises LingtanError where more or fewer rows would be written than the books of a partition say."""
    for partition, counts, there in zip(batch.partitions, ledger.counts, rows, strict=True):
        if counts["accepted"] != there:
            raise LingtanError(f"the books of {partition} say {counts}, but {there} rows would be written")


@dataclass(frozen=True)
class _Marked:
    """How many rows of a part bear the same marks."""

    part: int
    marks: list[str]
    rows: int


def _marked(odd: pyarrow.Table) -> list[_Marked]:
    marked = odd.filter(odd["marks"].is_valid())
    found = marked.group_by(["part", "marks"], use_threads=False).aggregate([([], "count_all")])
    return [_Marked(row["part"], row["marks"].split(";"), row["count_all"]) for row in found.to_pylist()]


def _rules(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    verdicts: list[list[BatchVerdict]],
    held: dict[int, BatchVerdict],
    counts: list[dict[str, int]],
    marked: list[_Marked],
) -> list[list[dict]]:
    """Rules that rejected, marked, held or noted something, in the order in which they are judged."""
    entries: list[list[dict]] = [[] for _ in batch.partitions]
    rejected: dict[int, int] = defaultdict(int)
    found = (
        connection.sql("""
            select part, rejected_by, fault_rule, fault_column, min(fault_sentence), count(*)
            from judged where rejected_by is not null
            group by all order by part, rejected_by, fault_rule, fault_column
        """).fetchall()
        if any(kept["rejected"] for kept in counts)
        else []
    )
    for part, number, rule, column, sentence, rows in found:
        rejected[part] += rows
        if number == FAULTY:
            entries[part].append(_entry(rule, column, CRITICAL, rows, sentence))
        elif number == MISPLACED:
            entries[part].append(_misplaced(batch, rows))
        else:
            entries[part].append(_entry_of(batch.rules[number], rows))
    bearing: dict[tuple[int, str], int] = defaultdict(int)
    for alike in marked:
        for mark in alike.marks:
            bearing[alike.part, mark] += alike.rows
    warnings = {rule.name: rule for rule in batch.rules if rule.is_row and not rule.is_critical}
    for part in range(len(batch.partitions)):
        for name, rule in warnings.items():
            if rows := bearing.get((part, name)):
                entries[part].append(_entry_of(rule, rows))
        for mark, sentence in (settling.SENTENCES | {overlaps.OVERLAP: overlaps.SENTENCE}).items():
            if rows := bearing.get((part, mark)):
                entries[part].append(_entry(mark, None, WARNING, rows, sentence))
    for part, failing in enumerate(verdicts):
        for verdict in failing:
            is_holding = held.get(part) == verdict
            rows = counts[part]["read"] - rejected[part] if is_holding else 0
            entry = _entry_of(verdict.rule, rows) | {"rule": verdict.name, "sentence": verdict.sentence}
            entries[part].append(entry | ({"holds": True} if verdict.rule.is_critical else {}))
    return entries


def _entry(rule: str, column: str | None, severity: str, rows: int, sentence: str) -> dict:
    return {"rule": rule, "column": column, "severity": severity, "rows": rows, "sentence": sentence}


def _entry_of(rule: Rule, rows: int) -> dict:
    entry = _entry(rule.name, rule.column, rule.severity, rows, rule.sentence)
    return entry if rule.is_translated else entry | {"by": "great_expectations"}


def _misplaced(batch: Batch, rows: int) -> dict:
    column = batch.contract.partition.on or batch.contract.partition.installation
    return _entry(
        "unplaced", column, CRITICAL, rows, "This column decides where the row belongs, and it is empty."
    )


def quarantine(connection: duckdb.DuckDBPyConnection, batch: Batch, ledger: Ledger) -> pyarrow.Table:
    """Rejected rows, once per rule they fail: `part` and the columns of a quarantine file, in order of file
    and row. A row a held partition rejects is there once, under the rule that holds it.
    """
    import pyarrow as pa

    if not any(counts["rejected"] for counts in ledger.counts):
        fields = [(name, pa.int64() if name == "source_row" else pa.string()) for name in _QUARANTINE]
        return pa.schema([("part", pa.int32()), *fields]).empty_table()
    own = {number: rule for number, rule in enumerate(batch.rules) if rule.is_row and rule.is_critical}
    holding = {len(batch.rules) + part: verdict for part, verdict in ledger.held.items()}
    _register_rules(connection, batch, own, holding)
    shown = {number: value for number, rule in own.items() if (value := _shown(batch, rule))}
    value = " ".join(f"when {number} then {sql}" for number, sql in shown.items())
    in_words = " ".join(
        f"when {number} then in_words_{number}" for number, rule in own.items() if rule.in_words
    )
    fields = ", ".join(
        f"{identifier(name)} := cast({identifier(name)} as varchar)" for name in batch.contract.columns
    )
    held = listed(ledger.held)
    failed = ", ".join(
        [
            "case when rejected_by < 0 then rejected_by end",
            *(f"case when fails_{number} then {number} end" for number in own),
            f"case when standing <> 'rejected' and part in {held} then {len(batch.rules)} + part end",
        ]
    )
    rows = connection.sql(f"""
        with judged_rows as ({_as_written(connection, batch)}),
        rejected as (
            select *, unnest(list_filter([{failed}], lambda number: number is not null)) as number
            from judged_rows
            where standing = 'rejected' or part in {held}
        ),
        found as (
            select
                part, file_no, number, source_row, fault_rule, fault_column, fault_sentence,
                case number when {FAULTY} then fault_value {value} end as value,
                case number when {FAULTY} then null {in_words} end as in_words,
                cast(to_json(struct_pack({fields})) as varchar) as row_json
            from rejected
        )
        select
            found.part,
            {text(batch.contract.name)} as "table",
            parts.installation,
            parts.key,
            files.source_file,
            files.file_name,
            found.source_row,
            coalesce(rules.rule, found.fault_rule) as rule,
            '{CRITICAL}' as severity,
            case when rules.rule is null then found.fault_column else rules.column_name end as "column",
            found.value,
            concat_ws(' ', found.in_words, coalesce(rules.sentence, found.fault_sentence)) as sentence,
            found.row_json
        from found
        join parts using (part)
        join files using (file_no)
        left join rules using (number)
        order by part, source_file, source_row, number
    """).to_arrow_table()
    return rows.select(["part", *_QUARANTINE])


def _as_written(connection: duckdb.DuckDBPyConnection, batch: Batch) -> str:
    """SQL of all rows, unit and amount as their sender wrote them."""
    rows = "select * from judged union all by name select *, 'accepted' as standing from plain"
    if batch.written is None:
        return rows
    connection.register("written", batch.written)
    amount = ", coalesce(written_amount, amount) as amount" if batch.contract.has_quantity else ""
    return f"""
        select * exclude (written_unit, written_amount)
            replace (coalesce(written_unit, unit) as unit{amount})
        from ({rows}) left join written using (rn)
    """


def _register_rules(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    own: dict[int, Rule],
    holding: dict[int, BatchVerdict],
) -> None:
    """Relation `rules`: what the quarantine says of a row by the number of the rule it fails."""
    import pyarrow as pa

    misplaced = _misplaced(batch, 0)
    said = [
        (MISPLACED, misplaced["rule"], misplaced["column"], misplaced["sentence"]),
        *((number, rule.name, rule.column, rule.sentence) for number, rule in own.items()),
        *((n, verdict.name, verdict.rule.column, verdict.sentence) for n, verdict in holding.items()),
    ]
    numbers, names, columns, sentences = zip(*said, strict=True)
    connection.register(
        "rules",
        pa.table(
            {
                "number": pa.array(numbers, pa.int32()),
                "rule": pa.array(names, pa.string()),
                "column_name": pa.array(columns, pa.string()),
                "sentence": pa.array(sentences, pa.string()),
            }
        ),
    )


def _shown(batch: Batch, rule: Rule) -> str | None:
    """SQL of the value a complaint shows: of the column it points at, without zeros nobody wrote."""
    if rule.column is None:
        return None
    value = f"cast({identifier(rule.column)} as varchar)"
    is_decimal = batch.contract.field(rule.column).type == "number"
    return f"rtrim(rtrim({value}, '0'), '.')" if is_decimal else value


def listed(numbers: Collection[int]) -> str:
    """Numbers as an SQL list; never empty, because no part is -1."""
    return f"({', '.join(map(str, numbers or [-1]))})"
