"""Every file below data/real/dirty, connected by an entry of sources.yml alone: what becomes of its rows,
each number worked out from the file by nothing of ours.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
import yaml

from lingtan import catalog, gate, lake, landing, sources
from lingtan.settings import Settings
from lingtan.try_source import try_source

DE = "de_day_ahead_prices_2018_q1_q2_dst.csv"
JP = "jp_area_supply_demand_shift_jis.csv"
TW = "tw_industrial_electricity_daily_2016_2019_zh.csv"
US = "us_utility_data_2020_two_row_header.xlsx"
ZA = "za_station_build_up.csv"

# Entries as somebody would write them; only what all readings share is left out and stands in READINGS.
ENTRIES = r"""
sources:
  # Two columns make the stamp; the clocks go forward on 25 March; `-` is no price. A price is no energy.
  de_prices:
    files: "de_*.csv"
    delimiter: ";"
    empty: ["-"]
    time_zone: Europe/Berlin
    timestamp: {column: [Date, Time of day], format: "%b %d, %Y %I:%M %p"}
    columns:
      installation_code: {value: DE}
      meter_code: {value: DK1}
      amount: "Denmark 1[€/MWh]"
      unit: {value: €/MWh}
      quality: {value: actual}
    ignore: &prices
      - "Germany/Luxembourg[€/MWh]"
      - "Denmark 2[€/MWh]"
      - "France[€/MWh]"
      - "Northern Italy[€/MWh]"
      - "Netherlands[€/MWh]"
      - "Poland[€/MWh]"
      - "Sweden 4[€/MWh]"
      - "Switzerland[€/MWh]"
      - "Slovenia[€/MWh]"
      - "Czech Republic[€/MWh]"
      - "Hungary[€/MWh]"
      - "Austria[€/MWh]"
      - "Germany/Austria/Luxembourg[€/MWh]"
      - "Belgium[€/MWh]"
      - "Norway 2[€/MWh]"

  # A row of units above the header, 24:00 ends each day, stamps close their half hour. MW is no energy.
  jp_demand:
    files: "jp_*.csv"
    encoding: cp932
    header_row: 2
    time_zone: Asia/Tokyo
    timestamp: {column: [DATE, TIME], format: "%Y%m%d %H:%M", stamp: end}
    interval_minutes: 30
    columns:
      installation_code: {value: JP}
      meter_code: {value: AREA}
      amount: エリア需要
      unit: {value: MW}
      quality: {value: actual}
    ignore: [原子力, 火力（ＬＮＧ）, 火力（石炭）, 火力（石油）, 火力（その他）, 水力, 地熱, バイオマス,
             太陽光発電実績, 太陽光出力制御量, 風力発電実績, 風力出力制御量, 揚水, 蓄電池, 連系線,
             その他, 合計]

  # A day a row, stamped with its date; the unit stands in the header: 百萬度 = a million kWh = GWh.
  tw_industry: &industry
    files: "tw_*.csv"
    time_zone: Asia/Taipei
    timestamp: {column: 日期, format: "%Y/%m/%d"}
    interval_minutes: 1440
    columns:
      installation_code: {value: TW}
      meter_code: {value: INDUSTRY}
      amount: 工業用電(百萬度)
      unit: {value: GWh}
      quality: {value: actual}
    ignore: [尖峰負載(MW), 淨尖峰供電能力(MW), 備轉容量(MW), 備轉容量率(%), 民生用電(百萬度)]
  tw_industry_gbk: {<<: *industry, files: "gbk_*.csv", encoding: gbk}

  # Means of an hour in MW; a program wrote its floats as they are.
  za_nuclear: &hourly
    files: "za_*.csv"
    numbers: floats
    time_zone: Africa/Johannesburg
    timestamp: {column: Date_Time_Hour_Beginning, format: "%Y-%m-%d %H:%M:%S"}
    interval_minutes: 60
    amount_is: mean_power
    columns:
      installation_code: {value: ZA}
      meter_code: {value: NUCLEAR}
      amount: Nuclear_Generation
      unit: {value: MW}
      quality: {value: actual}
    ignore: &build_up
      - Thermal_Gen_Excl_Pumping_and_SCO
      - Eskom_OCGT_SCO_Pumping
      - Eskom_Gas_SCO_Pumping
      - Hydro_Water_SCO_Pumping
      - Pumped_Water_SCO_Pumping
      - Thermal_Generation
      - International_Imports
      - Eskom_OCGT_Generation
      - Eskom_Gas_Generation
      - Dispatchable_IPP_OCGT
      - Hydro_Water_Generation
      - Pumped_Water_Generation
      - IOS_Excl_ILS_and_MLR
      - ILS_Usage
      - Manual_Load_Reduction_MLR
      - Wind
      - PV
      - CSP
      - Other_RE
      - Nuclear_Generation

  # Merged cells of a two-row header: SPP stands under two of them and is two columns.
  us_states: &utilities
    table: parties
    format: excel
    files: "us_*.xlsx"
    sheet: States
    header_rows: 2
    columns:
      party_code: Utility Characteristics / Utility Number
      name: Utility Characteristics / Utility Name
      country_code: {value: US}
      role: {value: energy_supplier}
      valid_from: {value: 2020-01-01}
    ignore:
      - Utility Characteristics / Data Year
      - Utility Characteristics / State
      - Utility Characteristics / Ownership Type
      - Utility Characteristics / NERC Region
      - Also operating in other NERC Regions / TRE
      - Also operating in other NERC Regions / FRCC
      - Also operating in other NERC Regions / MRO
      - Also operating in other NERC Regions / NPCC
      - Also operating in other NERC Regions / RFC
      - Also operating in other NERC Regions / SERC
      - Also operating in other NERC Regions / SPP
      - Also operating in other NERC Regions / WECC
      - Operating in these RTOs / CAISO
      - Operating in these RTOs / ERCOT
      - Operating in these RTOs / PJM
      - Operating in these RTOs / NYISO
      - Operating in these RTOs / SPP
      - Operating in these RTOs / MISO
      - Operating in these RTOs / ISONE
      - Operating in these RTOs / Other
      - Other Activities / Generation
      - Other Activities / Transmission
      - Other Activities / Buying Transmission
      - Other Activities / Distribution
      - Other Activities / Buying Distribution
      - Other Activities / Wholesale Marketing
      - Other Activities / Retail Marketing
      - Other Activities / Bundled
      - Other Activities / Alt Fuel Vehicle
      - Other Activities / Alt Fuel Vehicle 2
  us_territories: {<<: *utilities, sheet: Territories}

  masters:
    table: meters
    files: meters.csv
    columns: {installation_code: installation_code, meter_code: meter_code, stream_code: stream_code,
              role: role, medium: medium, kind: kind, unit: unit, interval_minutes: interval_minutes,
              direction: direction, valid_from: valid_from}
