"""The manifest's shape: the demo's truth as data, every amount a decimal as text in the unit beside it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date


@dataclass(frozen=True)
class MeterTotal:
    """What a meter's accepted readings sum to; `estimated` and `substituted` are parts of `amount`.

    `lost_to_gaps` is what truly flowed in slots without an accepted reading; it is no part of `amount`.
    """

    unit: str
    amount: str
    estimated: str
    substituted: str
    missing_slots: int
    lost_to_gaps: str


@dataclass(frozen=True)
class StreamTotal:
    """A metered stream: its main meter, its sub-meters summed by process, and the main meter handed on, gaps
    filled by the stated rules.

    `attributed`: by sub-meters, main x process / all processes for each local day, the days summed; by a
    stated share, main x share. Empty sub-meters mean a stated share. `on_the_safe_side` is what CBAM adds to
    the estimates of the main meter's gaps, handed on likewise; it is no part of `attributed`.
    """

    unit: str
    main: str
    sub_meters: dict[str, str]
    attributed: dict[str, str]
    on_the_safe_side: dict[str, str]


@dataclass(frozen=True)
class Line:
    """A sum over all rows that agree in `of`, for example {process, product, kind}."""

    of: dict[str, str]
    unit: str
    amount: str


@dataclass(frozen=True)
class Year:
    """One works, one calendar year, as far as it lies inside the manifest's period."""

    days: int
    meters: dict[str, MeterTotal]
    streams: dict[str, StreamTotal]
    documents: tuple[Line, ...]  # of stream, kind
    flows: tuple[Line, ...]  # of carrier, from, to
    production: tuple[Line, ...]  # of process, product, kind
    clinker: tuple[Line, ...]  # of process, product: what its output holds by the contents of its days
    material_use: tuple[Line, ...]  # of process, component, kind, supplier
    receipts: tuple[Line, ...]  # of item, supplier, producer, origin, made (month; empty = unknown)


@dataclass(frozen=True)
class SourceBooks:
    """What a source sent and what must become of it: rows = accepted + rejected + superseded.

    `files` counts names, `distinct_files` contents; `rows` those of distinct contents. A marked row is
    accepted.
    """

    files: int
    distinct_files: int
    rows: int
    accepted: int
    rejected: dict[str, int]  # by rule
    superseded: int
    marked: dict[str, int]  # by rule


@dataclass(frozen=True)
class Planted:
    """A planted fault. `rows` as a person sees the file, header included; `outcome` is one of rejected,
    superseded, marked, accepted, nothing_new (a file known already), absent (rows that never came).
    """

    kind: str
    source: str
    file: str
    rows: tuple[int, ...]
    subject: str  # meter or stream
    written: str
    outcome: str
    rule: str | None
    leaves_gap: bool
    answered_by: str | None = None  # the file that corrects or repeats it, once it has come


@dataclass(frozen=True)
class Manifest:
    scenario: str
    since: date
    until: date
    installations: dict[str, dict[str, Year]]
    sources: dict[str, SourceBooks]
    planted: tuple[Planted, ...]
    daily: dict[
        str, dict[str, tuple[str, ...]]
    ]  # installation -> meter -> accepted amount per day from `since`

    def year(self, installation: str, year: int) -> Year:
        """Raises KeyError when the year lies outside the manifest's period."""
        return self.installations[installation][str(year)]

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, default=str) + "\n"
