"""What the works ship to importers, what they paid for carbon and at which rates, and what a verifier states
of a supplier, as tables of CSV values.

All invented, the exchange rate too.
"""

from __future__ import annotations

from datetime import date

from lingtan.samples.company import Table

_SHIPMENT = (
    "Works", "Shipment", "Product", "Importer", "Released", "Net mass", "Unit", "CN code", "Country",
)  # fmt: skip

# by the day on which the forwarder sends the list of a quarter, or of what the demo saw of it
SHIPMENTS = {
    date(2026, 3, 31): Table(
        _SHIPMENT,
        (
            ("CN-FAST", "S-2601", "BOLT-M20", "HANSE-FIX", "2026-02-10", "48.6", "t", "73181588", "DE"),
            ("CN-ALU", "S-2602", "PROFILE-6063", "RHINE-ALU", "2026-03-18", "24", "t", "76042990", "NL"),
            ("CN-CEM", "S-2607", "CEM-PO425", "ADRIA-CEM", "2026-03-24", "1200", "t", "25232900", "IT"),
        ),
    ),
    date(2026, 6, 30): Table(
        _SHIPMENT,
        (
            ("CN-FAST", "S-2603", "BOLT-M12", "HANSE-FIX", "2026-05-06", "18200", "kg", "73181588", "DE"),
            ("CN-FAST", "S-2603", "NUT-M12", "HANSE-FIX", "2026-05-06", "12500", "kg", "73181692", "DE"),
            ("CN-ALU", "S-2604", "TUBE-6061", "RHINE-ALU", "2026-06-22", "20.4", "t", "76082089", "NL"),
            ("CN-CEM", "S-2608", "CEM-PC425", "ADRIA-CEM", "2026-06-16", "900", "t", "25232900", "IT"),
        ),
    ),
    date(2026, 9, 30): Table(
        _SHIPMENT,
        (
            ("CN-ALU", "S-2605", "PROFILE-RAIL", "RHINE-ALU", "2026-08-11", "3.8", "t", "76042990", "NL"),
            ("CN-FAST", "S-2606", "BOLT-M12", "BRIT-BOLT", "2026-09-03", "15", "t", "73181588", "GB"),
        ),
    ),
}

CARBON_PRICES = Table(
    (
        "installation_code", "process_code", "scheme", "period_from", "period_until", "covered_t_co2e",
        "free_allowances_t_co2e", "amount", "currency", "rebate_amount", "certified_by", "evidence",
    ),
    (
        (
            "CN-ALU", "EXTRUSION", "Demo provincial pilot", "2026-01-01", "2026-07-01", "3000", "2000",
            "96000", "CNY", "16000", "Demo Assurance", "settlement 2026-07",
        ),
    ),
)  # fmt: skip

ATTESTATIONS = Table(
    (
        "attestation_code", "verifier_name", "accreditation_number", "producer_installation_code", "cn_code",
        "period_from", "period_until", "scope", "issued_on", "is_satisfactory", "document_ref",
    ),
    (
        (
            "DV-2026-014", "Demo Verification", "DEMO V 001", "CN-MILL-B", "72139149",
            "2026-03-01", "2026-06-01", "see", "2026-08-14", "true", "archive/DV-2026-014",
        ),
    ),
)  # fmt: skip

EXCHANGE_RATES = Table(
    ("currency", "valid_from", "valid_until", "per_eur", "source"),
    (("CNY", "2026-01-01", "2027-01-01", "8", "invented for the demo"),),
)
