"""The demo company's files: same bytes always, sums as the manifest states, faults where it says they are."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

from lingtan import catalog, contracts, samples
from lingtan.errors import ConfigurationError
from lingtan.samples import counter, dirt
from lingtan.samples.company import PREFIX
from lingtan.samples.truth import Manifest
from lingtan.settings import PROJECT

SOURCES = yaml.safe_load((PROJECT / "include" / "sources.yml").read_text(encoding="utf-8"))["sources"]
# Across a new year, with every kind of fault but one estimate, and an invoice that comes again corrected.
SINCE, UNTIL = date(2025, 10, 16), date(2026, 1, 20)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    folder = tmp_path_factory.mktemp("demo")
    return folder, samples.write(folder, since=SINCE, until=UNTIL)


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def rows_of(file: Path, source: dict) -> list[dict[str, object]]:
    """A file as a stranger reads it by sources.yml: one dict per row, with `row` as a person counts."""
    if source["format"] == "csv":
        with file.open(encoding=source.get("encoding", "utf-8"), newline="") as lines:
            reader = csv.reader(lines, delimiter=source.get("delimiter", ","))
            header = [*next(reader), "row"]
            return [
                dict(zip(header, [*line, number], strict=True)) for number, line in enumerate(reader, start=2)
            ]
    sheet = load_workbook(file, read_only=True)[source["sheet"]]
    cells = list(sheet.iter_rows(values_only=True))
    header = cells[source["header_row"] - 1]
    below = enumerate(cells[source["header_row"] :], start=source["header_row"] + 1)
    return [{**dict(zip(header, line, strict=True)), "row": number} for number, line in below]


def header_of(file: Path, source: dict) -> set[str]:
    if source["format"] == "csv":
        with file.open(encoding=source.get("encoding", "utf-8"), newline="") as lines:
            return set(next(csv.reader(lines, delimiter=source.get("delimiter", ","))))
    return set(rows_of(file, source)[0]) - {"row"}


def count_of(file: Path, source: dict) -> int:
    """Rows below the header; no cell of the demo's CSV files holds a line break."""
    return file.read_bytes().count(b"\n") - 1 if source["format"] == "csv" else len(rows_of(file, source))


def files_of(folder: Path, source: dict) -> list[Path]:
    return sorted((folder / source["location"]).glob(source["files"]))


def distinct(files: list[Path]) -> list[Path]:
    return list({hashlib.sha256(file.read_bytes()).hexdigest(): file for file in files}.values())


def amount(text: object) -> Decimal:
    return Decimal(str(text).replace(",", "."))


def day_after(day: date) -> date:
    return day + timedelta(days=1)


def test_the_same_files_come_out_of_every_process(tmp_path: Path):
    script = (
        "import sys; from datetime import date; from pathlib import Path; from lingtan import samples;"
        "samples.write(Path(sys.argv[1]), since=date(2025, 11, 29), until=date(2025, 12, 5))"
    )
    for name, seed in (("one", "1"), ("two", "2")):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", script, str(tmp_path / name)], check=True, env=environment)

    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")
    assert len(hashes(tmp_path / "one")) > 50


def test_day_by_day_equals_all_at_once(tmp_path: Path):
    first, last = date(2026, 3, 29), date(2026, 4, 9)  # a month's end, a correction, a workbook sent again
    at_once = samples.write(tmp_path / "once", since=first, until=last)
    day = first
    while day <= last:
        by_day = samples.write(tmp_path / "daily", since=first, until=day)
        day = day_after(day)

    assert hashes(tmp_path / "once") == hashes(tmp_path / "daily")
    assert by_day == at_once


def test_a_day_does_not_depend_on_the_days_before_it(tmp_path: Path):
    samples.write(tmp_path / "late", since=date(2026, 4, 16), until=date(2026, 4, 17))
    samples.write(tmp_path / "early", since=date(2026, 4, 10), until=date(2026, 4, 17))
    late, early = hashes(tmp_path / "late"), hashes(tmp_path / "early")
    late.pop("manifest.json")

    assert late.items() <= early.items()


def test_a_file_that_lies_there_is_not_written_again(tmp_path: Path):
    samples.write(tmp_path, since=date(2026, 4, 16), until=date(2026, 4, 16))
    [file] = (tmp_path / "inbox/fastener/meters").iterdir()
    file.write_text("changed by its reader", encoding="utf-8")

    samples.write(tmp_path, since=date(2026, 4, 16), until=date(2026, 4, 17))

    assert file.read_text(encoding="utf-8") == "changed by its reader"
    assert len(list((tmp_path / "inbox/fastener/meters").iterdir())) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": date(2025, 8, 31)},
        {"until": date(2026, 1, 1), "since": date(2026, 1, 2)},
        {"until": date(2026, 11, 2), "since": date(2026, 11, 1)},
        {"until": date(2026, 1, 1), "scenario": "less_scrap"},
    ],
)
def test_a_period_or_scenario_the_demo_does_not_have_is_refused(tmp_path: Path, wrong: dict):
    with pytest.raises(ConfigurationError):
        samples.write(tmp_path, **wrong)


