"""Requirements of every node per unit of each target, along two edge sets, and the burden carried by every
node.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from lingtan.graph.components import Component, components


@dataclass(frozen=True)
class Requirements:
    """What one unit of each target needs of every node's output.

    `carried` (targets, n): along edges that hand emissions on as they are. `borne` (targets, n): reached only
    through at least one converting edge (electricity, which turns direct emissions into indirect ones). The
    total is their sum. `loops`: the loops of the whole graph with their proven gains.
    """

    carried: np.ndarray
    borne: np.ndarray
    loops: list[Component]

    @property
    def total(self) -> np.ndarray:
        return self.carried + self.borne


def coefficients(
    consumers: np.ndarray, suppliers: np.ndarray, amounts: np.ndarray, outputs: np.ndarray
) -> sparse.csr_array:
    """`A` (n, n) from edges (three arrays of equal length; `amounts` in the supplier's unit) and outputs
    (n,).

    Edges between the same two nodes add up. A node without output has no "per unit": its edges are left out
    here and the node is named by `idle_nodes`. Raises ValueError on a negative or non-finite amount or
    output.
    """
    for what, values in (("amount", amounts), ("output", outputs)):
        if not np.isfinite(values).all() or (values < 0).any():
            raise ValueError(f"an {what} is negative or not a number")
    has_output = outputs[consumers] > 0
    consumers, suppliers, amounts = consumers[has_output], suppliers[has_output], amounts[has_output]
    per_unit = amounts / outputs[consumers]
    matrix = sparse.csr_array((per_unit, (consumers, suppliers)), shape=(len(outputs), len(outputs)))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def idle_nodes(consumers: np.ndarray, amounts: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Nodes that take inputs but yield nothing, ascending: their burden reaches no product and must stay
    visible.
    """
    takes = np.zeros(len(outputs), dtype=bool)
    takes[consumers[amounts > 0]] = True
    return np.flatnonzero(takes & (outputs == 0))


def requirements(
    carrying: sparse.csr_array,
    converting: sparse.csr_array,
    targets: np.ndarray,
    names: Sequence[str] | None = None,
) -> Requirements:
    """Requirements of every node per unit of each target; `carrying` and `converting` are (n, n)
    coefficients.

    With C = carrying, E = converting and A = C + E: `(I - A)^-1 = (I - C)^-1 + (I - C)^-1 E (I - A)^-1`. The
    second term is solved on its own, a sum of nonnegative terms, so that "nothing came through electricity"
    is exactly 0 and never the noise of a difference. Raises UnproductiveLoopError when a loop of A yields no
    more than it takes.
    """
    everything = sparse.csr_array(carrying + converting)
    parts = components(everything, names)
    wanted = np.zeros((len(targets), carrying.shape[0]))
    wanted[np.arange(len(targets)), targets] = 1.0
    carried = _adjoint(carrying, components(carrying, names), wanted)
    borne = _adjoint(everything, parts, carried @ converting)
    return Requirements(carried, borne, [part for part in parts if part.is_loop])


def intensities(
    matrix: sparse.csr_array, burdens: np.ndarray, names: Sequence[str] | None = None
) -> np.ndarray:
    """`x = (I - A)^-1 f` for every node: `matrix` A (n, n), `burdens` f (n, k) per unit of output -> (n, k).

    Raises UnproductiveLoopError like `requirements`.
    """
    solved = np.array(burdens, dtype=float, copy=True)
    for part in reversed(components(matrix, names)):
        suppliers, used = _leaving(matrix, part.nodes)
        solved[part.nodes] += used @ solved[suppliers]
        if part.is_loop:
            solved[part.nodes] = part.factors.solve(solved[part.nodes])
    return solved


def _adjoint(matrix: sparse.csr_array, parts: list[Component], wanted: np.ndarray) -> np.ndarray:
    """Rows r with `r = wanted + r A`, component by component from the users to what they use. Shape of
    `wanted`.
    """
    needed = np.array(wanted, dtype=float, copy=True)
    for part in parts:
        if part.is_loop:
            needed[:, part.nodes] = part.factors.solve(needed[:, part.nodes].T.copy(), trans="T").T
        suppliers, used = _leaving(matrix, part.nodes)
        needed[:, suppliers] += needed[:, part.nodes] @ used
    return needed


def _leaving(matrix: sparse.csr_array, nodes: np.ndarray) -> tuple[np.ndarray, sparse.csr_array]:
    """Suppliers outside `nodes` (ascending) and what `nodes` use of them, (len(nodes), len(suppliers))."""
    rows = sparse.csr_array(matrix[nodes])
    suppliers = np.setdiff1d(rows.indices, nodes)
    return suppliers, sparse.csr_array(rows[:, suppliers])
