"""Strongly connected components of a coefficient matrix, in the order of use, each certified productive.

Certificate. For a nonnegative irreducible matrix A and any vector y > 0 the Collatz-Wielandt bound says
`min_i (A y)_i / y_i <= spectral radius <= max_i (A y)_i / y_i`. A component is productive (its loops yield
more than they consume, `(I - A)^-1` exists and is nonnegative) exactly when the spectral radius is below 1.
So one positive y whose largest ratio is below 1 proves it, however y was found; all terms of `A y` are
nonnegative, so its rounding error is bounded by the number of terms, and the bound is raised by that much. A
factorisation alone proves nothing: it answers unproductive systems with finite, meaningless figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph
from scipy.sparse.linalg import SuperLU, splu

from lingtan.errors import UnproductiveLoopError
from lingtan.graph.loops import dominant_loop

_ITERATIONS = 50
_TIGHT = 1e-12  # relative width of the enclosure of the spectral radius at which the iteration stops


@dataclass(frozen=True)
class Component:
    """Nodes that use each other (or one node alone) and the proof that they may.

    `gain`: upper bound of the spectral radius; 0 for a node outside every loop. `factors`: LU of I - A over
    the nodes, None outside every loop.
    """

    nodes: np.ndarray
    gain: float = 0.0
    factors: SuperLU | None = None

    @property
    def is_loop(self) -> bool:
        return self.factors is not None


def components(coefficients: sparse.csr_array, names: Sequence[str] | None = None) -> list[Component]:
    """Strongly connected components of `coefficients` (n, n), every user before what it uses.

    Raises UnproductiveLoopError naming the nodes of a loop, in order, when a component consumes at least as
    much as it yields, or when the two cannot be told apart in double precision. Raises ValueError on a
    negative or non-finite coefficient.
    """
    if not np.isfinite(coefficients.data).all() or (coefficients.data < 0).any():
        raise ValueError("a coefficient is negative or not a number; amounts used per unit are neither")
    count, labels = csgraph.connected_components(coefficients, directed=True, connection="strong")
    members = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[members], np.arange(count + 1))
    diagonal = coefficients.diagonal()
    found = []
    for label in _users_first(coefficients, labels, count):
        nodes = members[starts[label] : starts[label + 1]]
        is_loop = len(nodes) > 1 or diagonal[nodes[0]] > 0
        found.append(_certified(coefficients, nodes, names) if is_loop else Component(nodes))
    return found


def _users_first(coefficients: sparse.csr_array, labels: np.ndarray, count: int) -> list[int]:
    """Labels of the components in topological order: every component after all that use it."""
    edges = coefficients.tocoo()
    users, used = labels[edges.coords[0]], labels[edges.coords[1]]
    between = users != used
    condensed = sparse.csr_array(
        (np.ones(int(between.sum()), dtype=np.int64), (users[between], used[between])), shape=(count, count)
    )
    waiting = np.bincount(condensed.indices, minlength=count)
    ready = [int(label) for label in np.flatnonzero(waiting == 0)]
    order = []
    while ready:
        label = ready.pop()
        order.append(label)
        for following in condensed.indices[condensed.indptr[label] : condensed.indptr[label + 1]]:
            waiting[following] -= 1
            if waiting[following] == 0:
                ready.append(int(following))
    return order


def _certified(coefficients: sparse.csr_array, nodes: np.ndarray, names: Sequence[str] | None) -> Component:
    """The component with its factors and its proven gain below 1. Raises UnproductiveLoopError.

    Noda's iteration tightens the bound: inverse iteration whose shift is the bound itself, quadratic and
    monotone.
    """
    inner = sparse.csr_array(coefficients[nodes][:, nodes])
    slack = 1 + (np.diff(inner.indptr).max() + 2) * np.finfo(float).eps
    factors = _factors(inner, 1.0)
    vector = None if factors is None else _positive(factors.solve(np.ones(len(nodes))))
    if vector is None:
        raise _refusal(inner, nodes, names)
    lower, upper = 0.0, np.inf
    for _ in range(_ITERATIONS):
        ratios = (inner @ vector) / vector
        lower, upper = max(lower, float(ratios.min()) / slack), min(upper, float(ratios.max()) * slack)
        shifted = None if upper - lower <= _TIGHT * upper else _factors(inner, upper)
        following = None if shifted is None else _positive(shifted.solve(vector))
        if following is None:
            break
        vector = following
    if not upper < 1:
        raise _refusal(inner, nodes, names)
    return Component(nodes, upper, factors)


def _factors(inner: sparse.csr_array, shift: float) -> SuperLU | None:
    """LU of `shift` I - A without pivoting, None when it is exactly singular.

    With diagonal pivots the factors of a productive I - A have no positive off-diagonal entry, so that every
    later solve adds nonnegative terms only and cannot return a negative amount.
    """
    try:
        return splu(
            sparse.csc_matrix(shift * sparse.eye_array(inner.shape[0]) - inner),
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=0.0,
            options={"SymmetricMode": True},
        )
    except RuntimeError:
        return None


def _positive(vector: np.ndarray) -> np.ndarray | None:
    """The vector with largest entry 1, None unless every entry is positive and finite."""
    return vector / vector.max() if np.isfinite(vector).all() and (vector > 0).all() else None


def _refusal(
    inner: sparse.csr_array, nodes: np.ndarray, names: Sequence[str] | None
) -> UnproductiveLoopError:
    loop, gain = dominant_loop(inner)
    called = [str(names[nodes[node]]) if names is not None else str(nodes[node]) for node in loop]
    path = " uses ".join([*called, called[0]])
    together = (
        "" if gain >= 1 else f"; alone it would pass, but the {len(nodes)} nodes of its loops together do not"
    )
    return UnproductiveLoopError(
        f"the loop {path} consumes at least as much as it yields (gain {gain:.6g} per round{together}); "
        "correct the amounts or outputs of these nodes"
    )
