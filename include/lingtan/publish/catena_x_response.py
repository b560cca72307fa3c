"""The answer to a customer's CBAM request by Catena-X: `lingtan catena-x-response REQUEST.json`.

All figures come from the readers' copy, so an answer says what the latest release says. What the customer
wrote to find the goods again is handed back as it came. What is asked and cannot be told is left out, and
named with its place: nothing stands there in its stead.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingtan import arguments
from lingtan import settings as lingtan_settings
from lingtan.errors import Finding, LingtanError
from lingtan.numbers import plain
from lingtan.publish import catena_x, catena_x_record, readers
from lingtan.settings import Settings
from lingtan.sources import catena_x_form as form

if TYPE_CHECKING:
    import duckdb

GOODS = """
select goods.*, cbam_goods.aggregated_good
from marts.fct_cbam_embedded_emissions as goods
left join reference.cbam_goods
    on goods.cn_code = cbam_goods.cn_code and cbam_goods.valid_from <= make_date($year, 1, 1)
    and (cbam_goods.valid_until is null or cbam_goods.valid_until > make_date($year, 1, 1))
where goods.cn_code = $cn_code and goods.reporting_year = $year and goods.rule_set = 'definitive'
order by goods.installation_code, goods.process_code
"""
SHIPPED = """
select installation_code, process_code, sum(mass_t) as mass_t
from marts.fct_cbam_obligations
where cn_code = $cn_code and released_on between $first and $last
group by all
"""
MADE = """
select installation_code, process_code, sum(mass_t) as mass_t
from marts.fct_goods_made
where cn_code = $cn_code and reporting_year = $year and not is_inside_bubble
group by all
"""
# the row that held last in the year
INSTALLATION = """
select * from marts.dim_installations
where
    installation_code = $installation and valid_from < make_date($year + 1, 1, 1)
    and (valid_until is null or valid_until > make_date($year, 1, 1))
