"""Rows that are no data: totals, repeated headers, units and column numbers, footers."""

from __future__ import annotations

import re

from kpi.exports.fields import normal
from kpi.exports.recognise import Found

_TOTAL = re.compile(r"^(?:本页|本月|本季|本年|全年|全部|各网格|累计|年度)?\s*(?:合\s*计|小\s*计|总\s*计|共\s*计|累\s*计|平均)(?:[:：\s(（].*)?$")
_NOTE = re.compile(
    r"^(?:填报人|填表人|制表人?|审核人?|复核人?|单位负责人|部门负责人|负责人|填报单位|填报日期|制表日期|联系电话|备注|说明|注|附注|填表说明|数据截至|截至|截止|打印时间)\s*[:：]"
)
_UNITS = frozenset("元 万元 亿元 个 户 天 次 日 m 米 km 公里 m3 m³ 份 件 工作日 小时 (元) (万元) （元） （万元）".split())


def reason(cells: list[str], found: Found) -> str | None:
    """Return why a row is no data (total, header, units, numbering, note), None for data; the row is not blank."""
    filled = [(c, cell.strip()) for c, cell in enumerate(cells) if cell.strip()]
    first = filled[0][1]
    keys = [c for c, f in found.columns.items() if f.name in found.table.key]
    if any(_TOTAL.match(cell) for _, cell in filled[:3]):
        return "total"
    if _NOTE.match(first) and len(filled) <= 6 and not any(c in keys and c != filled[0][0] for c, _ in filled):
        return "note"
    texts = {normal(cell) for _, cell in filled}
    headers = {normal(header) for header in found.headers.values() if header}
    if len(texts & headers) >= max(2, 0.6 * len(texts)):
        return "header"
    if all(cell in _UNITS for _, cell in filled):
        return "units"
    if len(filled) >= 3 and [cell for _, cell in filled] in ([str(i) for i in range(1, len(filled) + 1)], list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(filled)])):
        return "numbering"
    if len(filled) == 1 and filled[0][0] not in keys and len(first) > 12:
        return "note"
    return None
