"""What a partition is a function of, and its hash: the raw files with a row for it as their sources are
read, the contract, the expectations, the unit table with its spellings, the gate's own version, and the
master rows that are looked up. Neither our clock nor the order of arrival is among them.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lingtan import contracts, lake, units
from lingtan.lake.partitions import COMPANY, Partition
from lingtan.settings import Settings

if TYPE_CHECKING:
    import pyarrow

GATE_VERSION = 2  # a change of the gate's own rules judges every partition anew

_NOTHING = hashlib.sha256(b"no file feeds it").hexdigest()


class Inputs:
    """Inputs of all partitions of one table as things stand; what many of them share is read once."""

    def __init__(self, table: str, settings: Settings) -> None:
        from lingtan import catalog, landing

        self.contract = contracts.load(table)
        self.settings = settings
        self.sources = catalog.load(settings)
        self.records: dict[str, list[Any]] = defaultdict(list)
        """Raw records that hold a row for a partition, by partition name."""
        for record in landing.records([table], settings=settings):
            for key in record.partitions if record.state == "read" else ():
                self.records[f"{table}/{key}"].append(record)
        self._masters: dict[str, Masters] = {}
        self._looked_up: dict[tuple, str] = {}

    def hash_of(self, name: str) -> str:
        """Hex sha256; one fixed value for a partition that no file feeds."""
        records = self.records.get(name)
        if not records:
            return _NOTHING
        files = sorted(
            [
                record.source,
                record.sha256,
                record.stated_at or "",
                record.file_name,
                record.read_hash,
                self.sources[record.source].replaces,
                self.sources[record.source].amount_is,
            ]
            for record in records
        )
        text = json.dumps([self._shared, files, self._masters_of(name, records)], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def _shared(self) -> list[str]:
        """What every partition of the table depends on."""
        suite = self.settings.expectations / f"{self.contract.name}.py"
        units_seed = self.settings.units_seed
        spellings_seed = units.spellings_seed(units_seed)
        return [
            str(GATE_VERSION),
            self.contract.sha256,
            hashlib.sha256(suite.read_bytes()).hexdigest(),
            *(hashlib.sha256(seed.read_bytes()).hexdigest() for seed in (units_seed, spellings_seed)),
        ]

    def _masters_of(self, name: str, records: list[Any]) -> list[str]:
        """One hash per table looked up, over the rows whose key a row of the partition names."""
        installation = Partition.parse(name).installation
        hashes = []
        for table in sorted(self.contract.masters):
            codes: set[str] | None = set()
            for record in records:
                named = record.partitions[name.partition("/")[2]].get("lookups", {})
                # a table without a foreign key in the contract is looked up as a whole
                codes = codes | set(named[table]) if codes is not None and table in named else None
            wanted = None if codes is None else tuple(sorted(codes))
            asked = (table, installation, wanted)
            if asked not in self._looked_up:
                masters = self._masters.setdefault(table, Masters(self.contract, table, self.settings))
                self._looked_up[asked] = masters.hash_of(installation, wanted)
            hashes.append(self._looked_up[asked])
        return hashes


class Masters:
    """Current rows of a table that others look up, as text by installation and by the column they name it
    with.
    """

    def __init__(self, contract: contracts.Contract, table: str, settings: Settings) -> None:
        looked_up = contracts.load(table)
        columns = {key.column for key in contract.foreign_keys if key.table == table}
        self.is_by_installation = looked_up.partition.installation is not None
        self.rows: dict[str, dict[str | None, list[str]]] = {}
        for pointer in lake.pointers(table, settings=settings).values():
            file = pointer["file"] and settings.var / pointer["file"]
            if not file or not file.is_file():  # a file somebody deleted is restored before it is looked up
                continue
            rows = lake.read_files([file], looked_up.arrow_schema(lineage=False))
            known = self.rows.setdefault(pointer["installation"], defaultdict(list))
            texts = _as_text(rows)
            known[None] += texts
            for column in columns:
                for code, text in zip(rows.column(column).to_pylist(), texts, strict=True):
                    known[code].append(text)

    def hash_of(self, installation: str, codes: tuple[str, ...] | None) -> str:
        """Over the rows of `codes`, all for None; of one installation where both tables are kept by it."""
        own = self.is_by_installation and installation != COMPANY
        known = [self.rows.get(installation, {})] if own else list(self.rows.values())
        found = [
            sorted({text for rows in known for text in rows.get(code, ())})
            for code in ((None,) if codes is None else codes)
        ]
        return hashlib.sha256(json.dumps([codes, found], ensure_ascii=False).encode()).hexdigest()


def _as_text(rows: pyarrow.Table) -> list[str]:
    """Each row as one text; null and empty text differ."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = [pc.cast(column, pa.string()) for column in rows.columns]
    joined = pc.binary_join_element_wise(*columns, "\x1f", null_handling="replace", null_replacement="\x00")
    return joined.to_pylist()
