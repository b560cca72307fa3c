"""A supplier's CBAM response by Catena-X (urn:samm:io.catenax.cbam:1.0.0): one row per producing
installation, good and first day of the production period.

A message may tell several records of one installation, good and period, one per production method. In the
law a good of an installation has one figure, all routes pooled (2025/2547 Art 4(6)): such records become one
row, weighted by their net mass. For the table `attestations` a row is one statement, and records without one
are none. `source_row` is the place of the row's first record among all, from 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import Any

from lingtan.errors import Finding
from lingtan.numbers import plain
from lingtan.sources import catena_x_form as form
from lingtan.sources import grid as grids
from lingtan.sources.catena_x_form import Record
from lingtan.sources.entry import Source
from lingtan.sources.grid import Fault, Grid

FORMAT = "catena_x_cbam"
KEYS = ()
HEADERS = (
    "sender_bpn",
    "sent_at",
    "installation_id",  # of the registry, else the first other one, else the installation's name
    "country_code",
    "cn_code",
    "method",  # codes of the production methods, joined by " + "
    "period_from",
    "period_until",  # the day after the last one the record names
    "net_mass_t",
    "see_direct_t_co2e_per_t",
    "electricity_mwh_per_t",
    "electricity_factor_t_co2e_per_mwh",
    "electricity_factor_source",  # code of the registry's list, then the sender's words
    "free_allocation_t_co2e_per_t",
    "carbon_price_per_t",
    "carbon_price_currency",
    "attestation_id",
    "attestation_provider",
    "attestation_provider_id",
    "attestation_link",
    "attestation_completed_on",
    "doubts",  # what the message says against itself, each with its place
    "form",
)
FORM = "catena_x_cbam 1.0.0"
ATTESTATIONS = "attestations"

_PLACES = Decimal("1e-12")  # of the contract's numbers
_DIGITS = 60  # of products of tonnes and figures: nothing is rounded before the end
_MIDNIGHT = "T00:00:00"


@dataclass(frozen=True)
class _Part:
    """What a record gives to its row."""

    place: str
    head: dict[str, str | None]
    mass: Decimal | None
    direct: Decimal | None
    electricity: Decimal | None
    factor: Decimal | None
    allocation: Decimal | None
    price: Decimal | None  # for the whole mass
    currencies: tuple[str, ...]
    words: dict[str, str | None]
    faults: tuple[Finding, ...]


def read(data: bytes, source: Source, file_name: str) -> Grid:
    """Text cells; a record that cannot be used is a fault of its row, with its place.

    Raises RefusedFileError: unreadable_file, unknown_version, unknown_key, wrong_type, empty_file.
    """
    import numpy as np
    import pyarrow as pa

    try:
        message = form.parse(data, form.RESPONSE)
    except form.NotTheFormError as error:
        said = error.finding
        raise grids.refuse(
            said.rule, said.sentence, source.name, file_name, column=said.column, value=said.value
        ) from error
    records = form.records(message)
    if not records:
        raise grids.empty(source.name, file_name)
    groups: dict[tuple, list[tuple[int, _Part]]] = {}
    for number, record in enumerate(records, start=1):
        part = _part(record)
        key = tuple(part.head[name] for name in ("installation_id", "cn_code", "period_from"))
        if source.table == ATTESTATIONS:
            if part.words["attestation_id"] is None:
                continue
            key = (*key, part.words["attestation_id"])
        groups.setdefault(key, []).append((number, part))
    if not groups:
        raise grids.empty(source.name, file_name)
    row_of = {number: parts[0][0] for parts in groups.values() for number, _ in parts}
    by_place = _rows_by_place(records, row_of)
    doubts: dict[int, list[str]] = {}
    for doubt in form.doubts(message):
        doubts.setdefault(_row_at(doubt.column or "", by_place), []).append(
            f"{doubt.sentence} [{doubt.rule}]"
        )
    header = {
        "sender_bpn": form.at(message, "header", "senderBpn"),
        "sent_at": form.at(message, "header", "sentDateTime"),
        "form": FORM,
    }
    rows: list[dict[str, str | None]] = []
    numbers: list[int] = []
    faults: dict[int, Fault] = {}
    for parts in groups.values():
        first = parts[0][0]
        with localcontext(prec=_DIGITS):
            row, fault = _row([part for _, part in parts])
        rows.append(header | row | {"doubts": "; ".join(doubts.get(first, ())) or None})
        numbers.append(first)
        if fault:
            faults[first] = fault
    columns = [pa.array([row.get(name) for row in rows], type=pa.string()) for name in HEADERS]
    return grids.make(list(HEADERS), columns, np.array(numbers), row_faults=faults)


def _rows_by_place(records: Sequence[Record], row_of: Mapping[int, int]) -> dict[str, int]:
    """Place of every record and of all above it -> the row a doubt there is told with: the record's own, or
    that of the first record below.
    """
    rows: dict[str, int] = {}
    for number, record in enumerate(records, start=1):
        place = record.place if number in row_of else ""
        while place:
            rows.setdefault(place, row_of[number])
            place = place.rpartition("/")[0]
    return rows


def _row_at(place: str, rows: Mapping[str, int]) -> int:
    while place and place not in rows:
        place = place.rpartition("/")[0]
    return rows.get(place, 1)


def _part(record: Record) -> _Part:
    body, installation = record.record, record.installation
    identification = form.at(installation, "installationIdentification")
    indirect = form.at(body, "indirectEmissions")
    prices = [price for price, _ in form.listed(body, "carbonPricePaid", record.place)]
    amounts = [form.number(price, "amountOfCarbonPricePaid") for price in prices]
    part = _Part(
        place=record.place,
        head={
            "installation_id": form.identifier(
                form.at(identification, "installationIds"), "installationCbamId"
            )
            or form.at(identification, "installationName"),
            "country_code": form.at(identification, "address", "countryCode"),
            "cn_code": record.good.get("cnCode"),
            "period_from": form.day_from(form.at(body, "activityData", "referencePeriodStart")),
            "period_until": _day_after(form.at(body, "activityData", "referencePeriodEnd")),
        },
        mass=_decimal(form.number(body, "activityData", "netMass")),
        direct=_decimal(form.number(body, "directEmissions", "specificEmbeddedEmissionsDirect")),
        electricity=_decimal(form.number(indirect, "electricityConsumedMwhPerTonnesGood")),
        factor=_decimal(form.number(indirect, "emissionFactorTonnesCo2PerMwh")),
        allocation=_decimal(form.number(body, "freeAllocationFactor")),
        price=sum(map(Decimal, amounts)) if amounts and None not in amounts else None,
        currencies=tuple(filter(None, (_text(price.get("currency")) for price in prices))),
        words={
            "method": _text(form.at(body, "productionMethod", "methodId")),
            "electricity_factor_source": " ".join(
                filter(
                    None,
                    (
                        _text(form.at(indirect, key))
                        for key in ("sourceOfEmissionFactor", "sourceOfEmissionFactorValue")
                    ),
                )
            ),
            "attestation_id": _text(form.at(body, "attestationOfConformance", "attestationOfConformanceId")),
            "attestation_provider": _text(form.at(body, "attestationOfConformance", "providerName")),
            "attestation_provider_id": _text(form.at(body, "attestationOfConformance", "providerId")),
            "attestation_link": _text(
                form.at(body, "attestationOfConformance", "attestationOfConformanceLink")
            ),
            "attestation_completed_on": form.day_from(
                form.at(body, "attestationOfConformance", "completedAt")
            ),
        },
        faults=(),
    )
    found = (*form.faults(record, form.RESPONSE), *_unusable(part, len(prices)))
    return replace(part, faults=found)


def _unusable(part: _Part, prices: int) -> list[Finding]:
    found = []
    if part.mass is not None and part.mass <= 0:
        place = f"{part.place}/activityData/netMass"
        found.append(_finding("no_mass", f"{place} must be more than zero tonnes", place, part.mass))
    if part.direct == 0:
        place = f"{part.place}/directEmissions/specificEmbeddedEmissionsDirect"
        sentence = (
            f"{place} is zero, which is a blank form until proven; leave it out, and the default value counts"
        )
        found.append(_finding("zero_direct", sentence, place, part.direct))
    if len(part.currencies) < prices:
        place = f"{part.place}/carbonPricePaid"
        found.append(
            _finding("missing_unit", f"{place} has an amount without its currency", place, part.price)
        )
    if len(set(part.currencies)) > 1:
        place = f"{part.place}/carbonPricePaid"
        sentence = f"{place} is in several currencies, and one answer has one"
        found.append(_finding("several_currencies", sentence, place, ", ".join(part.currencies)))
    return found


def _finding(rule: str, sentence: str, place: str, value: Any) -> Finding:
    return Finding(rule, sentence, column=place, value=None if value is None else str(value))


def _row(parts: list[_Part]) -> tuple[dict[str, str | None], Fault | None]:
    """One row of the records of an installation, good and first day."""
    first = parts[0]
    head, found = dict(first.head), [finding for part in parts for finding in part.faults]
    for name in ("country_code", "period_until"):
        odd = next((part for part in parts if part.head[name] != first.head[name]), None)
        if odd:
            sentence = f"{odd.place} tells another {name} than {first.place}, of one installation and good"
            found.append(_finding("records_disagree", sentence, odd.place, odd.head[name]))
    if len(parts) > 1 and any(part.mass is None for part in parts):
        place = f"{first.place}/activityData/netMass"
        sentence = f"{place}, or that of a record beside it, is empty: several records are weighted by it"
        found.append(_finding("no_mass", sentence, place, None))
    if len({currency for part in parts for currency in part.currencies}) > 1:
        sentence = f"{first.place} and the records beside it have prices in several currencies"
        found.append(_finding("several_currencies", sentence, first.place, None))
    words = {name: _joined(part.words[name] for part in parts) for name in first.words}
    currency = next((currency for part in parts for currency in part.currencies), None)
    row = head | words | {"carbon_price_currency": currency} | ({} if found else _numbers(parts))
    if not found:
        return row, None
    said = found[0]
    return row, Fault(said.rule, said.sentence, None, said.value)


def _numbers(parts: list[_Part]) -> dict[str, str | None]:
    if len(parts) == 1:
        [part] = parts
        price = None if part.price is None or not part.mass else _rounded(part.price / part.mass)
        return {
            "net_mass_t": _plain(part.mass),
            "see_direct_t_co2e_per_t": _plain(part.direct),
            "electricity_mwh_per_t": _plain(part.electricity),
            "electricity_factor_t_co2e_per_mwh": _plain(part.factor),
            "free_allocation_t_co2e_per_t": _plain(part.allocation),
            "carbon_price_per_t": _plain(price),
        }
    masses = [part.mass for part in parts]
    prices = [part.price for part in parts]
    electricity = [None if part.electricity is None else part.electricity * part.mass for part in parts]
    return {
        "net_mass_t": _plain(sum(masses)),
        "see_direct_t_co2e_per_t": _mean([part.direct for part in parts], masses),
        "electricity_mwh_per_t": _mean([part.electricity for part in parts], masses),
        # of electricity, the factor is weighted by electricity
        "electricity_factor_t_co2e_per_mwh": _mean([part.factor for part in parts], electricity),
        "free_allocation_t_co2e_per_t": _mean([part.allocation for part in parts], masses),
        "carbon_price_per_t": None
        if all(price is None for price in prices)
        else _plain(_rounded(sum(price or 0 for price in prices) / sum(masses))),
    }


def _mean(values: list[Decimal | None], weights: list[Decimal | None]) -> str | None:
    """Weighted by tonnes or MWh and rounded once; None where a part is missing."""
    if None in values or None in weights or not sum(weights):
        return None
    return _plain(_rounded(sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)))


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_PLACES)


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _decimal(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _joined(words: Any) -> str | None:
    return " + ".join(dict.fromkeys(word for word in words if word)) or None


def _day_after(stamp: Any) -> str | None:
    """The first day after a period that ends with its last moment, or with the midnight that closes it."""
    day = form.day_from(stamp)
    if day is None:
        return None
    if _MIDNIGHT in stamp:
        return day
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except ValueError:
        return day  # no day: typing says so
