"""One emissions record of a response by Catena-X: a good's figure of a year, in the keys of the form."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lingtan.numbers import plain
from lingtan.publish import catena_x
from lingtan.sources import catena_x_form as form

if TYPE_CHECKING:
    import duckdb

Told = tuple[Any, str | None]  # what stands in the record, and what is not told and why

# the electricity of own processes, by the grid factor it was counted at; null = at no grid's
OWN_ELECTRICITY = """
select
    grid_factors.factor_id,
    any_value(grid_factors.publisher || ', ' || grid_factors.source_locator) as source,
    any_value(grid_factors.amount_kg_per_unit) as factor_t_co2e_per_mwh, -- kg per kWh is t per MWh
    sum(leaves.emissions_t_co2e_per_fu) as emissions
from marts.fct_footprint_contributions as leaves
left join marts.dim_grid_factors as grid_factors
    on leaves.factor_id = grid_factors.factor_id and leaves.leaf_kind = 'grid_electricity'
where leaves.figure_key = $key and leaves.component = 'own_indirect' and leaves.emissions_t_co2e_per_fu <> 0
group by grid_factors.factor_id
order by emissions desc
"""
# the statement that closes the figure
ATTESTATION = """
select attestation_code, verifier_name, accreditation_number, issued_on, document_ref
from marts.fct_closing_attestations
where
    installation_code = $installation and process_code = $process and cn_code = $cn_code
    and reporting_year = $year
"""
ATTESTATION_TYPE = "CBAM third party verification"  # the form's own example
ATTESTATION_STANDARD = "Implementing Regulation (EU) 2025/2546"
GRID, OF_COMMISSION, OTHER_SOURCE = "SOE03", "02", "01"
_PLACES = Decimal("1e-12")


def record(
    copy: duckdb.DuckDBPyConnection, good: dict[str, Any], mass: Decimal, asked: frozenset[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The record of `mass` tonnes of a good (a row of the mart and its `aggregated_good`), and by element why
    something asked is not in it. `asked` names elements of the form; nothing asks for all.
    """
    first, last = catena_x.period(good["reporting_year"])
    method = form.method_of(good["aggregated_good"] or "")
    told: dict[str, Any] = {
        "productionMethod": {"methodId": method} if method else None,
        "activityData": {"referencePeriodStart": first, "referencePeriodEnd": last, "netMass": mass},
    }
    unanswered = {}
    if method is None:
        of = good["aggregated_good"] or good["cn_code"]
        unanswered["productionMethod/methodId"] = f"that of {of} hangs on the route, which is not told"
    absent = _absent(good)
    for element, (value, because) in {
        "directEmissions": (None, absent) if absent else _direct(good),
        "indirectEmissions": (None, absent) if absent else _indirect(copy, good),
        "freeAllocationFactor": (None, absent)
        if absent
        else (good["sefa_t_co2e_per_t"], good["sefa_absent_because"]),
        "attestationOfConformance": (None, absent) if absent else _attestation(copy, good),
        "carbonPricePaid": (None, _no_carbon_price(good)),
    }.items():
        if asked and element not in asked:
            continue
        told[element] = value
        if because:
            unanswered[element] = because
    return told, unanswered


def rows(copy: duckdb.DuckDBPyConnection, sql: str, **asked: Any) -> list[dict[str, Any]]:
    """Rows of the readers' copy; decimals stay decimals."""
    found = copy.execute(sql, asked)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _absent(good: dict[str, Any]) -> str | None:
    """Why no figure per tonne of the good can be told."""
    if good["status"] == "absent":
        return good["absent_because"]
    if good["see_direct_t_co2e_per_t"] is None:
        return f"the figure is per {good['functional_unit']}, and how many a tonne holds is not known"
    return None


def _direct(good: dict[str, Any]) -> Told:
    words = (
        f"Figure {good['figure_key']}, {good['status']}, evidence {good['evidence_rung']}; "
        f"{plain(good['default_share'])} of the counted emissions rest on default values"
    )
    see_direct = good["see_direct_t_co2e_per_t"]
    return {"additionalInformation": words, "specificEmbeddedEmissionsDirect": see_direct}, None


def _indirect(copy: duckdb.DuckDBPyConnection, good: dict[str, Any]) -> Told:
    per_fu, emissions = good["embedded_electricity_mwh_per_fu"], good["see_indirect_t_co2e_per_t"]
    if emissions is None:
        return None, good["indirect_absent_because"]
    if not per_fu:
        return None, "no electricity is embodied that could carry a factor"
    electricity = (per_fu * good["functional_units_per_t"]).quantize(_PLACES)
    own = rows(copy, OWN_ELECTRICITY, key=good["figure_key"].removesuffix("see_counted") + "see_indirect")
    if not own or own[0]["factor_id"] is None:
        return None, "most of the own electricity comes from no grid, and the copy does not tell whence"
    source, factor = own[0]["source"] or own[0]["factor_id"], own[0]["factor_t_co2e_per_mwh"]
    is_of_grid = len(own) == 1 and abs(electricity * factor - emissions) <= form.SEE_STEP / 2
    if not is_of_grid:
        factor = (emissions / electricity).quantize(_PLACES)
        source = f"mean of all electricity embodied, that of precursors included; own processes: {source}"
    told = {
        "sourceOfEmissionFactor": OF_COMMISSION if is_of_grid else OTHER_SOURCE,
        "emissionFactorTonnesCo2PerMwh": factor,
        "sourceOfEmissionFactorValue": source,
        "specificEmbeddedEmissionsIndirect": emissions,
        "electricityConsumedMwhPerTonnesGood": electricity,
        "sourceOfElectricity": GRID,
    }
    if len(own) > 1:
        return told, "sourceOfElectricity holds one code: that of the largest part of own electricity"
    return told, None


def _attestation(copy: duckdb.DuckDBPyConnection, good: dict[str, Any]) -> Told:
    year = good["reporting_year"]
    found = rows(
        copy,
        ATTESTATION,
        installation=good["installation_code"],
        process=good["process_code"],
        cn_code=good["cn_code"],
        year=year,
    )
    if not found:
        return None, f"no satisfactory statement holds all of {year}"
    statement = found[0]
    is_web_address = statement["document_ref"].startswith(("https://", "http://"))
    told = {
        "attestationType": ATTESTATION_TYPE,
        "attestationStandard": ATTESTATION_STANDARD,
        "providerName": statement["verifier_name"],
        "providerId": statement["accreditation_number"],
        "attestationOfConformanceId": statement["attestation_code"],
        "attestationOfConformanceLink": statement["document_ref"] if is_web_address else None,
        "completedAt": f"{statement['issued_on']}T00:00:00Z",
    }
    without = (
        "" if is_web_address else " and attestationOfConformanceLink, for the statement has no web address"
    )
    return told, f"of the statement standardName and accreditationBodyName are not landed{without}"


def _no_carbon_price(good: dict[str, Any]) -> str:
    if good["carbon_price_paid_eur_per_fu"] is None:
        return good["carbon_price_absent_because"] or "no carbon price paid is known"
    return "who certified the price paid is not in the readers' copy, and the form asks for it"
