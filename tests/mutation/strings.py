"""SQL written as strings of a Python module: each is read as a syntax tree with a name in the place of what is filled in, made faulty, and put back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError

from tests.mutation import sql
from tests.mutation.sql import Site, Told

LOOKS = re.compile(r"[=<>+*/-]| (?:and|or|not|is|in|as|join|filter|over) |\b(?:case|select|coalesce|count|sum|min|max|avg|greatest|least)\b")
"""What a string has in it, if it is SQL with anything to make wrong."""

@dataclass
class Query:
    """A string of SQL: its syntax tree, and what is filled in at each hole."""

    tree: exp.Expression
    holes: list[ast.FormattedValue]
    wrapped: str
    line: int

    def sites(self) -> Iterator[Site]:
        """Yield the faults of the string."""
        return sql.sites(self.tree)

    def told(self, site: Site) -> Told | None:
        """Return a fault in words; None where it touches but the shape that was given to what is filled in."""
        found, text = sql.told(self.tree, site), ast.unparse(self.faulty(site))
        shaped = found.change.startswith("drop the") and re.search(r"\bhere\b", found.change)
        if shaped or re.search(r"\bhere\b", text) or text == ast.unparse(self.faulty(None)):
            return None
        return Told(found.line, self._named(found.where), self._named(found.change))

    def faulty(self, site: Site | None) -> ast.expr:
        """Return the string with one fault, or as it is but written anew."""
        return self._string(sql.written(self.tree if site is None else sql.faulty(self.tree, site)))

    def _named(self, text: str) -> str:
        return re.sub(r"hole(\d+)x", lambda found: "{" + ast.unparse(self.holes[int(found[1])].value) + "}", text.replace("PARTITION BY here, ", "").replace(" ORDER BY here", ""))

    def _string(self, text: str) -> ast.expr:
        before, after = self.wrapped.split("{}")
        # a fault in a condition keeps its brackets
        body = text[len(before) : len(text) - len(after)]
        if not self.holes:
            return ast.Constant(body)
        parts: list[ast.expr] = []
        for i, piece in enumerate(re.split(r"hole(\d+)x", _emptied(body))):
            if i % 2:
                parts.append(self.holes[int(piece)])
            elif piece:
                parts.append(ast.Constant(piece))
        return ast.JoinedStr(parts)


def query(node: ast.expr) -> Query | None:
    """Return the SQL of a string of a module, None where it is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        holes, text = [], node.value
    elif isinstance(node, ast.JoinedStr):
        holes = [part for part in node.values if isinstance(part, ast.FormattedValue)]
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else f"hole{holes.index(part)}x" for part in node.values)
    else:
        return None
    if not text.isascii() and not re.search(r"'[^']*[^\x00-\x7f]", text) or not LOOKS.search(text) or re.match(r"\s*(?:rows|partition|order) |[A-Z]|\w+$", text):
        return None
    text = _filled(text)
    for wrapped in ("{}", "SELECT {}", "WITH {} SELECT 1", "SELECT 1 WHERE {}", "SELECT 1 FROM t {}"):
        asked = wrapped.replace("{}", text) if wrapped != "SELECT {}" or not re.match(r"\s*(?:with|select)\b", text) else None
        try:
            tree = asked and sql.parse(asked)
        except SqlglotError:
            continue
        if tree and not isinstance(tree, exp.Command | exp.Alias):
            return Query(tree, holes, wrapped, node.lineno) if not isinstance(tree, exp.Column) and _reads(tree, wrapped) else None
    return None


def _reads(tree: exp.Expression, wrapped: str) -> bool:
    """Return whether an expression names a column, or asks anything of what is filled in: a joined month or number does neither."""
    named = any(not re.fullmatch(r"hole\d+x", column.name) for column in tree.find_all(exp.Column))
    inside = [node for node in tree.find_all(exp.Select, exp.Connector, exp.Predicate, exp.Case, exp.Func, exp.Paren) if node is not tree or wrapped == "{}"]
    return named or bool(inside)


def _filled(text: str) -> str:
    """Give what is filled in the shape of what it stands for: a common table expression, a query, a window, or a name."""
    text = re.sub(r"((?:,\s*|with )hole\d+x)(?=\s*(?:select\b|,\s*\w+ as \())", r"\1 as (select 1)", text)
    text = re.sub(r"((?:\bas|\bfrom) \()(hole\d+x)\)", r"\1select \2)", text)
    text = re.sub(r"\*(hole\d+x)", r"*, here.\1", text)
    text = re.sub(r"over \((hole\d+x) (hole\d+x)\)", r"over (partition by here, \1 order by here rows between \2 preceding and current row)", text)
    text = re.sub(r"over \((hole\d+x) rows", r"over (partition by here, \1 order by here rows", text)
    text = re.sub(r"over \((hole\d+x)\)", r"over (partition by here, \1)", text)
    return re.sub(r"over \((hole\d+x)\s*order by", r"over (partition by here, \1 order by", text)


def _emptied(text: str) -> str:
    """Take the shapes of `_filled` away again."""
    text = re.sub(r"(hole\d+x) AS \(SELECT 1\)", r"\1", text)
    text = re.sub(r"\(SELECT (hole\d+x)\)", r"(\1)", text)
    text = re.sub(r", here\.(hole\d+x)", r"\1", text)
    text = re.sub(r"PARTITION BY here, (hole\d+x) ORDER BY here rows BETWEEN (hole\d+x) preceding AND CURRENT ROW", r"\1 \2", text)
    text = re.sub(r"PARTITION BY here, (hole\d+x) ORDER BY here ", r"\1 ", text)
    return re.sub(r"PARTITION BY here, ", "", text)
