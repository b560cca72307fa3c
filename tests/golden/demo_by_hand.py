"""Three of the demo's goods worked by hand from the manifest's totals.

Exact fractions of the manifest's decimals, and the factors as their sources print them; no line is shared
with the models.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from lingtan.samples.truth import Line, StreamTotal, Year

# GB/T 32151.22-2024 table C.1: 38.931 GJ per 1,000 m3 at 0 °C, 15.3 kg C per GJ; 2025/2547: x 3.664, oxidised
# in full.
GAS_T_PER_M3_0C = Fraction("0.038931") * Fraction("15.3") * Fraction("3.664") / 1000
M3_0C_PER_M3_20C = Fraction("0.931775541532")  # 273.15 / 293.15
GRID_T_PER_MWH = Fraction("0.605")  # 2025/2621 Annex II, China
SODA_ASH, BICARBONATE = Fraction("0.415"), Fraction("0.524")  # t CO2 per t, 2025/2547 Annex II G table 3
STEAM_T_PER_GJ = Fraction("0.0967")  # the demo's seller
WIRE_ROD_CHINA = Fraction("3.169") * Fraction("1.1")  # 2025/2621 Annex I, China 7213, mark-up of 2026
ROD_OF_UNKNOWN_ORIGIN = Fraction("8.230") * Fraction("1.1")  # 2025/2621 Annex IV, 7213
ALUMINIUM_INDIA = Fraction("1.870") * Fraction("1.1")  # 2025/2621 Annex I, India 7601
CHP_HEAT, CHP_POWER = (
    Fraction("0.92"),
    Fraction("0.53"),
)  # 2025/2547 Annex III C, natural gas, from 2016, hot water
MILL_A = {
    "direct": Fraction("1.987"),
    "mwh": Fraction("0.355"),
    "factor": Fraction("0.712"),
}  # its answer for 2026
MILL_B = {
    "direct": Fraction("2.246"),
    "mwh": Fraction("0.381"),
    "factor": GRID_T_PER_MWH,
}  # its answer of June for March to May of 2026, power at the country's default
CLINKER_1 = {"direct": Fraction("0.842"), "mwh": Fraction("0.064")}  # its answer for 2026, per t of clinker
CLINKER_CHINA = Fraction("1.390") * Fraction("1.1")  # 2025/2621 Annex I, China 2523 10 00 90, mark-up of 2026
SMELTER_1 = {"direct": Fraction("1.598"), "mwh": Fraction("13.48"), "factor": GRID_T_PER_MWH}

KEPT = Fraction("0.975")  # of free allocation in 2026, 2003/87 Article 10a(1a)
# 2025/2620: column A for the process, column B by the origin's route for what it buys
FASTENING, ROD_BY_C = Fraction("0.038"), Fraction("1.364")  # 7318 15 88; 7213 91 49
EXTRUDING, INGOT_BY_K = (
    Fraction("0.060"),
    Fraction("1.423"),
)  # 7604 29 90; 7601 10 10, China's and India's route
GRINDING, CLINKER_BY_A = Fraction(0), Fraction("0.666")  # 2523 29 00; 2523 10 00, grey
# by default, China, with the mark-up of 2026, less column B by its route (C; K)
BOLT_BY_DEFAULT = Fraction("6.375") * Fraction("1.1") - KEPT * Fraction("1.364")
PROFILE_BY_DEFAULT = Fraction("4.881") * Fraction("1.1") - KEPT * Fraction("1.493")
CEMENT_BY_DEFAULT = Fraction("1.420") * Fraction("1.1") - KEPT * Fraction("0.666")
PRICE_QUARTER_1 = Fraction("75.36")  # EUR per certificate
PAID_FOR_EXTRUSION_EUR = Fraction(96000 - 16000) / 8  # the demo's pilot scheme, at its own rate

IN_TONNES = {"t": Fraction(1), "kg": Fraction(1, 1000)}


def total(lines: Iterable[Line], **of: str | tuple[str, ...]) -> Fraction:
    """Sum of manifest lines that agree in `of`; masses in tonnes."""
    chosen = [
        line
        for line in lines
        if all(line.of[name] in ((want,) if isinstance(want, str) else want) for name, want in of.items())
    ]
    assert chosen, f"the manifest has no line of {of}"
    return sum(
        (Fraction(line.amount) * IN_TONNES.get(line.unit, Fraction(1)) for line in chosen), Fraction(0)
    )


def cbam_amount(stream: StreamTotal, process: str) -> Fraction:
    """What a process took, its estimates on the safe side."""
    return Fraction(stream.attributed[process]) + Fraction(stream.on_the_safe_side[process])


def gas_t(year: Year, process: str) -> Fraction:
    stream = year.streams["NG"]
    assert stream.unit == "m3_20c"
    return cbam_amount(stream, process) * M3_0C_PER_M3_20C * GAS_T_PER_M3_0C


def grid_t(year: Year, process: str) -> Fraction:
    stream = year.streams["EL"]
    assert stream.unit == "kWh"
    return cbam_amount(stream, process) / 1000 * GRID_T_PER_MWH


def activity_level(year: Year, process: str, products: tuple[str, ...]) -> Fraction:
    return total(
        year.production, process=process, product=products, kind=("saleable", "internal", "off_spec_sold")
    )


def bolts(year: Year) -> dict[str, Fraction]:
    """CN-FAST, 7318 15: gas, bought steam, soda ash, rod of mill A (answered) and mill B (by default until
    its answer begins, by the answer from then on).
    """
    output = activity_level(year, "FASTENERS", ("BOLT-M12", "BOLT-M20", "NUT-M12"))
    rod = total(year.material_use, process="FASTENERS", component="WIRE-ROD", kind="item")
    received = total(year.receipts, item="WIRE-ROD")
    of_a = total(year.receipts, item="WIRE-ROD", producer="CN-MILL-A") / received
    of_b = total(year.receipts, item="WIRE-ROD", producer="CN-MILL-B") / received
    silent = total(year.receipts, producer="CN-MILL-B", made=("2026-01", "2026-02")) / received
    direct = (
        gas_t(year, "FASTENERS")
        + total(year.flows, carrier="heat", **{"from": "outside"}, to="FASTENERS") * STEAM_T_PER_GJ
        + total(year.documents, stream="SODA") * SODA_ASH
        + rod * of_a * MILL_A["direct"]
        + rod * (of_b - silent) * MILL_B["direct"]
        + rod * silent * WIRE_ROD_CHINA
    )
    indirect = (
        grid_t(year, "FASTENERS")
        + rod * of_a * MILL_A["mwh"] * MILL_A["factor"]
        + rod * (of_b - silent) * MILL_B["mwh"] * MILL_B["factor"]
    )
    default = (
        rod * of_a * MILL_A["direct"] * Fraction("0.06")
        + rod * (of_b - silent) * MILL_B["direct"] * Fraction("0.05")
        + rod * silent * WIRE_ROD_CHINA
    )
    allocation = KEPT * (FASTENING + rod / output * ROD_BY_C)
    return {
        "direct": direct / output,
        "indirect": indirect / output,
        "default_share": default / direct,
        "sefa": allocation,
        "certificates": direct / output - allocation,
        "by_default": BOLT_BY_DEFAULT,
    }


def profiles(year: Year) -> dict[str, Fraction]:
    """CN-ALU, 7604 29: furnaces, boiler and CHP that feed each other, flue-gas sorbent, ingot of two
    smelters.
    """
    output = activity_level(year, "EXTRUSION", ("PROFILE-6063", "PROFILE-RAIL", "TUBE-6061"))

    def flow(carrier: str, giver: str, taker: str | tuple[str, ...]) -> Fraction:
        return total(year.flows, carrier=carrier, **{"from": giver}, to=taker)

    boiler_gj = flow("heat", "BOILER", ("CHP", "EXTRUSION", "ANODISING"))
    chp_gj = flow("heat", "CHP", ("EXTRUSION", "ANODISING"))
    chp_mwh = flow("electricity", "CHP", ("BOILER", "EXTRUSION", "SITE"))
    heat_part = chp_gj / CHP_HEAT / (chp_gj / CHP_HEAT + chp_mwh * Fraction("3.6") / CHP_POWER)  # Eq 49
    boiler_to_chp, power_to_boiler = flow("heat", "BOILER", "CHP"), flow("electricity", "CHP", "BOILER")
    boiler_gas, chp_gas = gas_t(year, "BOILER"), gas_t(year, "CHP")
    # Direct: heat carries what the boiler burns; its electricity would be indirect.
    boiler = boiler_gas / boiler_gj
    chp_heat = heat_part * (chp_gas + boiler_to_chp * boiler) / chp_gj
    own = gas_t(year, "EXTRUSION") + total(year.documents, stream="NAHCO3") * BICARBONATE
    boiler_to_good, chp_to_good = flow("heat", "BOILER", "EXTRUSION"), flow("heat", "CHP", "EXTRUSION")
    own_direct = own + boiler_to_good * boiler + chp_to_good * chp_heat
    # All edges: b = (Fb + P e) / B and e = (1 - h)(Fc + X b) / E, with e put into b and solved for b.
    into_power = (1 - heat_part) / chp_mwh
    boiler_all = (boiler_gas + power_to_boiler * into_power * chp_gas) / (
        boiler_gj - power_to_boiler * into_power * boiler_to_chp
    )
    power_all = into_power * (chp_gas + boiler_to_chp * boiler_all)
    chp_heat_all = heat_part * (chp_gas + boiler_to_chp * boiler_all) / chp_gj
    own_all = (
        own
        + boiler_to_good * boiler_all
        + chp_to_good * chp_heat_all
        + flow("electricity", "CHP", "EXTRUSION") * power_all
    )
    ingot = total(year.material_use, process="EXTRUSION", component="INGOT", kind="item")
    of_1 = total(year.receipts, item="INGOT", producer="CN-SMELT-1") / total(year.receipts, item="INGOT")
    direct = own_direct + ingot * of_1 * SMELTER_1["direct"] + ingot * (1 - of_1) * ALUMINIUM_INDIA
    indirect = (
        own_all
        - own_direct
        + grid_t(year, "EXTRUSION")
        + ingot * of_1 * SMELTER_1["mwh"] * SMELTER_1["factor"]
    )
    default = ingot * of_1 * SMELTER_1["direct"] * Fraction("0.04") + ingot * (1 - of_1) * ALUMINIUM_INDIA
    allocation = KEPT * (EXTRUDING + ingot / output * INGOT_BY_K)
    paid = PAID_FOR_EXTRUSION_EUR / output / PRICE_QUARTER_1
    return {
        "direct": direct / output,
        "indirect": indirect / output,
        "default_share": default / direct,
        "sefa": allocation,
        "certificates": direct / output - allocation - paid,
        "by_default": PROFILE_BY_DEFAULT,
    }


def cement(year: Year) -> dict[str, Fraction]:
    """CN-CEM, 2523 29, the Portland cement: power alone, and clinker of two works. `direct`, `indirect` and
    `counted` are per tonne of clinker, the rest per tonne of cement by what it holds.
    """
    output = total(year.clinker, process="GRINDING")
    holds = total(year.clinker, product="CEM-PO425") / total(year.production, product="CEM-PO425")
    clinker = total(year.material_use, process="GRINDING", component="CLINKER", kind="item")
    of_1 = total(year.receipts, producer="CN-CLINK-1") / total(year.receipts, item="CLINKER")
    by_default = clinker * (1 - of_1) * CLINKER_CHINA
    bought_power = clinker * of_1 * CLINKER_1["mwh"] * GRID_T_PER_MWH
    direct = clinker * of_1 * CLINKER_1["direct"] + by_default
    indirect = grid_t(year, "GRINDING") + bought_power
    counted = (direct + indirect) / output  # no good of Annex II, nor is its clinker
    allocation = KEPT * (GRINDING + clinker / output * holds * CLINKER_BY_A)
    return {
        "direct": direct / output,
        "indirect": indirect / output,
        "counted": counted,
        "holds": holds,
        # the answer leaves the factor of its power to the country's default
        "default_share": (by_default + bought_power) / (direct + indirect),
        "per_t": counted * holds,
        "sefa": allocation,
        "certificates": counted * holds - allocation,
        "by_default": CEMENT_BY_DEFAULT,
    }
