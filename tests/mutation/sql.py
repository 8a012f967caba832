"""Small faults of SQL, made in its syntax tree: a comparison turned, a condition dropped, a boundary moved, branches swapped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

COMPARED: dict[type[exp.Expression], tuple[type[exp.Expression], ...]] = {
    exp.EQ: (exp.NEQ,), exp.NEQ: (exp.EQ,), exp.LT: (exp.LTE, exp.GTE), exp.LTE: (exp.LT, exp.GT), exp.GT: (exp.GTE, exp.LTE), exp.GTE: (exp.GT, exp.LT),
}
SWAPPED: dict[type[exp.Expression], type[exp.Expression]] = {
    exp.Add: exp.Sub, exp.Sub: exp.Add, exp.Mul: exp.Div, exp.Div: exp.Mul, exp.Min: exp.Max, exp.Max: exp.Min, exp.Greatest: exp.Least, exp.Least: exp.Greatest, exp.ArgMin: exp.ArgMax, exp.ArgMax: exp.ArgMin,
    exp.Sum: exp.Count, exp.Lag: exp.Lead, exp.Lead: exp.Lag, exp.LogicalOr: exp.LogicalAnd, exp.LogicalAnd: exp.LogicalOr,
}

Fault = tuple[str, Callable[[], exp.Expression | None]]
"""(what is done, how to make the expression that takes the place; None takes it out)."""


Site = tuple[int, int]
"""(number of a node in its tree, number of one of its faults)."""


@dataclass(frozen=True)
class Told:
    """Where a fault stands and what it changes."""

    line: int
    where: str
    change: str


def faults(node: exp.Expression) -> list[Fault]:
    """Return the faults a node of a syntax tree can have."""
    kind = type(node)
    found: list[Fault] = [(f"{kind.key} to {other.key}", lambda other=other: _as(node, other)) for other in COMPARED.get(kind, ())]
    if kind in SWAPPED:
        found.append((f"{kind.key} to {SWAPPED[kind].key}", lambda: _as(node, SWAPPED[kind])))
    for offer in (_logic, _number, _null, _branches, _sets, _windows):
        found += offer(node)
    return found


def _as(node: exp.Expression, kind: type[exp.Expression]) -> exp.Expression:
    kept = {name: node.args[name].copy() if isinstance(node.args[name], exp.Expression) else [e.copy() for e in node.args[name]] if isinstance(node.args[name], list) else node.args[name]
            for name in kind.arg_types if node.args.get(name) is not None}
    return kind(**kept)


def _logic(node: exp.Expression) -> list[Fault]:
    if isinstance(node, exp.And):
        found: list[Fault] = [("and to or", lambda: exp.Paren(this=_as(node, exp.Or))), ("drop a condition", lambda: node.this.copy())]
        return found if isinstance(node.this, exp.And) else [*found, ("drop the first condition", lambda: node.expression.copy())]
    if isinstance(node, exp.Or):
        return [("or to and", lambda: _as(node, exp.And)), ("drop an alternative", lambda: node.this.copy())]
    if isinstance(node, exp.Not):
        return [("drop not", lambda: node.this.copy())]
    if isinstance(node, exp.Where | exp.Having) and not isinstance(node.this, exp.And) and not isinstance(node.parent, exp.Filter):
        return [("drop the condition", lambda: None)]
    if isinstance(node, exp.Filter) and not isinstance(node.expression.this, exp.And):
        return [("drop the filter", lambda: node.this.copy())]
    if isinstance(node, exp.In) and len(node.expressions) > 1:
        return [(f"drop member {i + 1}", lambda i=i: _without(node, "expressions", i)) for i in range(len(node.expressions))]
    if isinstance(node, exp.Between):
        return [("exclude the lower end", lambda: exp.Paren(this=exp.and_(exp.GT(this=node.this.copy(), expression=node.args["low"].copy()), exp.LTE(this=node.this.copy(), expression=node.args["high"].copy())))),
                ("exclude the upper end", lambda: exp.Paren(this=exp.and_(exp.GTE(this=node.this.copy(), expression=node.args["low"].copy()), exp.LT(this=node.this.copy(), expression=node.args["high"].copy()))))]
    return []


def _number(node: exp.Expression) -> list[Fault]:
    if isinstance(node, exp.Neg):
        return [("drop the sign", lambda: node.this.copy())]
    if not isinstance(node, exp.Literal) or isinstance(node.parent, exp.DataTypeParam):
        return []
    whole = isinstance(node.parent, exp.Interval) if node.is_string else node.is_int
    if node.is_string and not whole:
        return []
    value = int(node.this) if whole else float(node.this)
    # two steps for a whole number, one for a fraction
    return [(f"{step:+d}", lambda step=step: exp.Literal(this=str(value + step), is_string=node.is_string)) for step in ((1, -1) if whole and value else (1,))]


def _null(node: exp.Expression) -> list[Fault]:
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null) and not isinstance(node.parent, exp.Not):
        return [("is null to is not null", lambda: exp.Paren(this=exp.Not(this=node.copy())))]
    if isinstance(node, exp.Coalesce):
        return [("drop the default", lambda: node.this.copy())]
    return []


def _branches(node: exp.Expression) -> list[Fault]:
    if not isinstance(node, exp.Case):
        return []
    count = len(node.args["ifs"])
    found: list[Fault] = [(f"swap branches {i + 1} and {i + 2}", lambda i=i: _exchanged(node, i)) for i in range(count - 1)]
    if count > 1:
        found += [(f"drop branch {i + 1}", lambda i=i: _without(node, "ifs", i)) for i in range(count)]
    elif node.args.get("default") is not None:
        found.append(("swap then and else", lambda: _turned(node)))
    return found


def _sets(node: exp.Expression) -> list[Fault]:
    if isinstance(node, exp.Union):
        return [("union to union all" if node.args.get("distinct") else "union all to union", lambda: _set(node, "distinct", not node.args.get("distinct")))]
    if isinstance(node, exp.Join) and node.args.get("on") is not None and not node.args.get("kind"):
        return [("left join to join" if node.side else "join to left join", lambda: _set(node, "side", None if node.side else "LEFT"))]
    if isinstance(node, exp.Select) and node.args.get("distinct"):
        return [("drop distinct", lambda: _set(node, "distinct", None))]
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct):
        return [("drop distinct", lambda: exp.Count(this=node.this.expressions[0].copy(), big_int=True))]
    return []


def _windows(node: exp.Expression) -> list[Fault]:
    found: list[Fault] = []
    if isinstance(node, exp.Window):
        if node.args.get("order"):
            found.append(("drop the order", lambda: _set(node, "order", None)))
        if node.args.get("partition_by"):
            found.append(("drop the partition", lambda: _set(node, "partition_by", None)))
    if isinstance(node, exp.Ordered) and node.find_ancestor(exp.Window, exp.AggFunc):
        found.append(("turn the order", lambda: _set(node, "desc", not node.args.get("desc"))))
    return found


def _set(node: exp.Expression, name: str, value: object) -> exp.Expression:
    copy = node.copy()
    copy.set(name, value)
    return copy


def _without(node: exp.Expression, name: str, index: int) -> exp.Expression:
    copy = node.copy()
    copy.set(name, [one for i, one in enumerate(copy.args[name]) if i != index])
    return copy


def _exchanged(node: exp.Expression, index: int) -> exp.Expression:
    copy = node.copy()
    one, other = copy.args["ifs"][index : index + 2]
    first, second = one.args["true"].copy(), other.args["true"].copy()
    one.set("true", second)
    other.set("true", first)
    return copy


def _turned(node: exp.Expression) -> exp.Expression:
    copy = node.copy()
    then, otherwise = copy.args["ifs"][0].args["true"].copy(), copy.args["default"].copy()
    copy.args["ifs"][0].set("true", otherwise)
    copy.set("default", then)
    return copy


def sites(tree: exp.Expression) -> Iterator[Site]:
    """Yield every fault of a statement in its order; a few may change nothing."""
    for i, node in enumerate(tree.walk()):
        yield from ((i, k) for k in range(len(faults(node))))


def told(tree: exp.Expression, site: Site) -> Told:
    """Return where a fault stands and what it changes."""
    node = _node(tree, site)
    what, make = faults(node)[site[1]]
    new = make()
    return Told(_line(node), _where(node), f"{what}: {shown(_text(node), '' if new is None else _text(new))}")


def faulty(tree: exp.Expression, site: Site) -> exp.Expression:
    """Return a copy of a statement with one fault."""
    copy = tree.copy()
    node = _node(copy, site)
    new = faults(node)[site[1]][1]()
    if node.parent is None:
        return new
    if new is None:
        node.pop()
    else:
        node.replace(new)
    return copy


def _node(tree: exp.Expression, site: Site) -> exp.Expression:
    return next(node for i, node in enumerate(tree.walk()) if i == site[0])


def parse(text: str) -> exp.Expression:
    """Return the syntax tree of one statement or expression."""
    return sqlglot.parse_one(text, read="duckdb")


def written(tree: exp.Expression) -> str:
    """Return the text of a syntax tree; comments are left out."""
    return tree.sql(dialect="duckdb", comments=False)


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield (first line, text) of every statement of a script."""
    begin = 0
    for token in [*sqlglot.tokenize(text, read="duckdb"), None]:
        if token is None or token.token_type == sqlglot.TokenType.SEMICOLON:
            end = len(text) if token is None else token.start
            if sqlglot.tokenize(text[begin:end], read="duckdb"):
                yield text.count("\n", 0, begin) + 1, text[begin:end]
            begin = end + 1