def test_the_last_day_is_the_last(tmp_path: Path):
    stated = samples.write(tmp_path, since=date(2026, 10, 31), until=date(2027, 1, 1))

    assert stated.until == date(2026, 10, 31)
    issued = {file.stem.split("issued_")[1] for file in (tmp_path / "inbox").rglob("*.*") if file.is_file()}
    assert max(issued) == "20261101T0000"


def test_every_file_belongs_to_a_source_and_every_header_is_known(demo: tuple[Path, Manifest]):
    folder, _ = demo
    seen: set[Path] = set()
    for name, source in SOURCES.items():
        stamp = source.get("timestamp", {}).get("column")
        mapped = {column for column in source["columns"].values() if isinstance(column, str)}
        mapped |= {c["header"] for c in source["columns"].values() if isinstance(c, dict) and "header" in c}
        known = mapped | set(source.get("ignore", ())) | ({stamp} if stamp else set())
        for file in files_of(folder, source):
            seen.add(file)
            assert header_of(file, source) == known, (name, file.name)

    on_disk = {file for file in (folder / "inbox").rglob("*") if file.is_file()}
    assert on_disk == seen


def test_sources_yml_is_read_without_complaint_and_feeds_every_table(house):
    known = catalog.load(
        type(house)(**{**house.__dict__, "sources_file": PROJECT / "include" / "sources.yml"})
    )

    # no works of the demo measures a stack, buys power from a known generator or has a grid factor of its own
    assert {source.table for source in known.values()} == set(contracts.names()) - {
        "emission_measurements", "electricity_contracts", "own_grid_factors",
    }  # fmt: skip


def test_sources_are_due_inside_the_demo_dates_only():
    due = {name: source["due"] for name, source in SOURCES.items() if "due" in source}

    assert {(entry["from"], entry["until"]) for entry in due.values()} == {
        (samples.FIRST_DAY, day_after(samples.LAST_DAY))
    }
    assert {name for name, entry in due.items() if entry["every"] == "day"} == {
        f"{works}_{paper}"
        for works in ("fastener", "aluminium", "cement")
        for paper in ("meters", "production", "materials")
    }
    assert not [name for name in due if name.startswith("master_")]


def test_the_books_of_every_source_count_what_lies_in_its_files(demo: tuple[Path, Manifest]):
    folder, stated = demo
    for name, source in SOURCES.items():
        files = files_of(folder, source)
        if not files:  # comes later than the demo's last day here, or never: no supplier sends a workbook
            assert name not in stated.sources
            continue
        books = stated.sources[name]

        assert books.files == len(files), name
        assert books.distinct_files == len(distinct(files)), name
        assert books.rows == sum(count_of(file, source) for file in distinct(files)), name
        assert books.rows == books.accepted + sum(books.rejected.values()) + books.superseded, name


def test_meter_totals_are_what_the_files_sum_to(demo: tuple[Path, Manifest]):
    """Settled here by hand: the latest file per meter and time wins, what fits no number or unit is out."""
    folder, stated = demo
    units = {
        (row["installation_code"], row["meter_code"]): row["unit"]
        for file in files_of(folder, SOURCES["master_meters"])
        for row in rows_of(file, SOURCES["master_meters"])
    }
    for name, code in (
        ("fastener_meters", "CN-FAST"),
        ("aluminium_meters", "CN-ALU"),
        ("cement_meters", "CN-CEM"),
    ):
        settled: dict[tuple[str, str], dict[str, object]] = {}
        for file in sorted(files_of(folder, SOURCES[name]), key=lambda file: file.stem.split("issued_")[1]):
            for row in rows_of(file, SOURCES[name]):
                if row["Reading"] != "n/a" and row["Unit"] == units.get((code, row["Meter"])):
                    settled[row["Meter"], row["Time"]] = row
        sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        estimated: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        slots: Counter[tuple[str, str]] = Counter()
        for (meter, time), row in settled.items():
            sums[time[:4], meter] += amount(row["Reading"])
            slots[time[:4], meter] += 1
            if row["Quality"] in "SE":
                estimated[time[:4], meter] += amount(row["Reading"])

        for year, of_year in stated.installations[code].items():
            for meter, total in of_year.meters.items():
                key = (year, meter)
                assert sums[key] == Decimal(total.amount), key
                assert estimated[key] == Decimal(total.estimated) + Decimal(total.substituted), key
                assert slots[key] == of_year.days * 96 - total.missing_slots, key


