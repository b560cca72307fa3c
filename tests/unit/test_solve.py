"""The solve on a warehouse made by hand: what is written, what is absent, and what leaves the former answer
standing.
"""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

from lingtan import solve, warehouse
from lingtan.errors import UnproductiveLoopError

AMOUNT, RESULT = pa.decimal128(28, 9), pa.decimal128(38, 12)
KEY = [pa.field("boundary", pa.string()), pa.field("reporting_year", pa.int32())]
NODES = pa.schema(
    [
        *KEY,
        pa.field("node_id", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("output_amount", AMOUNT),
    ]
)
EDGES = pa.schema(
    [
        *KEY,
        pa.field("consumer_node_id", pa.string()),
        pa.field("supplier_node_id", pa.string()),
        pa.field("carrier", pa.string()),
        pa.field("amount", AMOUNT),
    ]
)
LEAVES = pa.schema(
    [
        *KEY,
        pa.field("node_id", pa.string()),
        pa.field("leaf_id", pa.string()),
        pa.field("component", pa.string()),
        pa.field("emissions_t_co2e", RESULT),
    ]
)


def rows(schema: pa.Schema, *values: tuple, year: int = 2026) -> pa.Table:
    names = [name for name in schema.names if name not in ("boundary", "reporting_year")]
    records = [
        {"boundary": "cbam", "reporting_year": year}
        | {
            name: Decimal(value)
            if pa.types.is_decimal(schema.field(name).type) and value is not None
            else value
            for name, value in zip(names, each, strict=True)
        }
        for each in values
    ]
    return pa.Table.from_pylist(records, schema=schema)


def put(house, nodes: pa.Table, edges: pa.Table, leaves: pa.Table) -> None:
    with warehouse.connect(house) as opened:
        opened.replace("intermediate", "int_graph_nodes", nodes)
        opened.replace("intermediate", "int_graph_edges", edges)
        opened.replace("intermediate", "int_graph_leaves", leaves)


def answer(house, table: str) -> list[dict]:
    with warehouse.connect(house, read_only=True) as opened:
        return opened.query(f"select * from solve.{table}").to_pylist()


def extrusion_with_boiler_and_chp(house, *, chp_emissions: str | None = "280") -> None:
    """100 t of profile take 900 GJ of the boiler's 1,000; the boiler takes 10 MWh of the CHP's 500, the CHP
    50 GJ.
    """
    put(
        house,
        rows(
            NODES,
            ("X/EXTRUSION", "good", "100"),
            ("X/CHP/electricity", "electricity", "500"),
            ("X/BOILER", "heat", "1000"),
        ),
        rows(
            EDGES,
            ("X/EXTRUSION", "X/BOILER", "heat", "900"),
            ("X/CHP/electricity", "X/BOILER", "heat", "50"),
            ("X/BOILER", "X/CHP/electricity", "electricity", "10"),
        ),
        rows(
            LEAVES,
            ("X/BOILER", "stream/X/NG", "own_direct", "56"),
            ("X/CHP/electricity", "stream/X/NG", "own_direct", chp_emissions),
            ("X/EXTRUSION", "grid/X/EL", "own_indirect", "60.5"),
        ),
    )


def test_a_loop_is_solved_and_certified(house):
    extrusion_with_boiler_and_chp(house)

    assert solve.solve(house) == 1

    # 9 GJ of heat per tonne are direct; through the CHP's electricity come 9/0.999 - 9 GJ more and 0.09/0.999
    # MWh
    assert [
        (row["node_id"], row["direct_amount"], row["total_amount"]) for row in answer(house, "requirements")
    ] == [
        ("X/BOILER", Decimal("9.000000000000"), Decimal("9.009009009009")),
        ("X/CHP/electricity", Decimal("0E-12"), Decimal("0.090090090090")),
        ("X/EXTRUSION", Decimal("1.000000000000"), Decimal("1.000000000000")),
    ]
    figures = {row["node_id"]: row for row in answer(house, "intensities")}
    # 0.056 t/GJ and 0.56 t/MWh of fuel; direct is heat alone, the grid's 0.605 t/t is indirect
    assert figures["X/EXTRUSION"]["direct_t_co2e"] == pytest.approx(9 * 0.056, rel=1e-15)
    assert figures["X/EXTRUSION"]["total_t_co2e"] == pytest.approx(
        9 * (0.056 + 0.01 * 0.56) / 0.999 + 0.605, rel=1e-14
    )
    (certificate,) = answer(house, "certificates")
    # the loop's gain: sqrt(0.01 MWh/GJ x 0.1 GJ/MWh)
    assert certificate["loop_nodes"] == "X/BOILER + X/CHP/electricity"
    assert certificate["gain"] == pytest.approx(0.001**0.5, rel=1e-11)


def test_a_missing_factor_leaves_no_number_downstream(house):
    extrusion_with_boiler_and_chp(house, chp_emissions=None)

    solve.solve(house)

    # heat of the boiler is direct without the CHP, whose power it takes: 56 t / 1,000 GJ, and 9 GJ per tonne
    assert {
        row["node_id"]: (row["direct_t_co2e"], row["total_t_co2e"]) for row in answer(house, "intensities")
    } == {
        "X/BOILER": (0.056, None),
        "X/CHP/electricity": (None, None),
        "X/EXTRUSION": (pytest.approx(9 * 0.056), None),
    }


def test_a_node_without_output_is_listed_and_gives_no_number(house):
    put(
        house,
        rows(NODES, ("X/GOOD", "good", "10"), ("X/IDLE", "good", "0"), ("X/BOILER", "heat", "25")),
        rows(EDGES, ("X/GOOD", "X/BOILER", "heat", "20"), ("X/IDLE", "X/BOILER", "heat", "5")),
        rows(LEAVES, ("X/BOILER", "stream/X/NG", "own_direct", "2")),
    )

    solve.solve(house)

    assert [row["node_id"] for row in answer(house, "idle_nodes")] == ["X/IDLE"]
    figures = {row["node_id"]: row["total_t_co2e"] for row in answer(house, "intensities")}
    assert figures == {"X/BOILER": 0.08, "X/GOOD": pytest.approx(0.16, rel=1e-15), "X/IDLE": None}


def test_an_unproductive_loop_leaves_the_former_answer_standing(house):
    extrusion_with_boiler_and_chp(house)
    solve.solve(house)
    before = {name: answer(house, name) for name in solve.schemas()}
    with warehouse.connect(house) as opened:
        opened.execute("update intermediate.int_graph_edges set amount = 10000 where carrier = 'electricity'")

    with pytest.raises(UnproductiveLoopError, match="X/BOILER uses X/CHP/electricity uses X/BOILER"):
        solve.solve(house)

    assert {name: answer(house, name) for name in solve.schemas()} == before


def test_a_year_without_rule_rows_has_no_graph_and_no_answer(house):
    put(house, NODES.empty_table(), EDGES.empty_table(), LEAVES.empty_table())

    assert solve.solve(house) == 0

    assert {name: answer(house, name) for name in solve.schemas()} == {name: [] for name in solve.schemas()}


def test_the_order_of_the_rows_does_not_matter(house):
    extrusion_with_boiler_and_chp(house)
    solve.solve(house)
    before = {name: answer(house, name) for name in solve.schemas()}
    with warehouse.connect(house) as opened:
        for part in ("nodes", "edges", "leaves"):
            table = opened.query(f"select * from intermediate.int_graph_{part}")
            opened.replace("intermediate", f"int_graph_{part}", table.take(list(range(table.num_rows))[::-1]))

    solve.solve(house)

    assert {name: answer(house, name) for name in solve.schemas()} == before


@pytest.mark.parametrize(
    ("edge", "leaf"),
    [
        pytest.param(("X/GOOD", "X/GHOST", "heat", "1"), ("X/GOOD", "l", "own_direct", "1"), id="edge"),
        pytest.param(("X/GOOD", "X/GOOD", "heat", "1"), ("X/GHOST", "l", "own_direct", "1"), id="leaf"),
    ],
)
def test_a_node_that_is_not_in_the_graph_is_refused(house, edge, leaf):
    put(house, rows(NODES, ("X/GOOD", "good", "10")), rows(EDGES, edge), rows(LEAVES, leaf))

    with pytest.raises(solve.BrokenGraphError, match="X/GHOST"):
        solve.solve(house)


@pytest.mark.parametrize(
    ("output", "amount", "place"),
    [
        pytest.param("-1", "1", "of X/GOOD is negative", id="output"),
        pytest.param("10", "-5", "-5.000000000 of X/GOOD from X/BOILER is negative", id="edge"),
    ],
)
def test_a_negative_amount_is_refused_with_its_place(house, output, amount, place):
    put(
        house,
        rows(NODES, ("X/GOOD", "good", output), ("X/BOILER", "heat", "25")),
        rows(EDGES, ("X/GOOD", "X/BOILER", "heat", amount)),
        rows(LEAVES),
    )

    with pytest.raises(solve.BrokenGraphError, match=place):
        solve.solve(house)


def test_what_another_good_stands_between_is_not_the_own_need_of_a_good(house):
    """100 t of pig iron take 50 t of sinter and 10 MWh of the plant, the 50 t of sinter 10 MWh and 100 GJ of
    the boiler, the plant 20 GJ for its 20 MWh.
    """
    put(
        house,
        rows(
            NODES,
            ("X/PIG", "good", "100"),
            ("X/SINTER", "good", "50"),
            ("X/PLANT", "electricity", "20"),
            ("X/BOILER", "heat", "120"),
        ),
        rows(
            EDGES,
            ("X/PIG", "X/SINTER", "material", "50"),
            ("X/PIG", "X/PLANT", "electricity", "10"),
            ("X/SINTER", "X/PLANT", "electricity", "10"),
            ("X/SINTER", "X/BOILER", "heat", "100"),
            ("X/PLANT", "X/BOILER", "heat", "20"),
        ),
        rows(LEAVES, ("X/BOILER", "stream/X/NG", "own_direct", "56")),
    )

    solve.solve(house)

    amounts = ("direct_amount", "total_amount", "own_direct_amount", "own_total_amount")
    needs = {
        (row["target_node_id"], row["node_id"]): tuple(str(row[name].normalize()) for name in amounts)
        for row in answer(house, "requirements")
    }
    # half a tonne of sinter at 0.2 MWh and 2 GJ, and 1 GJ in every MWh
    assert needs["X/PIG", "X/PLANT"] == ("0", "0.2", "0", "0.1")
    assert needs["X/PIG", "X/BOILER"] == ("1", "1.2", "0", "0.1")
    assert needs["X/PIG", "X/SINTER"] == ("0.5", "0.5", "0", "0")
    assert needs["X/SINTER", "X/PLANT"] == ("0", "0.2", "0", "0.2")
    assert needs["X/SINTER", "X/BOILER"] == ("2", "2.2", "2", "2.2")
