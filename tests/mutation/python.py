"""Small faults of Python, made in its syntax tree; strings that are SQL have the faults of SQL."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.mutation import strings
from tests.mutation.sql import Site, Told, shown

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}
REVERSED: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}

WORDS = frozenset("label meaning formula dated_by exclusions clause code confirmed_by example strict".split())
"""Arguments that are words for people or belong to a test: nothing in them is reckoned."""

EXPECTED = frozenset("value hits n unknown convention evidence_low evidence_high chance_low chance_high".split())
"""What examples expect: a number there belongs to a test too."""

Fault = tuple[str, Callable[[], ast.expr]]


@dataclass(frozen=True)
class Spot:
    """One fault of a module: the number of the node, of its fault or of the site in its SQL, and the name of what it stands in."""

    node: int
    fault: int | Site
    where: str


def spots(source: str) -> Iterator[Spot]:
    """Yield every fault of a module in its order; a few may change nothing."""
    for i, (node, where) in enumerate(_nodes(ast.parse(source))):
        if found := strings.query(node):
            yield from (Spot(i, site, where) for site in found.sites())
        yield from (Spot(i, k, where) for k in range(len(_faults(node))))


def told(source: str, spot: Spot) -> Told | None:
    """Return where a fault stands and what it changes; None where it changes nothing."""
    node = [node for node, _ in _nodes(ast.parse(source))][spot.node]
    if isinstance(spot.fault, int):
        what, make = _faults(node)[spot.fault]
        return Told(node.lineno, spot.where, f"{what}: {shown(ast.unparse(node), ast.unparse(make()))}")
    found = strings.query(node).told(spot.fault)
    return found and Told(node.lineno + (found.line - 1 if node.end_lineno != node.lineno else 0), f"{spot.where}.{found.where}".strip("."), found.change)


def faulty(source: str, spot: Spot | None, path: str) -> object:
    """Return the compiled module with one fault; without any, every string of SQL is written anew from its syntax tree."""
    tree = ast.parse(source)
    nodes = [node for node, _ in _nodes(tree)]
    if spot is None:
        taken = {id(node): found.faulty(None) for node in nodes if (found := strings.query(node)) and next(found.sites(), None)}
    else:
        node = nodes[spot.node]
        taken = {id(node): _faults(node)[spot.fault][1]() if isinstance(spot.fault, int) else strings.query(node).faulty(spot.fault)}
    return compile(ast.fix_missing_locations(_Taking(taken).visit(tree)), path, "exec")


class _Taking(ast.NodeTransformer):
    """Puts other nodes in the place of some."""

    def __init__(self, taken: dict[int, ast.expr]) -> None:
        self.taken = taken

    def visit(self, node: ast.AST) -> ast.AST:
        new = self.taken.get(id(node))
        return ast.copy_location(new, node) if new is not None else super().visit(node)


def _nodes(tree: ast.AST, where: str = "") -> Iterator[tuple[ast.expr, str]]:
    """Yield the expressions in which a fault could stand, each with the name of its function, class or variable."""
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns", "decorator_list", "format_spec"):
            continue
        for node in value if isinstance(value, list) else [value]:
            if not isinstance(node, ast.AST) or isinstance(node, ast.Raise) or _told(node):
                continue
            if isinstance(tree, ast.JoinedStr) and isinstance(node, ast.Constant):
                continue
            if _spoken(node) or (isinstance(tree, ast.Module) and _rows(node)):
                continue
            inner = where
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                inner = f"{where}.{node.name}".strip(".")
            elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(target := node.targets[0] if isinstance(node, ast.Assign) else node.target, ast.Name):
                inner = f"{where}.{target.id}".strip(".")
            elif isinstance(node, ast.Call) and (named := next((k.value.value for k in node.keywords if k.arg == "id" and isinstance(k.value, ast.Constant)), None)):
                inner = f"{where}.{named}".strip(".")
            if isinstance(node, ast.expr):
                yield node, inner
            yield from _nodes(node, inner)


def _told(node: ast.AST) -> bool:
    """Return whether a statement is a string that stands alone: a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _spoken(node: ast.AST) -> bool:
    """Return whether an argument or call is made of words for people, or of what a test expects."""
    if isinstance(node, ast.keyword):
        return node.arg in WORDS or (node.arg in EXPECTED and isinstance(node.value, ast.Constant) and not isinstance(node.value.value, str))
    if isinstance(node, ast.Dict):
        return bool(node.keys) and all(isinstance(k, ast.Constant) and k.value in EXPECTED for k in node.keys) and not any(isinstance(n, ast.Call) for n in ast.walk(node))
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and (node.func.id == "Text" or node.func.id.lower().endswith("example"))


def _rows(node: ast.AST) -> bool:
    """Return whether a statement of a module holds the rows of examples."""
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.startswith("_") and isinstance(node.value, ast.Dict | ast.List)


def _faults(node: ast.expr) -> list[Fault]:
    if isinstance(node, ast.Compare):
        return [
            (f"{type(op).__name__} to {other.__name__}", lambda i=i, other=other: _with(node, ops=[other() if i == k else o for k, o in enumerate(node.ops)]))
            for i, op in enumerate(node.ops) for other in COMPARED[type(op)]
        ]
    if isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        return [(f"{type(node.op).__name__} to {other.__name__}", lambda: _with(node, op=other())),
                *((f"drop operand {i + 1}", lambda i=i: _rest(node, i)) for i in range(len(node.values)))]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        return [("drop not" if isinstance(node.op, ast.Not) else "drop the sign", lambda: node.operand)]
    if isinstance(node, ast.BinOp) and type(node.op) in REVERSED and not any(_joined(side) for side in (node.left, node.right)):
        return [(f"{type(node.op).__name__} to {REVERSED[type(node.op)].__name__}", lambda: _with(node, op=REVERSED[type(node.op)]()))]
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        steps = (1, -1) if isinstance(node.value, int) and node.value else (1,)
        return [(f"{step:+d}", lambda step=step: ast.Constant(node.value + step)) for step in steps]
    if isinstance(node, ast.IfExp):
        return [("swap the branches", lambda: _with(node, body=node.orelse, orelse=node.body))]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLED:
        return [(f"{node.func.id} to {CALLED[node.func.id]}", lambda: _with(node, func=ast.Name(CALLED[node.func.id], ast.Load())))]
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) and any(g.ifs for g in node.generators):
        return [("drop the filter", lambda: _with(node, generators=[_with(g, ifs=[]) for g in node.generators]))]
    return []


def _joined(node: ast.expr) -> bool:
    """Return whether a plus beside an expression joins texts or lists."""
    return isinstance(node, ast.JoinedStr | ast.List | ast.Tuple) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _with(node: ast.AST, **fields: object) -> ast.AST:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _rest(node: ast.BoolOp, index: int) -> ast.expr:
    rest = [value for i, value in enumerate(node.values) if i != index]
    return rest[0] if len(rest) == 1 else _with(node, values=rest)
