"""The CBAM request to a supplier by Catena-X, for the goods received from it in a year:
`lingtan catena-x-request SUPPLIER YEAR --sender BPNL --receiver BPNL`.

Receipts stand in the warehouse, not in the readers' copy: while the warehouse is being written, this waits.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from lingtan import arguments
from lingtan import settings as lingtan_settings
from lingtan.errors import LingtanError
from lingtan.publish import catena_x
from lingtan.settings import Settings
from lingtan.sources import catena_x_form as form
from lingtan.sql import text

# what a response can tell and we can use
ELEMENTS = (
    "cnCode",
    "productIds",
    "businessTransactionDetails",
    "operatorIdentification",
    "operatorNetMass",
    "installationIdentification",
    "installationNetMass",
    "activityData",
    "productionMethod",
    "directEmissions",
    "indirectEmissions",
    "freeAllocationFactor",
    "attestationOfConformance",
    "carbonPricePaid",
)
# goods under CBAM alone; a lot of unknown producer stands as the form has it: without identifier
RECEIVED = """
select
    receipts.cn_code, receipts.item_code, min(items.name) as item_name,
    nullif(receipts.producer_installation_code, 'unknown') as producer_installation_code,
    string_agg(receipts.receipt_code, ' ' order by receipts.receipt_code) as receipt_codes,
    sum(receipts.mass_t) as mass_t
from intermediate.int_receipts_matched_to_answers as receipts
inner join reference.cbam_goods as goods
    on receipts.cn_code = goods.cn_code and goods.valid_from <= receipts.received_on
    and (goods.valid_until is null or receipts.received_on < goods.valid_until)
left join staging.stg_items as items
    on receipts.item_code = items.item_code and items.valid_from <= receipts.received_on
    and (items.valid_until is null or receipts.received_on < items.valid_until)
where receipts.supplier_code = {supplier} and extract(year from receipts.received_on) = {year}
group by receipts.cn_code, receipts.item_code, receipts.producer_installation_code
order by 1, 2, 4 nulls last
"""


class NothingReceivedError(LingtanError):
    """No good under CBAM came from the supplier in the year."""


def request(
    supplier: str, year: int, sender: str, receiver: str, settings: Settings | None = None
) -> dict[str, Any]:
    """The request; `sender` and `receiver` are business partner numbers, decimals are exact.

    Raises NothingReceivedError, and LingtanError when nothing was ever built.
    """
    from lingtan import warehouse

    settings = settings or lingtan_settings.load()
    with warehouse.lock(settings), warehouse.connect(settings, read_only=True) as built:
        received = built.query(RECEIVED.format(supplier=text(supplier), year=int(year))).to_pylist()
    if not received:
        raise NothingReceivedError(f"no good under CBAM was received from {supplier} in {year}")
    return {
        "header": catena_x.header(form.REQUEST, sender, receiver),
        "content": {
            "requestedElements": list(ELEMENTS),
            "companyIds": {
                "requestingCompanyIds": [{"key": "BPNL", "value": sender}],
                "respondingCompanyIds": [
                    {"key": "Supplier-ID", "value": supplier},
                    {"key": "BPNL", "value": receiver},
                ],
            },
            "good": [
                _good(list(lots), year)
                for _, lots in groupby(received, lambda row: (row["cn_code"], row["item_code"]))
            ],
        },
    }


def _good(lots: list[dict[str, Any]], year: int) -> dict[str, Any]:
    """One item under its CN code; who operates the installations that made it is the supplier's to tell."""
    first, last = catena_x.period(year)
    mass = _sum(lots)
    receipts = sorted({code for lot in lots for code in lot["receipt_codes"].split()})
    return {
        "cnCode": lots[0]["cn_code"],
        "productIds": [{"key": "Customer_Part_ID", "value": lots[0]["item_code"]}],
        "productDescription": lots[0]["item_name"] or lots[0]["item_code"],
        "businessTransactionDetails": {
            "transactionReferenceDocuments": [{"key": "receipt", "value": code} for code in receipts],
            "requestReferencePeriodStart": first,
            "requestReferencePeriodEnd": last,
            "requestNetMass": mass,
        },
        "operator": [{"operatorNetMass": mass, "installation": [_installation(lot) for lot in lots]}],
    }


def _installation(lot: dict[str, Any]) -> dict[str, Any]:
    code = lot["producer_installation_code"]
    if code is None:
        return {"installationNetMass": lot["mass_t"]}
    ids = {"otherIds": [{"key": "Installation-ID", "value": code}]}
    return {
        "installationIdentification": {"installationIds": ids},
        "installationNetMass": lot["mass_t"],
    }


def _sum(lots: Iterable[dict[str, Any]]) -> Decimal:
    return sum((lot["mass_t"] for lot in lots), Decimal(0))


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 written, 2 nothing was received or nothing is built."""
    parser = argparse.ArgumentParser(
        "lingtan catena-x-request", description="Ask a supplier for CBAM figures by Catena-X."
    )
    parser.add_argument("supplier", metavar="SUPPLIER", help="code of the party")
    parser.add_argument("year", metavar="YEAR", type=arguments.year, help="calendar year of receipt")
    parser.add_argument("--sender", metavar="BPNL", required=True, help="our business partner number")
    parser.add_argument("--receiver", metavar="BPNL", required=True, help="the supplier's")
    parser.add_argument("--out", metavar="FILE", type=Path, help="other file than one in out/catena_x")
    asked = parser.parse_args(argv)
    settings = lingtan_settings.load()
    message = request(asked.supplier, asked.year, asked.sender, asked.receiver, settings)
    name = f"{asked.supplier}_{asked.year}_request.json".replace("/", "_")
    file = catena_x.write(message, asked.out or settings.out / catena_x.FOLDER / name)
    print(arguments.shown(file))
    return 0
