"""Formulas that operators write into input cells of the communication workbook. Sums, differences, products
and quotients of numbers and cells are followed, so that a changed cell moves what is calculated from it.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable

# (sheet, cell) -> the number there, None where there is none to calculate with
Numbers = Callable[[str, str], float | None]

_CELL = re.compile(r"(?<![\w.$!'])(?:(?:'([^']+)'|(\w+))!)?\$?([A-Z]{1,3})\$?([0-9]+)(?![\w.(!])")
_OURS = re.compile(r"\b_[0-9]")
_SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def cell_alone(formula: str, sheet: str) -> tuple[str, str] | None:
    """The (sheet, cell) a formula names and does nothing with."""
    found = _CELL.fullmatch(formula.strip())
    return _place(found, sheet) if found else None


def worth(formula: str, sheet: str, numbers: Numbers) -> float | None:
    """What the formula of a cell of `sheet` comes to; None when it needs more than arithmetic of numbers."""
    cells: list[tuple[str, str]] = []
    if _OURS.search(formula):  # a name of the workbook's own, which we would take for a cell
        return None

    def named(found: re.Match[str]) -> str:
        cells.append(_place(found, sheet))
        return f"_{len(cells) - 1}"

    try:
        tree = ast.parse(_CELL.sub(named, formula).strip(), mode="eval")
        return _number(tree.body, cells, numbers)
    except (SyntaxError, ArithmeticError, RecursionError, MemoryError, ValueError):
        return None


def _place(found: re.Match[str], sheet: str) -> tuple[str, str]:
    quoted, plain, letters, digits = found.groups()
    return quoted or plain or sheet, f"{letters}{digits}"


def _number(node: ast.expr, cells: list[tuple[str, str]], numbers: Numbers) -> float | None:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return float(value)
        case ast.Name(id=name) if name.removeprefix("_").isdecimal():
            return numbers(*cells[int(name.removeprefix("_"))])
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            number = _number(operand, cells, numbers)
            return -number if number is not None and isinstance(sign, ast.USub) else number
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SIGNS:
            first, second = _number(left, cells, numbers), _number(right, cells, numbers)
            return None if first is None or second is None else _SIGNS[type(sign)](first, second)
    return None
