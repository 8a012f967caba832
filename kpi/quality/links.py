"""Rows that point to nothing: numbers of applications, projects and works that no ledger knows."""

from __future__ import annotations

from collections.abc import Collection

from kpi.exports.tables import BY_NAME
from kpi.quality.model import Example, Rule
from kpi.quality.phrases import pick
from kpi.words import Text

_TARGETS = {
    "app_id": ("application", ("work", "visit", "charge", "appeal", "followup", "clock_stop"), Text("报装编号不在报装台账里", "No application of this number")),
    "project_id": ("project", ("application", "work", "visit"), Text("项目编号不在项目台账里", "No project of this number")),
    "work_id": ("work", ("clock_stop",), Text("工程编号不在工程台账里", "No works of this number")),
}


def _bare(name: str) -> str:
    """A number without what clerks leave out or add: case, spaces, hyphens."""
    return f"upper(replace(replace(replace({name}, '-', ''), ' ', ''), '—', ''))"


def guesses(filled: Collection[str]) -> list[str]:
    """Return selects of (kind, word, near) over the tables that hold rows: numbers nobody knows, but for hyphens, spaces or case."""
    found = []
    for column, (target, tables, _) in _TARGETS.items():
        told = " union ".join(
            f"select {column} as word from {table} where {column} not in (select {column} from {target} where {column} is not null)" for table in tables if table in filled
        )
        if told and target in filled:
            found.append(f"select '{column}', t.word, min(k.{column}) from ({told}) as t join {target} as k on {_bare(f'k.{column}')} = {_bare('t.word')} group by t.word")
    return found


def _unknown(column: str, table: str) -> Rule:
    target, _, label = _TARGETS[column]
    own = BY_NAME[table].key[0]
    required = {name: "2024-05-06" for group in BY_NAME[table].required for name in group[:1]}
    known = {name: "2024-04-01" for group in BY_NAME[target].required for name in group[:1]} | {column: "BZ-0001"}
    rows = [required | {own: key, column: text} for key, text in (("X1", "BZ9999"), ("X2", "BZ0001"), ("X3", "BZ-0001"), ("X4", ""))]
    return Rule(
        code=f"unknown_{target}", severity="warning", table=table, label=label, args=("near",), needs=(target,), uses=(column,),
        select=pick(table, column, f"t.{column}", f"t.{column} is not null and t.{column} not in (select {column} from {target} where {column} is not null)", near="n.near",
                    more=f"left join near_word as n on n.kind = '{column}' and n.word = t.{column}"),
        example=Example(rows={target: [known], table: rows}, expect=[{"key": "X1", "value": "BZ9999", "near": None}, {"key": "X2", "value": "BZ0001", "near": "BZ-0001"}]),
    )


RULES: tuple[Rule, ...] = tuple(_unknown(column, table) for column, (_, tables, _) in _TARGETS.items() for table in tables)
