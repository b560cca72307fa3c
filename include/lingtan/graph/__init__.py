"""Supply-chain solve: arrays in, arrays out; knows no table, no file and no engine.

Nodes are numbered 0..n-1. `A[i, j]` is the amount of j used per unit of i's output, so that the burden of one
unit is `x = f + A x`, and row i of `(I - A)^-1` says what one unit of i needs of every node, loops included.
"""

from lingtan.graph.components import Component, components
from lingtan.graph.requirements import (
    Requirements,
    coefficients,
    idle_nodes,
    intensities,
    requirements,
)

__all__ = [
    "Component",
    "Requirements",
    "coefficients",
    "components",
    "idle_nodes",
    "intensities",
    "requirements",
]