@pytest.mark.parametrize("works", ["fastener", "aluminium", "cement"])
def test_all_other_totals_are_what_the_files_sum_to(demo: tuple[Path, Manifest], works: str):
    folder, stated = demo
    code = {"fastener": "CN-FAST", "aluminium": "CN-ALU", "cement": "CN-CEM"}[works]
    words = {"good": "saleable", "second choice": "off_spec_sold", "rejected": "off_spec", "scrap": "scrap"}
    uses = {"bought": "item", "scrap bought": "bought_scrap", "scrap returned": "own_scrap"}

    def month(day: str) -> str:
        return "-".join(day.split(".")[:0:-1]) if "." in day else day[:7]

    def sums(source_name: str, key) -> dict:
        found: dict[tuple, Decimal] = defaultdict(Decimal)
        latest: dict[tuple, dict] = {}
        if source_name not in SOURCES:  # the grinding station sends no bills and passes no heat on
            return found
        for file in files_of(folder, SOURCES[source_name]):  # by name, hence by issue: a later workbook wins
            for row in rows_of(file, SOURCES[source_name]):
                if row["Unit"] not in ("L", "m3"):
                    latest[key(row), row.get("Receipt") or str(row.get("From"))] = row
        for (of, _), row in latest.items():
            when = str(row.get("Received") or row.get("From"))
            year = when[6:10] if "." in when else when[:4]
            found[(year, *of, row["Unit"])] += amount(row["Quantity"])
        return found

    def stated_lines(part: str) -> dict:
        return {
            (year, *line.of.values(), line.unit): Decimal(line.amount)
            for year, of_year in stated.installations[code].items()
            for line in getattr(of_year, part)
        }

    assert sums(f"{works}_energy_documents", lambda r: (r["Stream"], r["Kind"])) == stated_lines("documents")
    assert sums(
        f"{works}_flows", lambda r: (r["Carrier"], r["From process"], r["To process"])
    ) == stated_lines("flows")
    assert sums(
        f"{works}_production", lambda r: (r["Process"], r["Product"], words[r["Kind"]])
    ) == stated_lines("production")
    assert sums(
        f"{works}_materials", lambda r: (r["Process"], r["Material"], uses[r["Kind"]], r["Seller"])
    ) == stated_lines("material_use")
    assert sums(
        f"{works}_receipts",
        lambda r: (r["Item"], r["Seller"], r["Maker"], r["Origin"], month(r["Made from"])),
    ) == stated_lines("receipts")


def _day_of(file: str) -> date:
    return date.fromisoformat(Path(file).name.split("_")[1])


def test_planted_faults_stand_where_the_manifest_says(demo: tuple[Path, Manifest]):
    folder, stated = demo
    column = {"unreadable_value": "Reading", "unknown_unit": "Unit", "bare_gas_volume": "Unit"}
    column |= {"bare_power": "Unit", "unit_slip": "Unit"}
    column |= {"estimated": "Quality", "substituted": "Quality", "undeclared_meter": "Meter"}
    column |= {"invoice_in_wrong_dimension": "Unit", "zeros_ahead": "Reading"}
    elsewhere = {"estimated", "unknown_unit"}  # not in the months of this demo
    assert {fault.kind for fault in stated.planted} >= {*column, "duplicate_row", "corrected"} - elsewhere
    for fault in stated.planted:
        source = SOURCES[fault.source]
        assert fnmatch(Path(fault.file).name, source["files"])
        rows = {row["row"]: row for row in rows_of(folder / fault.file, source)}
        planted = [rows[number] for number in fault.rows]
        if fault.kind in column:
            assert {row[column[fault.kind]] for row in planted} == {fault.written}, fault
        elif fault.kind == "duplicate_row":
            one, other = ({**row, "row": None} for row in planted)
            assert one == other
        elif fault.kind == "resent_file":
            assert (folder / fault.file).read_bytes() == (folder / fault.answered_by).read_bytes()
            assert fault.file != fault.answered_by
        elif fault.kind == "gap":
            code = {prefix: works for works, prefix in PREFIX.items()}[fault.source.partition("_")[0]]
            [slots] = [f.slots for f in dirt.faults(code, _day_of(fault.file)) if f.kind == "gap"]
            kept = [row for row in rows.values() if row["Meter"] == fault.subject]
            assert (planted, len(kept)) == ([], 96 - slots)
        elif fault.kind == "corrected":
            right = rows_of(folder / fault.answered_by, source)
            assert [(row["Meter"], row["Time"]) for row in right] == [
                (row["Meter"], row["Time"]) for row in planted
            ]
            assert all(row["Revision"] == "1" for row in right)
            assert all(
                amount(first["Reading"]) < Decimal("0.6") * amount(now["Reading"])
                for first, now in zip(planted, right, strict=True)
            )
            assert len(right) == 8
        else:
            assert fault.kind == "above_nameplate" and len(planted) == 1