order by valid_from desc limit 1
"""

COORDINATES = "01"  # GPS: WGS 84
_TONNES = Decimal("0.000001")  # the registry takes masses with six digits after the point


@dataclass
class Answer:
    """A response, and what was asked and is not in it: findings whose `column` is the place."""

    message: dict[str, Any]
    unanswered: list[Finding] = field(default_factory=list)

    def leave_out(self, rule: str, place: str, because: str) -> None:
        self.unanswered.append(Finding(rule, because, column=place))


def respond(data: bytes, settings: Settings | None = None) -> Answer:
    """The response to a request; decimals are exact.

    Raises form.NotTheFormError, and NoReadersCopyError before the first publication.
    """
    request = form.parse(data, form.REQUEST)
    header, content = request["header"], request.get("content") or {}
    answer = Answer(
        {
            "header": catena_x.header(form.RESPONSE, header.get("receiverBpn"), header.get("senderBpn"))
            | {"relatedMessageId": header.get("messageId")},
            "content": {"companyIds": content.get("companyIds"), "good": []},
        }
    )
    asked = frozenset(content.get("requestedElements") or ())
    with readers.connect_readers(settings) as copy:
        for good, place in form.listed(content, "good", "/content"):
            _Good(copy, answer, good, asked, place).tell()
    answer.message = _without_nothing(answer.message)
    return answer


class _Good:
    """One good of the request and what the answer says of it."""

    def __init__(
        self,
        copy: duckdb.DuckDBPyConnection,
        answer: Answer,
        good: dict[str, Any],
        asked: frozenset[str],
        place: str,
    ) -> None:
        self.copy, self.answer, self.good, self.asked, self.place = copy, answer, good, asked, place
        self.cn_code = good.get("cnCode") or ""
        self.transaction = good.get("businessTransactionDetails") or {}

    def tell(self) -> None:
        told = {key: value for key, value in self.good.items() if key != "operator"}
        self.answer.message["content"]["good"].append(told | {"operator": list(self.operators())})

    def operators(self) -> Iterator[dict[str, Any]]:
        first, last = (_day(self.transaction.get(f"requestReferencePeriod{end}")) for end in ("Start", "End"))
        if first is None or last is None or first.year != last.year:
            self.answer.leave_out(
                "no_period", self.place, "the period asked for is not within one calendar year"
            )
            return
        self.year = first.year
        goods = catena_x_record.rows(self.copy, GOODS, cn_code=self.cn_code, year=self.year)
        if not goods:
            because = f"none of our installations makes {self.cn_code} in {self.year}, or it has no figure"
            self.answer.leave_out("no_figure", self.place, because)
            return
        yield from self.of(self.masses(goods, first, last), goods)

    def masses(self, goods: list[dict], first: date, last: date) -> dict[tuple[str, str], Decimal]:
        """Tonnes by installation and process: those the request names, else its mass by what was shipped in
        the period, else by what was made.
        """
        shipped = self.tonnes(SHIPPED, first=first, last=last)
        made = self.tonnes(MADE, year=self.year)
        asked = form.number(self.transaction, "requestNetMass")
        if asked is not None and asked <= 0:
            return {}
        named = self.named({row["installation_code"] for row in goods})
        if named:
            parts: dict[tuple[str, str], Decimal] = {}
            for code, tonnes in named.items():
                there = [row for row in goods if row["installation_code"] == code]
                parts |= _split(tonnes, _weights(there, shipped, made))
            return parts
        if asked is None:
            return {_key(row): shipped[_key(row)] for row in goods if _key(row) in shipped}
        return _split(Decimal(asked), _weights(goods, shipped, made))

    def tonnes(self, sql: str, **asked: Any) -> dict[tuple[str, str], Decimal]:
        """Tonnes of the good by installation and process."""
        rows = catena_x_record.rows(self.copy, sql, cn_code=self.cn_code, **asked)
        return {_key(row): row["mass_t"] for row in rows}

    def asked_installations(self) -> Iterator[tuple[dict[str, Any], dict[str, Any], str]]:
        """Operator, installation and place of all the request names."""
        for operator, operator_at in form.listed(self.good, "operator", self.place):
            for installation, place in form.listed(operator, "installation", operator_at):
                yield operator, installation, place

    def named(self, ours: set[str]) -> dict[str, Decimal]:
        """Tonnes the request itself asks of installations of ours; those of others are left out."""
        found: dict[str, Decimal] = {}
        for _, installation, place in self.asked_installations():
            codes = _codes_of(installation)
            code = next((code for code in codes if code in ours), None)
            mass = form.number(installation, "installationNetMass")
            if code is not None and mass is not None and mass > 0:
                found[code] = found.get(code, Decimal(0)) + Decimal(mass)
                continue
            because = f"{', '.join(codes) or 'an installation without identifier'} is none of ours"
            if code is not None:
                because = f"no mass is asked of {code}"
            self.answer.leave_out("unknown_installation", f"{place} of the request", because)
        return found

    def of(self, masses: dict[tuple[str, str], Decimal], goods: list[dict]) -> Iterator[dict[str, Any]]:
        if not masses:
            because = "no mass above zero is asked for and none was shipped, or nothing tells how it splits"
            self.answer.leave_out("no_mass", self.place, because)
            return
        masters = {code: self.master(code) for code, _ in masses}
        names = dict.fromkeys(master.get("operator_name") for master in masters.values())
        for number, name in enumerate(names):
            codes = [code for code, master in masters.items() if master.get("operator_name") == name]
            place = f"{self.place}/operator/{number}"
            asked = self.operator_asked(set(codes))
            installations = [
                self.installation(
                    f"{place}/installation/{at}",
                    masters[code],
                    {_key(row): row for row in goods if row["installation_code"] == code},
                    masses,
                )
                for at, code in enumerate(codes)
            ]
            identification = asked.get("operatorIdentification")
            if identification is None:
                identification = {"operatorIsSupplier": True, "operatorName": name}
                because = "its identifiers and address are not in the master data"
                self.answer.leave_out("not_known", f"{place}/operatorIdentification", because)
            yield {
                "transactionReferenceDocumentLink": asked.get("transactionReferenceDocumentLink"),
                "operatorIdentification": identification,
                "operatorNetMass": sum(entry["installationNetMass"] for entry in installations),
                "installation": installations,
            }

    def operator_asked(self, codes: set[str]) -> dict[str, Any]:
        """The operator of the request that has one of our installations."""
        found = (operator for operator, each, _ in self.asked_installations() if codes & set(_codes_of(each)))
        return next(found, {})

    def master(self, code: str) -> dict[str, Any]:
        rows = catena_x_record.rows(self.copy, INSTALLATION, installation=code, year=self.year)
        return rows[0] if rows else {"installation_code": code}

    def installation(
        self, place: str, master: dict[str, Any], goods: dict[tuple[str, str], dict], masses: dict
    ) -> dict[str, Any]:
        made = [(goods[key], mass) for key, mass in masses.items() if key in goods]
        return {
            "installationIdentification": self.identification(place, master),
            "installationNetMass": sum(mass for _, mass in made),
            "emissionsRecords": [
                self.record(f"{place}/emissionsRecords/{number}", good, mass)
                for number, (good, mass) in enumerate(made)
            ],
        }

    def record(self, place: str, good: dict[str, Any], mass: Decimal) -> dict[str, Any]:
        told, unanswered = catena_x_record.record(self.copy, good, mass, self.asked)
        for element, because in unanswered.items():
            self.answer.leave_out("not_known", f"{place}/{element}", because)
        return told

    def identification(self, place: str, master: dict[str, Any]) -> dict[str, Any]:
        code = master["installation_code"]
        for _, asked, _ in self.asked_installations():
            if code in _codes_of(asked):
                return asked["installationIdentification"]
        self.answer.leave_out(
            "not_known", f"{place}/installationIdentification/address/city", "the master data have no city"
        )
        latitude, longitude = master.get("latitude"), master.get("longitude")
        has_coordinates = latitude is not None and longitude is not None
        return {
            "installationIds": {"otherIds": [{"key": "Installation-ID", "value": code}]},
            "installationName": master.get("installation_name"),
            "address": {
                "countryCode": master.get("country_code"),
                "longitude": plain(longitude) if has_coordinates else None,
                "latitude": plain(latitude) if has_coordinates else None,
                "typeOfCoordinates": COORDINATES if has_coordinates else None,
                "unLoCode": master.get("unlocode"),
            },
        }


def _day(stamp: str | None) -> date | None:
    try:
        return date.fromisoformat(form.day_from(stamp) or "")
    except ValueError:
        return None


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["installation_code"], row["process_code"]


def _weights(
    goods: list[dict], shipped: dict[tuple[str, str], Decimal], made: dict[tuple[str, str], Decimal]
) -> dict[tuple[str, str], Decimal]:
    """By installation and process: what was shipped, or what was made where nothing of them was."""
    weights = {_key(row): shipped.get(_key(row), Decimal(0)) for row in goods}
    if any(weights.values()):
        return weights
    return {key: made.get(key, Decimal(0)) for key in weights}


def _split(mass: Decimal, weights: dict[tuple[str, str], Decimal]) -> dict[tuple[str, str], Decimal]:
    """Mass by weight in whole grams; the last takes what rounding leaves, so that the parts add up. Nothing
    where several share it and none has weight.
    """
    weighted = weights if len(weights) == 1 else {key: weight for key, weight in weights.items() if weight}
    if not weighted:
        return {}
    total = sum(weighted.values())
    *others, last = weighted
    parts = {key: (mass * weighted[key] / total).quantize(_TONNES) for key in others}
    return parts | {last: mass - sum(parts.values())}


def _codes_of(installation: dict[str, Any]) -> list[str]:
    """Every identifier the request gives an installation."""
    ids = form.at(installation, "installationIdentification", "installationIds") or {}
    listed = [form.at(other, "value") for other in ids.get("otherIds") or ()]
    return [code for code in (ids.get("installationCbamId"), *listed) if code]


def _without_nothing(value: Any) -> Any:
    """Keys that have nothing are left out: the form has no null."""
    if isinstance(value, dict):
        return {key: _without_nothing(below) for key, below in value.items() if below is not None}
    return [_without_nothing(entry) for entry in value] if isinstance(value, list) else value


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 all that was asked is told, 1 something is not, 2 no such request or no readers' copy."""
    parser = argparse.ArgumentParser(
        "lingtan catena-x-response", description="Answer a customer's CBAM request by Catena-X."
    )
    parser.add_argument("request", metavar="REQUEST", type=Path, help="the request, as JSON")
    parser.add_argument("--out", metavar="FILE", type=Path, help="other file than one in out/catena_x")
    asked = parser.parse_args(argv)
    if not asked.request.is_file():
        raise LingtanError(f"{asked.request} cannot be opened: there is no such file")
    settings = lingtan_settings.load()
    answer = respond(asked.request.read_bytes(), settings)
    file = asked.out or settings.out / catena_x.FOLDER / f"{asked.request.stem}_response.json"
    print(arguments.shown(catena_x.write(answer.message, file)))
    for finding in answer.unanswered:
        print(f"not told: {finding.column}: {finding.sentence}", file=sys.stderr)
    return 1 if answer.unanswered else 0
