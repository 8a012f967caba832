"""Files about one column: a ledger of a table whose column holds one dirt after the other, each cell with what it must give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kpi.exports.tables import BY_NAME
from tests.exports.corpus.case import Case, Cell, Loaded, Sheet
from tests.exports.corpus.ledgers import ledger

COUNTED = frozenset(["note_ignored", "read_as_month_day", "date_borrowed", "unsure", "paid_by_government"])
"""Notes that are told once for a column, at the first row."""

FRAMES: dict[str, dict[str, Any]] = {
    "application": {"报装编号": "BZ{:03d}", "报装日期": "2023-03-01"},
    "project": {"项目编号": "XM{:03d}", "项目名称": "示例项目{}", "信息获取时间": "2023-03-01"},
    "work": {"工程编号": "GC{:03d}", "工程名称": "示例支管{}", "管径": "DN100"},
    "visit": {"记录编号": "SM{:03d}", "报装编号": "BZ{:03d}", "服务类型": "通气", "预约时间": "2023-03-01"},
    "charge": {"费用编号": "FY{:03d}", "费用项目": "示例费", "收费日期": "2023-03-01"},
    "appeal": {"诉求编号": "SQ{:03d}", "诉求内容": "示例内容{}", "受理时间": "2023-03-01 09:00"},
    "followup": {"回访编号": "HF{:03d}", "回访次序": "第一次", "回访时间": "2023-03-01"},
    "term": {"网格编号": "G{:03d}", "客户经理工号": "M{:03d}", "任职开始": "2022-01-01"},
    "clock_stop": {"停表编号": "TB{:03d}", "报装编号": "BZ{:03d}", "停表开始": "2023-03-01"},
    "park": {"园区": "示例园区{}", "对接客户经理": "示例一", "对接开始日期": "2022-01-01"},
}
"""The columns beside the one in question, for each table: enough to be recognised, with a key and a date."""

def _lines(table: str, header: str, cells: Sequence[tuple[Any, Any]]) -> list[list[Any]]:
    frame = {name: value for name, value in FRAMES[table].items() if name != header}
    rows: list[list[Any]] = [[*frame, header]]
    for number, (cell, _) in enumerate(cells, start=1):
        rows.append([value.format(number) for value in frame.values()] + [cell])
    return rows


def files(builder: str, table: str, header: str, cells: Sequence[tuple[Any, Any]], *, kinds: Sequence[str]) -> list[Case]:
    """Return one case for each kind of file: `cells` are (cell as written, what it must give)."""
    known = BY_NAME[table].by_header[header.split("（")[0]]
    rows = _lines(table, header, cells)
    found: dict[int, Loaded] = {}
    findings: list[tuple[int | None, str, str]] = []
    for number, (_, outcome) in enumerate(cells, start=2):
        cell = outcome if isinstance(outcome, Cell) else Cell(outcome)
        found[number] = Loaded({known.name: cell.value}, ((header, cell.reject),) if cell.reject else ())
        if cell.note and not (cell.note in COUNTED and any(code == cell.note for _, _, code in findings)):
            findings.append((number, header, cell.note))
    return ledger(builder, rows, Sheet(table=table, rows=found, findings=tuple(findings)), kinds=kinds, title=BY_NAME[table].zh)
