"""What the loader noted while it put batches together: values two grids report differently, what later ledgers say of corrected values, rows a complete file no longer holds."""

from __future__ import annotations

from kpi.exports.tables import BY_NAME
from kpi.quality.model import Example, Rule
from kpi.words import Text


def _differs(table: str) -> Rule:
    own, column = BY_NAME[table].key[0], BY_NAME[table].fields[-1].name
    required = {name: "2024-05-06" for group in BY_NAME[table].required for name in group[:1]}
    noted = [{"table_name": table, "key": "X1", "field": column, "submitter": "G02", "file": "二号网格.csv", "sheet": "二号网格", "row": "7"},
             {"table_name": "other", "key": "X1", "field": column, "submitter": "G02", "file": "二号网格.csv", "sheet": "二号网格", "row": "8"}]
    return Rule(
        code="told_differently", severity="warning", table=table, label=Text("两个网格对同一编号填得不同", "Two grids report different values"), args=("submitter",), needs=("conflict",),
        select=f"select key, field, file, sheet, row, '' as value, submitter from conflict where table_name = '{table}'",
        example=Example(rows={table: [required | {own: "X1"}], "conflict": noted}, expect=[{"key": "X1", "field": column, "row": 7, "submitter": "G02"}]),
    )


def _overruled(table: str, kind: str, code: str, severity: str, label: Text) -> Rule:
    own, column = BY_NAME[table].key[0], BY_NAME[table].fields[-1].name
    required = {name: "2024-05-06" for group in BY_NAME[table].required for name in group[:1]}
    noted = [{"table_name": name, "key": "X1", "field": column, "number": "3", "kind": what, "submitter": "G01", "file": "六月.csv", "sheet": "六月", "row": "7"}
             for name, what in ((table, kind), (table, "neither"), ("other", kind))]
    return Rule(
        code=code, severity=severity, table=table, label=label, args=("number",), needs=("overruled",),
        select=f"select key, field, file, sheet, row, '' as value, number from overruled where table_name = '{table}' and kind = '{kind}'",
        example=Example(rows={table: [required | {own: "X1"}], "overruled": noted}, expect=[{"key": "X1", "field": column, "row": 7, "number": 3}]),
    )


def _vanished(table: str) -> Rule:
    own = BY_NAME[table].key[0]
    required = {name: "2024-05-06" for group in BY_NAME[table].required for name in group[:1]}
    noted = [{"table_name": name, "key": "X1", "file": "旧台账.csv", "sheet": "旧台账", "row": "5", "batch": "1"} for name in (table, "other")]
    return Rule(
        code="vanished", severity="warning", table=table, label=Text("全量文件里已没有这一条", "No longer in the complete file"), needs=("vanished",),
        select=f"select key, cast(null as varchar) as field, file, sheet, row, '' as value from vanished where table_name = '{table}'",
        example=Example(rows={table: [required | {own: "X1"}], "vanished": noted}, expect=[{"key": "X1", "file": "旧台账.csv", "row": 5}]),
    )


RULES: tuple[Rule, ...] = (
    *(_differs(table) for table in BY_NAME),
    *(_overruled(table, "otherwise", "corrected_differently", "warning", Text("更正之后又报了别的值", "Another value after a correction")) for table in BY_NAME),
    *(_overruled(table, "repeated", "corrected_repeated", "info", Text("仍是更正前的值", "Still the value before a correction")) for table in BY_NAME),
    *(_vanished(table) for table in BY_NAME),
)

CONFLICTS = ("told_differently", "corrected_differently")
"""Rules that say of a value that two tell it differently, and a person is to decide."""
