"""The solve between the two halves of a build: the graph of every boundary and year in, requirements out.

Reads `intermediate.int_graph_*` and writes the schema `solve` in one transaction: a reader sees the former
answer or this one. Every figure is rounded to 12 places on entry, rows are sorted: equal input gives equal
tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lingtan import settings as lingtan_settings
from lingtan import warehouse
from lingtan.errors import LingtanError
from lingtan.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from scipy import sparse

    from lingtan.graph import Requirements

PLACES = Decimal("1e-12")
CONVERTING = (
    "electricity"  # the carrier that turns its maker's direct emissions into its user's indirect ones
)
INDIRECT = {"own_indirect", "precursor_indirect_counted", "precursor_indirect_informational"}
TARGET_KIND = "good"


class BrokenGraphError(LingtanError):
    """An edge or a leaf names a node that is not in the graph, or an amount is negative."""


@dataclass
class Graph:
    """Nodes, edges and leaves of one boundary and year, as rows; nodes sorted by name."""

    boundary: str
    reporting_year: int
    nodes: list[dict[str, Any]] = field(default_factory=list)
    edges: list[dict[str, Any]] = field(default_factory=list)
    leaves: list[dict[str, Any]] = field(default_factory=list)

    @cached_property
    def names(self) -> list[str]:
        return [node["node_id"] for node in self.nodes]

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.names)}

    def number(self, name: str, what: str) -> int:
        """Position of a node. Raises BrokenGraphError."""
        if name not in self.numbers:
            raise BrokenGraphError(
                f"{what} names the node {name!r}, unknown in the graph {self.boundary} {self.reporting_year}"
            )
        return self.numbers[name]


def solve(settings: Settings | None = None) -> int:
    """Solve every boundary and year of the warehouse; returns how many there were.

    Raises UnproductiveLoopError naming the loop that consumes at least as much as it yields; nothing is
    written then.
    """
    settings = settings or lingtan_settings.load()
    with warehouse.lock(settings), warehouse.connect(settings) as open_warehouse:
        graphs = _graphs(open_warehouse)
        answers = [answer(graph) for graph in graphs]
        for name, schema in schemas().items():
            rows = [row for found in answers for row in found[name]]
            open_warehouse.replace("solve", name, _table(rows, schema))
    return len(graphs)


def _graphs(open_warehouse: warehouse.Warehouse) -> list[Graph]:
    found: dict[tuple[str, int], Graph] = {}
    for part in ("nodes", "edges", "leaves"):
        rows = open_warehouse.query(f"select * from intermediate.int_graph_{part}")
        for row in rows.to_pylist():
            key = (row["boundary"], row["reporting_year"])
            getattr(found.setdefault(key, Graph(*key)), part).append(row)
    for graph in found.values():
        # sorted here, not by the engine: its collation is not ours
        graph.nodes.sort(key=lambda node: node["node_id"])
        graph.edges.sort(
            key=lambda edge: (edge["consumer_node_id"], edge["supplier_node_id"], edge["carrier"])
        )
    return [found[key] for key in sorted(found)]


def answer(graph: Graph) -> dict[str, list[dict[str, Any]]]:
    """Rows of every table of `schemas()` for one graph, sorted by key. Raises UnproductiveLoopError."""
    import numpy as np

    from lingtan.graph import coefficients, idle_nodes, intensities, requirements

    names = graph.names
    outputs = np.array([_amount(node["output_amount"], node["node_id"]) for node in graph.nodes])
    consumers, suppliers, amounts, converts = _edges(graph)
    carrying, converting = (
        coefficients(consumers[kept], suppliers[kept], amounts[kept], outputs)
        for kept in (~converts, converts)
    )
    targets = np.array([n for n, node in enumerate(graph.nodes) if node["kind"] == TARGET_KIND], dtype=int)
    found = requirements(carrying, converting, targets, names)
    # what a good's process takes itself, and not through another good
    own = requirements(*(_without(matrix, targets) for matrix in (carrying, converting)), targets, names)
    direct, total, is_direct_known, is_known = _burdens(graph, outputs)
    everything = carrying + converting
    carried = intensities(carrying, direct[:, None], names)[:, 0]
    borne = intensities(everything, total[:, None], names)[:, 0]
    direct_unknown = intensities(carrying, (~is_direct_known).astype(float)[:, None], names)[:, 0] > 0
    unknown = intensities(everything, (~is_known).astype(float)[:, None], names)[:, 0] > 0
    key = {"boundary": graph.boundary, "reporting_year": graph.reporting_year}
    return {
        "requirements": [key | row for row in _needs(found, own, targets, names)],
        "intensities": [
            key
            | {
                "node_id": name,
                "direct_t_co2e": None if direct_unknown[n] else float(carried[n]),
                "total_t_co2e": None if unknown[n] else float(borne[n]),
            }
            for n, name in enumerate(names)
        ],
        "certificates": sorted(
            (
                key | {"loop_nodes": " + ".join(sorted(names[n] for n in loop.nodes)), "gain": loop.gain}
                for loop in found.loops
            ),
            key=lambda row: row["loop_nodes"],
        ),
        "idle_nodes": [key | {"node_id": names[n]} for n in idle_nodes(consumers, amounts, outputs)],
    }


def _edges(graph: Graph) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Consumers, suppliers, amounts in the supplier's unit, and whether the edge converts; one entry per
    edge.
    """
    import numpy as np

    rows = [
        (
            graph.number(edge["consumer_node_id"], "an edge"),
            graph.number(edge["supplier_node_id"], "an edge"),
            _amount(edge["amount"], f"{edge['consumer_node_id']} from {edge['supplier_node_id']}"),
            edge["carrier"] == CONVERTING,
        )
        for edge in graph.edges
    ]
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    kinds = (int, int, float, bool)
    return tuple(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True))