def test_both_years_hold_faults_of_every_weight():
    stated = samples.manifest(samples.LAST_DAY)
    kinds = defaultdict(set)
    for fault in stated.planted:
        issued = Path(fault.file).stem.split("_")[1]
        kinds[issued[:4]].add(fault.outcome)

    assert kinds["2025"] >= {"rejected", "superseded", "marked", "accepted", "nothing_new"}
    assert kinds["2026"] >= {"rejected", "superseded", "marked", "accepted", "nothing_new"}


def test_a_value_counts_as_corrected_from_the_day_the_correction_comes():
    before = samples.manifest(date(2026, 3, 31), since=date(2026, 3, 24))
    after = samples.manifest(date(2026, 4, 1), since=date(2026, 3, 24))

    def drawn(stated: Manifest) -> Decimal:
        return Decimal(stated.daily["CN-FAST"]["EL-DRAWING"][0])

    assert drawn(before) < drawn(after)
    assert [f.outcome for f in before.planted if f.kind == "corrected"] == ["accepted"]
    assert [f.outcome for f in after.planted if f.kind == "corrected"] == ["superseded"]
    assert before.sources["fastener_meters"].superseded == 0
    assert after.sources["fastener_meters"].superseded == 8


def test_a_rejected_invoice_is_a_gap_until_it_comes_corrected():
    before = samples.manifest(date(2026, 4, 8), since=date(2026, 3, 1)).year("CN-FAST", 2026)
    after = samples.manifest(date(2026, 4, 9), since=date(2026, 3, 1)).year("CN-FAST", 2026)

    assert {line.of["stream"] for line in before.documents} == {"EL", "NG", "HEAT"}
    assert {line.of["stream"] for line in after.documents} == {"EL", "NG", "HEAT", "SODA"}


def test_the_counter_goes_round_and_shows_what_has_passed_the_gas_station(demo: tuple[Path, Manifest]):
    """Differences of neighbouring readings by hand: five digits go round at 100 000, the exchange divides."""
    folder, _ = demo
    sheets = files_of(folder, SOURCES["fastener_counter"])
    rows = [row for file in sheets for row in rows_of(file, SOURCES["fastener_counter"])]
    [old, new] = rows_of(
        files_of(folder, SOURCES["master_meter_devices"])[0], SOURCES["master_meter_devices"]
    )
    passed, rounds = Decimal(0), 0
    for before, after in pairwise(rows):
        opening, closing = Decimal(before["表底数"]), Decimal(after["表底数"])
        if after["备注"] and not before["备注"]:
            passed += Decimal(old["last_register"]) - opening + closing - Decimal(new["first_register"])
        else:
            passed += closing - opening + (100_000 if closing < opening else 0)
            rounds += closing < opening
    first, last = (
        date(*map(int, row["抄表时间"].partition(" ")[0].split("/"))) for row in (rows[0], rows[-1])
    )
    number = counter.meter_numbers("CN-FAST")["NG-MAIN"]
    by_day = [
        dirt.as_it_ran("CN-FAST", first + timedelta(days=n))[number] for n in range((last - first).days + 1)
    ]
    flowed = sum(int(day.sum()) for day in by_day) - int(by_day[0][:32].sum()) - int(by_day[-1][32:].sum())

    assert (len(sheets), rounds) == (3, 1)
    assert passed == Decimal(flowed) / 1000


def test_an_accrual_stands_in_until_the_bill_comes_and_names_it(demo: tuple[Path, Manifest]):
    folder, _ = demo
    lines = {
        (row["Kind"], str(row["From"])[:10]): row
        for file in files_of(folder, SOURCES["fastener_energy_documents"])
        for row in rows_of(file, SOURCES["fastener_energy_documents"])
        if row["Stream"] == "HEAT"
    }
    accrual, bill = lines["accrual", "2025-11-01"], lines["consumption", "2025-11-01"]

    assert bill["Clears"] == accrual["Document"]
    assert Decimal("0.9") < amount(accrual["Quantity"]) / amount(bill["Quantity"]) < 1
