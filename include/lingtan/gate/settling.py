"""The last word per primary key, in SQL: which of the accepted rows of one key counts.

The winner is the highest (revision, stated_at, sha256, source_row), null lowest. Rows are compared only
where a key occurs more than once. A rejected revision displaces nothing; the key it spoke of is marked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingtan.contracts import Contract
from lingtan.sql import identifier

if TYPE_CHECKING:
    import duckdb

CONFLICT, REJECTED_REVISION = "conflict", "rejected_revision"
SENTENCES = {
    CONFLICT: "Two different values came for one key and only file or line tells them apart; the last one "
    "counts. Say which is right by a revision; where a clock was set, send the day again by the right time.",
    REJECTED_REVISION: "A later revision of this row was rejected; the former value stands until it comes "
    "right.",
}


def settle(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Set `standing` and `marks` in the temporary table `judged`, whose accepted rows are not settled yet.

    Rows of one key have one `key_no`; where it is negative the row is alone. `files` gives each file_no its
    `rank` (stated_at, then sha256), `stated_no` (equal where stated_at is equal), `source` and
    `replaces_period`.
    """
    [(replaces_period,)] = connection.execute("select bool_or(replaces_period) from files").fetchall()
    if replaces_period:
        _settle_periods(connection)
    _settle_keys(connection, contract)


def _settle_periods(connection: duckdb.DuckDBPyConnection) -> None:
    """Of a source whose files replace a period only the latest file with an accepted row counts."""
    connection.execute("""
        create or replace temp table replaced as
        with accepted as (
            select judged.rn, judged.part, files.source, files.rank
            from judged
            join files using (file_no)
            where judged.standing = 'accepted' and files.replaces_period
        )
        select rn from accepted
        qualify rank < max(rank) over (partition by part, source)
    """)
    connection.execute("""
        update judged set standing = 'superseded', marks = null
        from replaced where judged.rn = replaced.rn
    """)


def _settle_keys(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    others = [name for name in contract.columns if name not in contract.primary_key]
    value = f"row({', '.join(f'judged.{identifier(name)}' for name in others)})" if others else "true"
    revision = '"revision"' if "revision" in contract.columns else "null::bigint"
    connection.execute(f"""
        create or replace temp table settled as
        with candidates as (
            select
                judged.rn,
                judged.key_no,
                judged.standing = 'accepted' as is_accepted,
                {revision} as revision,
                files.stated_no,
                row_number() over (
                    order by
                        judged.key_no, {revision} desc nulls last, files.rank desc, judged.source_row desc
                ) as place
            from judged
            join files using (file_no)
            where judged.key_no >= 0 and judged.standing <> 'superseded'
        ),
        alike as (
            select rn, key_no, revision, stated_no from candidates
            where is_accepted
            qualify count(*) over (partition by key_no, revision, stated_no) > 1
        ),
        disputed as (
            select unnest(list(rn)) as rn
            from alike
            join judged using (rn)
            group by alike.key_no, alike.revision, alike.stated_no
            having count(distinct {value}) > 1
        ),
        decided as (
            select
                key_no,
                min(place) filter (where is_accepted) as winning,
                min(place) filter (where not is_accepted) as refused
            from candidates
            group by key_no
        )
        select
            candidates.rn,
            candidates.place = decided.winning as is_winner,
            concat_ws(
                ';',
                case when disputed.rn is not null then '{CONFLICT}' end,
                case when decided.refused < decided.winning then '{REJECTED_REVISION}' end
            ) as new_marks
        from candidates
        join decided using (key_no)
        left join disputed using (rn)
        where candidates.is_accepted
    """)
    connection.execute("""
        update judged set standing = 'superseded', marks = null
        from settled where judged.rn = settled.rn and not settled.is_winner
    """)
    connection.execute("""
        update judged
        set marks = array_to_string(
            list_sort(list_concat(coalesce(string_split(marks, ';'), []), string_split(new_marks, ';'))), ';'
        )
        from settled
        where judged.rn = settled.rn and settled.is_winner and settled.new_marks <> ''
    """)