def _amount(value: Decimal, what: str) -> float:
    """Raises BrokenGraphError when it is negative: sold amounts are edges of nobody, never negative ones."""
    if value < 0:
        raise BrokenGraphError(f"the amount {value} of {what} is negative; nothing can be solved with it")
    return float(value)


def _burdens(graph: Graph, outputs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Direct and all emissions of each node's own leaves, in t CO2e per unit of its output, and whether the
    one and the other are known.

    Unknown: a leaf has no figure, or the node has no output. Summed as decimals, divided once.
    """
    import numpy as np

    count = len(outputs)
    direct, total = [Decimal(0)] * count, [Decimal(0)] * count
    is_direct_known, is_known = outputs > 0, outputs > 0
    for leaf in graph.leaves:
        node = graph.number(leaf["node_id"], f"the leaf {leaf['leaf_id']!r}")
        if leaf["emissions_t_co2e"] is None:
            is_known[node] = False
            is_direct_known[node] &= leaf["component"] in INDIRECT
            continue
        total[node] += leaf["emissions_t_co2e"]
        if leaf["component"] not in INDIRECT:
            direct[node] += leaf["emissions_t_co2e"]
    divisors = np.where(outputs > 0, outputs, 1.0)
    burdens = (np.array(summed, dtype=float) / divisors for summed in (direct, total))
    return *burdens, is_direct_known, is_known


def _without(matrix: sparse.csr_array, suppliers: np.ndarray) -> sparse.csr_array:
    """The coefficients without what `suppliers` give."""
    import numpy as np
    from scipy import sparse

    kept = np.ones(matrix.shape[0])
    kept[suppliers] = 0.0
    rest = sparse.csr_array(matrix @ sparse.diags_array(kept))
    rest.eliminate_zeros()
    return rest


def _needs(
    found: Requirements, own: Requirements, targets: np.ndarray, names: list[str]
) -> list[dict[str, Any]]:
    rows = []
    for position, target in enumerate(targets):
        for node in (found.total[position] > 0).nonzero()[0]:
            direct = _decimal(found.carried[position, node])
            own_direct = _decimal(own.carried[position, node])
            rows.append(
                {
                    "target_node_id": names[target],
                    "node_id": names[node],
                    "direct_amount": direct,
                    "total_amount": direct + _decimal(found.borne[position, node]),
                    "own_direct_amount": own_direct,
                    "own_total_amount": own_direct + _decimal(own.borne[position, node]),
                }
            )
    return rows


def _decimal(value: float) -> Decimal:
    return Decimal(float(value)).quantize(PLACES, rounding=ROUND_HALF_UP)


def schemas() -> dict[str, pa.Schema]:
    """Columns and types of the tables of schema `solve`, in the order they are written."""
    import pyarrow as pa

    key = [pa.field("boundary", pa.string()), pa.field("reporting_year", pa.int32())]
    amount = pa.decimal128(38, 12)
    return {
        "requirements": pa.schema(
            [
                *key,
                pa.field("target_node_id", pa.string()),
                pa.field("node_id", pa.string()),
                pa.field("direct_amount", amount),
                pa.field("total_amount", amount),
                pa.field("own_direct_amount", amount),
                pa.field("own_total_amount", amount),
            ]
        ),
        "intensities": pa.schema(
            [
                *key,
                pa.field("node_id", pa.string()),
                pa.field("direct_t_co2e", pa.float64()),
                pa.field("total_t_co2e", pa.float64()),
            ]
        ),
        "certificates": pa.schema(
            [*key, pa.field("loop_nodes", pa.string()), pa.field("gain", pa.float64())]
        ),
        "idle_nodes": pa.schema([*key, pa.field("node_id", pa.string())]),
    }


def _table(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pylist(rows, schema=schema)
