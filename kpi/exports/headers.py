"""Which column of a table a header means: spelling, units, brackets, stars and joined header rows tolerated."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache

from kpi.exports.fields import Field, Table, normal
from kpi.exports.tables import BY_NAME, TABLES

SHARED = Counter(header for table in TABLES for header in table.by_header)
"""In how many tables a header stands: the fewer, the more it tells."""

_ADVICE = re.compile(r"必填项?|选填项?|必录|可选|自动生成|下拉选择|请选择|(?:填写)?格式.*$|示例.*$|例如.*$|如[:：].*$")
_ENUMERATED = re.compile(r"^(?:\d{1,2}|[a-z]|第?[一二三四五六七八九十]{1,2})[.、)\s]*(?=\D)")
_TRAILING = re.compile(r"\d{1,2}$")
_UNIT_TAIL = re.compile(r"(?:单位)?(?:人民币)?(?:亿元|万元|千元|元|公里|km|米|m3/?[hd]|m³/?[hd]|m3|m³|m|毫米|mm|kpa|mpa|份数?|个数?|项数?|次|天|工作日|小时|分|人|户|亩|万方|方)$")
_WHEN = ("日期", "时间", "年月日", "时点", "时刻", "日")
_NUMBERED = ("编号", "编码", "号码", "代码", "单号", "单编号", "id", "号")
_GROUP_NOISE = re.compile(r"(?:基本|主要|相关)?(?:信息|情况|栏|环节|阶段|节点|办理|记录|时段|时间|日期|起止|区间)$")
_BRACKETED = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_FIGURE = re.compile(r"\d{2}")
LONGEST_PART = 12
"""Signs of a part of a header beyond which it is no group of columns and none of its columns."""

_ALTERNATIVES = re.compile(r"[/、|或]|以及")
_UNIT_ONLY = re.compile(r"^(?:亿元|万元|千元|元|米|m|km|公里|份|个|次|天|项|户|m3|m³|kpa|mpa|年月日|年/月/日|yyyy.*|年月日时分|时分|是/?否|必填|选填|文本|日期|数字|\d+)?$")


def unit_only(text: str) -> bool:
    """Whether the lower part of a header says only a unit or a format."""
    bare = re.sub(r"[()（）\[\]【】\s:：*]", "", unicodedata.normalize("NFKC", text)).lower()
    return _UNIT_ONLY.fullmatch(bare) is not None


@cache
def _spellings(header: str) -> tuple[str, ...]:
    """Return a header and simpler forms of it, nearest first: every table asks for them."""
    return tuple(_simpler(header))


def _simpler(header: str) -> Iterator[str]:
    seen: set[str] = set()

    def fresh(text: str) -> Iterator[str]:
        found = normal(text)
        if found and found not in seen:
            seen.add(found)
            yield found

    yield from fresh(header)
    first = header.strip().split("\n")[0]
    for text in (first, _ADVICE.sub("", unicodedata.normalize("NFKC", header))):
        yield from fresh(text)
    for text in list(seen):
        for shorter in (_ENUMERATED.sub("", text), _TRAILING.sub("", text), _UNIT_TAIL.sub("", text), text.removeprefix("是否"), _ADVICE.sub("", text)):
            yield from fresh(shorter)
    if normal(header) in ("序号", "行号", "no"):
        return
    # a bracket may hold the better name: 时间（通气时间）
    for inner in re.findall(r"[(（\[【]([^()（）\[\]【】]{2,})[)）\]】]", header):
        yield from fresh(inner)


@cache
def find(table: str, header: str) -> tuple[Field, float] | None:
    """Return (field, certainty of 0 to 1) that a header means in a table, or None."""
    known = BY_NAME[table].by_header
    certainty = 1.0
    for text in _spellings(header):
        if text in known:
            return known[text], certainty
        certainty = 0.9
    for text in _spellings(header)[:4]:
        for kind, endings in (("time", _WHEN), ("id", _NUMBERED)):
            for ending in endings:
                if text.endswith(ending) and len(text) > len(ending):
                    stem = text.removesuffix(ending)
                    break
            else:
                stem = text
            for other in (*endings, ""):
                match = known.get(stem + other)
                if match is not None and match.kind == kind and stem:
                    return match, 0.8
    parts = [part for part in _ALTERNATIVES.split(header) if part.strip()]
    if len(parts) > 1:
        meant = {known[normal(part)].name for part in parts if normal(part) in known}
        if len(meant) == 1 and all(normal(part) in known for part in parts):
            return known[normal(parts[0])], 0.9
    return None


def joined(table: Table, parts: tuple[str, ...], *, guessed: bool = False) -> tuple[Field, float] | None:
    """Return the field that a column's header parts mean, from top to bottom.

    The lowest part counts most, alone or behind the parts above it; a part above alone counts only where the lowest
    is a unit or format; with `guessed` the upper part was carried over from the left and only helps the lowest.
    """
    if not parts:
        return None
    if len(parts) == 1:
        return find(table.name, parts[0])
    leaf = parts[-1]
    uppers = parts[:-1]
    if unit_only(leaf):
        return joined(table, uppers, guessed=guessed) if not guessed else None
    below = normal(_BRACKETED.sub("", leaf)) or normal(leaf)
    groups = [group for upper in dict.fromkeys(("".join(uppers), uppers[-1], uppers[0])) for group in dict.fromkeys((normal(upper), _GROUP_NOISE.sub("", normal(upper)))) if group]
    # 占掘路审批 over 批复, but also 用气量 over 小时 and 出资 over 政府
    for group in groups:
        for text in (group + below, below + group):
            if text in table.by_header:
                return table.by_header[text], 1.0
    found = find(table.name, leaf)
    if found or _FIGURE.search(leaf) or len(below) > LONGEST_PART:
        return found
    return next((match for group in groups if len(group) <= LONGEST_PART for text in (group + below, below + group) if (match := find(table.name, text))), None)


def both_ends(table: Table, parts: tuple[str, ...]) -> tuple[Field, Field] | None:
    """Return the fields of beginning and end where a column's header parts say that it states both, or None."""
    texts = ("".join(parts), *parts[-1:])
    return next((found for text in texts if (found := table.by_range.get(normal(text)))), None)


def rarity(field: Field, header: str) -> float:
    """Return how much a header tells about its table: 1 for one that no other table has."""
    return 1 / (SHARED.get(normal(header)) or SHARED[normal(field.zh)])


def letter(column: int) -> str:
    """Return the spreadsheet letters of a 0-based column."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def place(letters: str) -> int:
    """Return the 0-based column of spreadsheet letters."""
    column = 0
    for sign in letters:
        column = column * 26 + ord(sign) - 64
    return column - 1
