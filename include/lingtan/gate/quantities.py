"""What rows are counted in before they are judged: units by their own symbols, mean power as energy. So what
is judged, settled and kept names one unit in one way; what the sender wrote is kept aside for the quarantine.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from lingtan.contracts import Contract
from lingtan.gate.frames import RawFile
from lingtan.units import UnitTable

if TYPE_CHECKING:
    import pyarrow

_DAY_MINUTES = 1440
_MOST = Decimal(10**16)  # a mean power beyond it has no energy that the contract could hold


def counted(
    tables: Sequence[pyarrow.Table], files: Sequence[RawFile], contract: Contract, units: UnitTable
) -> tuple[pyarrow.Table, pyarrow.Table | None]:
    """The rows of `files` as one table, and of those that changed their place in it (`rn`) with
    `written_unit` and `written_amount`; None where none did.

    Energy of a mean power is power x interval / 60 minutes, rounded (half to even) where nine decimals do not
    hold it. A power without the length of its interval stays a power.
    """
    import pyarrow as pa

    found, written, first = [], [], 0
    for rows, file in zip(tables, files, strict=True):
        changed = rows
        if "units" in contract.lookups:
            changed, aside = _counted(rows, file, units, first)
            written += [aside] if aside is not None else []
        found.append(changed)
        first += rows.num_rows
    return pa.concat_tables(found).unify_dictionaries(), pa.concat_tables(written) if written else None


def _counted(
    rows: pyarrow.Table, file: RawFile, units: UnitTable, first: int
) -> tuple[pyarrow.Table, pyarrow.Table | None]:
    import numpy as np
    import pyarrow as pa

    unit = rows["unit"].combine_chunks()
    unit = unit if pa.types.is_dictionary(unit.type) else unit.dictionary_encode()
    words = unit.dictionary.to_pylist()
    symbols = [units.symbol(word) for word in words]
    energies = [_energy_of(symbol, units) if file.is_mean_power else None for symbol in symbols]
    odd = [
        energy is not None or symbol != word
        for word, symbol, energy in zip(words, symbols, energies, strict=True)
    ]
    if not any(odd):
        return rows, None
    place = unit.indices.fill_null(len(words)).to_numpy()
    is_power = np.array([*(energy is not None for energy in energies), False])[place]
    plain = pa.array([*symbols, None], pa.string()).take(pa.array(place))
    changed = np.flatnonzero(np.array([*odd, False])[place])
    aside = pa.table(
        {
            "rn": pa.array(first + changed),
            "written_unit": unit.cast(pa.string()).take(pa.array(changed)),
            "written_amount": _amounts(rows).take(pa.array(changed)),
        }
    )
    if is_power.any():
        energy_units = pa.array([*energies, None], pa.string()).take(pa.array(place))
        rows, plain = _as_energy(rows, plain, energy_units, pa.array(is_power), file.interval_minutes)
    rows = rows.set_column(rows.schema.get_field_index("unit"), "unit", plain.dictionary_encode())
    return rows, aside


def _energy_of(symbol: str, units: UnitTable) -> str | None:
    """The energy of one hour: kW -> kWh. None for what is no power."""
    known = units.units.get(symbol)
    return f"{symbol}h" if known and known.dimension == "power" and f"{symbol}h" in units.units else None


def _amounts(rows: pyarrow.Table) -> pyarrow.Array:
    """Amounts as the contract types them; a table without any has no amount."""
    import pyarrow as pa

    return rows["amount"] if "amount" in rows.column_names else pa.nulls(rows.num_rows, pa.decimal128(28, 9))


def _as_energy(
    rows: pyarrow.Table,
    unit: pyarrow.Array,
    energy_unit: pyarrow.Array,
    is_power: pyarrow.Array,
    interval_minutes: int | None,
) -> tuple[pyarrow.Table, pyarrow.Array]:
    """Rows with amount and interval, and their units, where power has become energy."""
    import pyarrow as pa
    import pyarrow.compute as pc

    stated = rows["interval_minutes"].combine_chunks()
    minutes = pc.fill_null(stated, interval_minutes) if interval_minutes else stated
    power = rows["amount"].combine_chunks()
    is_interval = pc.and_(pc.greater_equal(minutes, 1), pc.less_equal(minutes, _DAY_MINUTES))
    fits = pc.fill_null(pc.less(pc.abs(power), pa.scalar(_MOST, power.type)), True)
    converts = pc.fill_null(pc.and_(is_power, pc.and_(is_interval, fits)), False)
    length = pc.if_else(converts, minutes, 60).cast(pa.decimal128(19, 0)).cast(pa.decimal128(4, 0))
    energy = pc.divide(
        pc.multiply(pc.if_else(converts, power, None), length), pa.scalar(Decimal(60), pa.decimal128(2, 0))
    )
    energy = pc.round(energy, ndigits=9, round_mode="half_to_even").cast(power.type)
    for name, values in (
        ("amount", pc.if_else(converts, energy, power)),
        ("interval_minutes", pc.if_else(converts, minutes, stated)),
    ):
        rows = rows.set_column(rows.schema.get_field_index(name), name, values)
    return rows, pc.if_else(converts, energy_unit, unit)