"""
READINGS = {"table": "meter_readings", "format": "csv", "location": "inbox"}
METERS = """\
installation_code,meter_code,stream_code,role,medium,kind,unit,interval_minutes,direction,valid_from
DE,DK1,EL,billing,electricity,interval,MWh,60,import,2018-01-01
JP,AREA,EL,billing,electricity,interval,MWh,30,import,2026-01-01
TW,INDUSTRY,EL,billing,electricity,interval,GWh,1440,import,2016-01-01
ZA,NUCLEAR,EL,billing,electricity,interval,MWh,60,import,2023-01-01
ZA,PEAKERS,EL,billing,electricity,interval,MWh,60,import,2023-01-01
CN,GAS,GAS,billing,natural_gas,interval,Nm3,60,import,2026-01-01
CN,EL,EL,billing,electricity,interval,万kWh,60,import,2026-01-01
CN,HEAT,HEAT,billing,heat,interval,GJ,60,import,2026-01-01
"""
ALL_MISSING = "amount_not_null"
UNKNOWN_UNIT = "known_unit_not_null"
NEGATIVE = "amount_between"


@pytest.fixture
def dirty(reference_files: Path) -> Path:
    return reference_files / "data/real/dirty"


@pytest.fixture
def declared(house: Settings) -> Settings:
    """A house with the entries, and the meters they speak of in its lake."""
    entries = yaml.safe_load(ENTRIES)["sources"]
    pumped = entries["za_nuclear"]["columns"] | {
        "meter_code": {"value": "PEAKERS"},
        "amount": "Eskom_OCGT_SCO_Pumping",
    }
    entries["za_peakers"] = entries["za_nuclear"] | {"columns": pumped}
    for entry in (entries["za_nuclear"], entries["za_peakers"]):
        entry["ignore"] = [header for header in entry["ignore"] if header != entry["columns"]["amount"]]
    house.sources_file.write_text(
        yaml.safe_dump(
            {"sources": {name: READINGS | entry for name, entry in entries.items()}}, allow_unicode=True
        ),
        encoding="utf-8",
    )
    (house.var / "inbox").mkdir(parents=True)
    (house.var / "inbox/meters.csv").write_text(METERS, encoding="utf-8")
    landing.land(["meters"], settings=house)
    gate.accept(lake.stale(["meters"], settings=house), settings=house)
    return house


def lines(path: Path, encoding: str = "utf-8-sig", delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding)), delimiter=delimiter))


def read(house: Settings, name: str, path: Path) -> pa.Table:
    source = catalog.load(house)[name]
    return sources.read(path.read_bytes(), source, source.contract, path.name)


def judged(house: Settings, name: str, path: Path) -> tuple[tuple[int, int, int, int], dict, dict[str, int]]:
    """(read, accepted, rejected, superseded) rows, the same in units, and rejected rows by rule."""
    result = try_source(name, file=path, settings=house)
    assert result["refused"] == []
    rows = result["rows"]
    return (
        (rows["read"], rows["accepted"], rows["rejected"], rows["superseded"]),
        result["amounts"],
        {entry["rule"]: entry["rows"] for entry in result["rejected"]},
    )


def total(cells: list[str]) -> Decimal:
    return sum((Decimal(cell) for cell in cells), Decimal(0))


def test_prices_with_month_names_two_stamp_columns_and_a_day_of_23_hours(
    declared: Settings, dirty: Path
) -> None:
    rows = read(declared, "de_prices", dirty / DE)

    prices = [line[3] for line in lines(dirty / DE, delimiter=";")[1:]]
    assert (
        rows["fault_rule"].null_count == rows.num_rows == len(prices) == 1463
    )  # (31 + 30) days x 24 - 1 hour
    assert sum(rows["amount"].to_pylist(), Decimal(0)) == total(prices) == Decimal("54072.58")
    first = datetime(2018, 2, 28, 23, tzinfo=UTC)  # midnight of 1 March in Berlin, an hour ahead of UTC
    assert rows["read_at"].to_pylist() == [first + timedelta(hours=i) for i in range(1463)]
    days = rows["metered_on"].to_pylist()
    assert {day.isoformat(): days.count(day) for day in days if days.count(day) != 24} == {"2018-03-25": 23}


def test_a_price_is_no_energy_and_none_of_it_passes(declared: Settings, dirty: Path) -> None:
    counts, amounts, rules = judged(declared, "de_prices", dirty / DE)

    assert counts == (1463, 0, 1463, 0)
    assert amounts["€/MWh"] == {
        "read": "54072.58",
        "accepted": "0",
        "rejected": "54072.58",
        "superseded": "0",
    }
    # twelve hours of negative prices break the rule of the sign as well
    negative = sum(line[3].startswith("-") for line in lines(dirty / DE, delimiter=";")[1:])
    assert (negative, rules) == (12, {UNKNOWN_UNIT: 1463, NEGATIVE: 12})


def test_a_column_of_nothing_but_dashes_is_missing_not_zero(declared: Settings, dirty: Path) -> None:
    source = catalog.load(declared)["de_prices"]
    text = declared.sources_file.read_text(encoding="utf-8")
    used, unused = "amount: Denmark 1[€/MWh]", "- Germany/Luxembourg[€/MWh]"
    assert text.count(used) == text.count(unused) == 1
    text = text.replace(used, "amount: Germany/Luxembourg[€/MWh]").replace(unused, "- Denmark 1[€/MWh]")
    declared.sources_file.write_text(text, encoding="utf-8")

    rows = read(declared, source.name, dirty / DE)
    counts, amounts, rules = judged(declared, source.name, dirty / DE)

    assert {line[2] for line in lines(dirty / DE, delimiter=";")[1:]} == {"-"}
    assert rows["amount"].null_count == rows["fault_rule"].null_count == 1463
    assert (counts, amounts, rules) == ((1463, 0, 1463, 0), {}, {ALL_MISSING: 1463, UNKNOWN_UNIT: 1463})


def test_shift_jis_with_a_row_of_units_and_24_oclock(declared: Settings, dirty: Path) -> None:
    rows = read(declared, "jp_demand", dirty / JP)

    cells = lines(dirty / JP, "cp932")
    assert (cells[0][0], cells[49][1]) == ("単位[MW平均]", "24:00")
    demand = [line[2] for line in cells[2:]]
    assert rows["fault_rule"].null_count == rows.num_rows == len(demand) == 100
    assert sum(rows["amount"].to_pylist(), Decimal(0)) == total(demand) == 890_552
    # 0:30 of 1 April closes the first half hour of the day in Tokyo, 9 hours ahead of UTC
    first = datetime(2026, 3, 31, 15, tzinfo=UTC)
    assert rows["read_at"].to_pylist() == [first + timedelta(minutes=30 * i) for i in range(100)]
    assert [day.day for day in rows["metered_on"].to_pylist()] == [1] * 48 + [2] * 48 + [3] * 4


def test_a_power_that_is_not_declared_as_mean_is_no_energy(declared: Settings, dirty: Path) -> None:
    counts, amounts, rules = judged(declared, "jp_demand", dirty / JP)

    assert (counts, rules) == ((100, 0, 100, 0), {"is_no_power_in_set": 100, "unit_fits_medium_in_set": 100})
    assert amounts["MW"]["rejected"] == "890552"


@pytest.mark.parametrize("is_gbk", [False, True], ids=["as it is", "re-encoded in GBK"])
def test_chinese_headers_and_days_without_a_value(
    declared: Settings, dirty: Path, tmp_path: Path, is_gbk: bool
) -> None:
    path, name = dirty / TW, "tw_industry"
    if is_gbk:
        path, name = tmp_path / "gbk_industry.csv", "tw_industry_gbk"
        path.write_bytes((dirty / TW).read_text("utf-8-sig").encode("gbk"))

    counts, amounts, rules = judged(declared, name, path)

    industry = [line[5] for line in lines(dirty / TW)[1:]]
    # 2016 to 2019 is 4 x 365 + 1 days; October to December 2019, 92 days, are empty
    assert (len(industry), industry.count("")) == (1461, 92)
    assert (counts, rules) == ((1461, 1369, 92, 0), {ALL_MISSING: 92})
    used = total([cell for cell in industry if cell])
    assert used == Decimal("453227.596")
    assert amounts == {
        "GWh": {"read": "453227.596", "accepted": "453227.596", "rejected": "0", "superseded": "0"}
    }


def test_a_file_out_of_order_with_the_noise_of_floats(declared: Settings, dirty: Path) -> None:
    counts, amounts, rules = judged(declared, "za_nuclear", dirty / ZA)

    nuclear = [line[7] for line in lines(dirty / ZA)[1:]]
    # a week of hours, of which 17 September, a day still to come, is empty
    assert (len(nuclear), nuclear.count("")) == (168, 24)
    assert (counts, rules) == ((168, 144, 24, 0), {ALL_MISSING: 24})
    # three decimals are written; everything behind them is noise; a mean MW of an hour is a MWh
    written = total([f"{Decimal(cell):.3f}" for cell in nuclear if cell])
    assert Decimal(amounts["MWh"]["accepted"]) == written
    assert amounts["MWh"]["read"] == amounts["MWh"]["accepted"]


def test_small_negatives_that_are_real_are_read_exactly_and_judged_by_the_sign(
    declared: Settings, dirty: Path
) -> None:
    rows = read(declared, "za_peakers", dirty / ZA)
    counts, _, rules = judged(declared, "za_peakers", dirty / ZA)

    peakers = [line[2] for line in lines(dirty / ZA)[1:]]
    assert peakers[0] == "-0.14699999999999999"
    assert rows["amount"].to_pylist() == [
        Decimal(f"{Decimal(cell):.3f}") if cell else None for cell in peakers
    ]
    negative, empty = sum(cell.startswith("-") for cell in peakers), peakers.count("")
    assert counts == (168, 168 - negative - empty, negative + empty, 0)
    assert rules == {NEGATIVE: negative, ALL_MISSING: empty}


def test_without_being_told_of_floats_their_noise_is_refused_not_rounded(
    declared: Settings, dirty: Path
) -> None:
    text = declared.sources_file.read_text(encoding="utf-8").replace("numbers: floats", "numbers: exact")
    declared.sources_file.write_text(text, encoding="utf-8")

    row = read(declared, "za_peakers", dirty / ZA).to_pylist()[0]

    assert (row["amount"], row["fault_value"]) == (None, "-0.14699999999999999")


@pytest.mark.parametrize(
    ("name", "sheet", "counts"),
    [
        # 88888 "Withheld" stands in three rows of the sheet: one is kept
        pytest.param("us_states", "States", (1694, 1692, 0, 2), id="states"),
        pytest.param("us_territories", "Territories", (5, 5, 0, 0), id="territories"),
    ],
)
def test_a_merged_header_of_two_rows(
    declared: Settings, dirty: Path, name: str, sheet: str, counts: tuple[int, int, int, int]
) -> None:
    book = openpyxl.load_workbook(dirty / US, read_only=True)
    below = [(str(row[1]), row[2]) for row in book[sheet].iter_rows(min_row=3, values_only=True)]
    assert (len(below), len({number for number, _ in below})) == counts[:2]

    rows = read(declared, name, dirty / US)

    assert list(zip(rows["party_code"].to_pylist(), rows["name"].to_pylist(), strict=True)) == below
    assert judged(declared, name, dirty / US)[0] == counts


GAS = """\
编号,时间,用量,单位
GAS,2026-10-30 00:00,1.5,Nm3
GAS,2026-10-30 01:00,1.5,标方
GAS,2026-10-30 02:00,1.5,m³
GAS,2026-10-30 03:00,1.5,m3
GAS,2026-10-30 04:00,1.5,立方米
GAS,2026-10-30 05:00,0.5,万Nm3
EL,2026-10-30 00:00,1.5,万kWh
HEAT,2026-10-30 00:00,1.5,吨标煤
HEAT,2026-10-30 01:00,1.5,吨
"""


def test_gas_without_its_conditions_is_refused_and_chinese_units_of_energy_are_known(
    declared: Settings, tmp_path: Path
) -> None:
    entry = """
  works:
    table: meter_readings
    format: csv
    location: inbox
    files: "works.csv"
    encoding: gb18030
    time_zone: Asia/Shanghai
    timestamp: {column: 时间, format: "%Y-%m-%d %H:%M"}
    columns:
      installation_code: {value: CN}
      meter_code: 编号
      amount: 用量
      unit: 单位
      quality: {value: actual}
"""
    with declared.sources_file.open("a", encoding="utf-8") as entries:
        entries.write(entry)
    path = tmp_path / "works.csv"
    path.write_bytes(GAS.encode("gb18030"))

    result = try_source("works", file=path, settings=declared)

    refused = {entry["rule"]: [place["value"] for place in entry["examples"]] for entry in result["rejected"]}
    assert result["rows"]["read"] == 9
    assert refused == {
        UNKNOWN_UNIT: ["标方"],
        "unit_fits_medium_in_set": ["m³", "m3", "立方米"],  # a cubic metre in every spelling, and the tonne
    }
    accepted = {unit: sums["accepted"] for unit, sums in result["amounts"].items() if sums["accepted"] != "0"}
    assert accepted == {"Nm3": "1.5", "万Nm3": "0.5", "万kWh": "1.5", "吨标煤": "1.5"}