def shown(before: str, after: str, around: int = 32, most: int = 110) -> str:
    """Return a change in one line: what is common to both sides is cut down to a few signs around the difference."""
    head = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))
    tail = next((i for i, (a, b) in enumerate(zip(before[head:][::-1], after[head:][::-1], strict=False)) if a != b), min(len(before), len(after)) - head)
    begin = 0 if head <= around else head - around

    def cut(text: str) -> str:
        end = len(text) if tail <= around else len(text) - tail + around
        middle = text[begin:end]
        middle = middle if len(middle) <= most else f"{middle[: most - 20]} … {middle[-17:]}"
        return ("…" if begin else "") + middle + ("…" if end < len(text) else "")

    return " ".join(f"{cut(before)} → {cut(after) or 'nothing'}".split())


def _text(node: exp.Expression) -> str:
    return node.sql(dialect="duckdb", comments=False)


def _line(node: exp.Expression) -> int:
    lines = [n.meta["line"] for n in node.walk() if "line" in n.meta]
    while not lines and node.parent is not None:
        node = node.parent
        lines = [n.meta["line"] for n in node.walk() if "line" in n.meta]
    return min(lines, default=1)


def _where(node: exp.Expression) -> str:
    """Return table, common table expression and column a node stands in."""
    names: list[str] = []
    while node is not None:
        if isinstance(node, exp.Create):
            names.append(node.this.sql())
        elif isinstance(node, exp.CTE) or (isinstance(node, exp.Alias) and isinstance(node.parent, exp.Select)):
            names.append(node.alias)
        node = node.parent
    return ".".join(reversed(names))
