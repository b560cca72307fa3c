"""Name the loop that dominates a strongly connected component, for the person who has to break it."""

from __future__ import annotations

import numpy as np
from scipy import sparse

_NO_IMPROVEMENT = 1e-12  # log gain per step below which two loops count as equal


def dominant_loop(gains: sparse.csr_array) -> tuple[list[int], float]:
    """Nodes of the loop with the highest gain per step, and the product of its gains.

    `gains`: (n, n) nonnegative, strongly connected; [i, j] = amount of j used per unit of i. The loop is
    returned consumer first, each node followed by the one it uses, starting at its smallest number. Method:
    Howard's policy iteration for the maximum cycle mean of log gains. Cycle products do not depend on the
    units of the nodes.
    """
    edges = gains.tocoo()
    keep = edges.data > 0
    consumers, suppliers = edges.coords[0][keep], edges.coords[1][keep]
    logs = np.log(edges.data[keep])
    count = gains.shape[0]
    policy = _best_edges(consumers, logs, count)
    while True:
        loop = _heaviest_cycle(suppliers, logs, policy)
        mean = float(np.mean(logs[policy[loop]]))
        values = _values(consumers, suppliers, logs, policy, loop, mean)
        reached = logs - mean + values[suppliers]
        better = _best_edges(consumers, reached, count)
        improved = reached[better] > values + _NO_IMPROVEMENT
        if not improved.any():
            start = loop.index(min(loop))
            return loop[start:] + loop[:start], float(np.exp(np.sum(logs[policy[loop]])))
        policy = np.where(improved, better, policy)


def _best_edges(consumers: np.ndarray, worth: np.ndarray, count: int) -> np.ndarray:
    """Index of the edge of highest worth leaving each node; ties go to the first edge. Shape (count,)."""
    order = np.lexsort((np.arange(len(worth)), -worth, consumers))
    firsts = np.searchsorted(consumers[order], np.arange(count))
    return order[firsts]


def _heaviest_cycle(suppliers: np.ndarray, logs: np.ndarray, policy: np.ndarray) -> list[int]:
    """The cycle of highest mean log gain when every node follows its one chosen edge."""
    seen = np.full(len(policy), -1)
    best: tuple[float, list[int]] | None = None
    for start in range(len(policy)):
        node = start
        while seen[node] < 0:
            seen[node] = start
            node = int(suppliers[policy[node]])
        if seen[node] != start:
            continue
        cycle = [node]
        while (following := int(suppliers[policy[cycle[-1]]])) != node:
            cycle.append(following)
        mean = float(np.mean(logs[policy[cycle]]))
        if best is None or mean > best[0] + _NO_IMPROVEMENT:
            best = (mean, cycle)
    assert best is not None, "a finite graph in which every node has a successor has a cycle"
    return best[1]


def _values(
    consumers: np.ndarray,
    suppliers: np.ndarray,
    logs: np.ndarray,
    policy: np.ndarray,
    loop: list[int],
    mean: float,
) -> np.ndarray:
    """Log gain above the mean from each node to the loop; a node whose chosen edges miss the loop gets new
    ones.

    Changes `policy` in place for such nodes. Shape (n,).
    """
    count = len(policy)
    values = np.full(count, np.nan)
    values[loop[0]] = 0.0
    for node in reversed(loop[1:]):
        values[node] = logs[policy[node]] - mean + values[suppliers[policy[node]]]
    by_supplier = np.argsort(suppliers, kind="stable")
    starts = np.searchsorted(suppliers[by_supplier], np.arange(count + 1))
    for chosen_only in (True, False):
        frontier = [int(node) for node in np.flatnonzero(~np.isnan(values))]
        while frontier:
            node = frontier.pop()
            for edge in by_supplier[starts[node] : starts[node + 1]]:
                consumer = int(consumers[edge])
                if not np.isnan(values[consumer]) or (chosen_only and policy[consumer] != edge):
                    continue
                policy[consumer] = edge
                values[consumer] = logs[edge] - mean + values[node]
                frontier.append(consumer)
    return values
