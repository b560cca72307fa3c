"""Catena-X over the demo's January: customers are told what was published, suppliers asked what came."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from lingtan import warehouse
from lingtan.publish import catena_x, catena_x_request, catena_x_response, publish
from lingtan.settings import Settings
from lingtan.sources import catena_x_form as form


@pytest.fixture(scope="module")
def demo(demo_january) -> Settings:
    made, _ = demo_january
    publish(made)
    return made


def test_a_response_tells_the_published_figures(demo: Settings) -> None:
    with warehouse.connect(demo, read_only=True) as built:
        goods = built.query(
            "select * from marts.fct_cbam_embedded_emissions where status <> 'absent' order by figure_key"
        ).to_pylist()
    assert goods
    for good in goods:
        transaction = {
            "requestReferencePeriodStart": f"{good['reporting_year']}-01-01T00:00:00Z",
            "requestReferencePeriodEnd": f"{good['reporting_year']}-12-31T23:59:59Z",
            "requestNetMass": 12,
        }
        request = {
            "header": {"context": form.CONTEXT.format(kind=form.REQUEST)},
            "content": {
                "good": [{"cnCode": good["cn_code"], "businessTransactionDetails": transaction}],
            },
        }

        answer = catena_x_response.respond(json.dumps(request).encode(), demo)

        message = form.parse(catena_x.encoded(answer.message), form.RESPONSE)
        assert form.doubts(message) == []
        (told,) = [record.record for record in form.records(message)]
        direct = form.number(told, "directEmissions", "specificEmbeddedEmissionsDirect")
        assert direct == good["see_direct_t_co2e_per_t"]
        electricity = form.number(told, "indirectEmissions", "electricityConsumedMwhPerTonnesGood")
        per_t = good["embedded_electricity_mwh_per_fu"] * good["functional_units_per_t"]
        assert electricity is None or electricity == per_t.quantize(Decimal("1e-12"))
        assert told["activityData"]["netMass"] == 12


def test_a_request_asks_for_what_the_receipts_say(demo: Settings) -> None:
    with warehouse.connect(demo, read_only=True) as built:
        received = built.query(
            "select supplier_code, sum(mass_t) as mass_t from intermediate.int_receipts_matched_to_answers"
            " where cn_code in (select cn_code from reference.cbam_goods)"
            " and extract(year from received_on) = 2026 group by 1"
        ).to_pylist()
    assert received
    for row in received:
        message = catena_x_request.request(row["supplier_code"], 2026, "BPNL-US", "BPNL-THEM", demo)

        assert form.doubts(form.parse(catena_x.encoded(message), form.REQUEST)) == []
        asked = [good["businessTransactionDetails"]["requestNetMass"] for good in message["content"]["good"]]
        assert sum(asked, Decimal(0)) == row["mass_t"]
