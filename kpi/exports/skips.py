"""Rows that are no data: totals, repeated headers, units, column numbers, section headings, footers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi.exports import bulk
from kpi.exports.choices import BLANKS
from kpi.exports.encoded import Encoded
from kpi.exports.fields import normal
from kpi.exports.headers import unit_only
from kpi.exports.layout import Layout
from kpi.exports.recognise import other_header
from kpi.exports.sheets import Row
from kpi.exports.tables import TABLES
from kpi.exports.values import shown

TOTAL = re.compile(
    r"(?:本页|本月|本季|本季度|本年|本年度|全年|全部|各?网格|累计|年度|月度|[^\s:：]{0,8}(?:网格|片区|区域|园区|县|市|区|月|季度|年))?[(（]?\s*"
    r"(?:合\s*计|小\s*计|总\s*计|共\s*计|累\s*计|总\s*数|平\s*均|均\s*值|汇\s*总)[)）]?\s*(?:数|户数|金额|\(.*\)|（.*）|[:：].*)?"
)
FOOTER = re.compile(
    r"(?:填报人|填表人|填报|制表人?|编制人?|审核人?|审批人?|复核人?|经办人签字|单位负责人|部门负责人|分管领导|主管领导|负责人|填报单位|报送单位|填报日期|填表日期|制表日期|制表时间|报送日期|联系电话|联系人|(?:金额|合计|人民币|总计)?\s*大写"
    r"|备注|说明|注|附注|附|填表说明|填报说明|编制说明|口径|口径说明|数据来源|数据截至|数据截止|截至|截止|打印时间|打印日期|导出时间|签字|盖章|单位\(?盖章\)?|共\s*\d+\s*[条页行户个项家件笔人次宗][^\s,，。;；:：]{0,4}|第?\s*\d+\s*页?\s*[,，、/]?\s*共\s*\d+\s*页|第\s*\d+\s*页)"
    r"\s*(?:日期|时间)?\s*(?:[:：;；(（].*|\d.*)?",
    re.DOTALL,
)
_MARKED = re.compile(r"(?:数据)?(?:截至|截止).{4,30}|(?:以上|本表|此表).{4,}|※.*|\*.*|注\s*\d*\s*[:：、.].*", re.DOTALL)
_SECTION = re.compile(r"(?:[一二三四五六七八九十]{1,3}|[(（][一二三四五六七八九十\d]{1,3}[)）])\s*[、.．]?\s*\S.*")
_NUMBERED = re.compile(r"[(（]?\s*(\d{1,3})\s*[)）]?|([①-⑳])|([A-Z]{1,2})|(甲|乙|丙|丁|戊|己|庚|辛|壬|癸)|栏次|列号|序号")
_EXAMPLE = re.compile(r"(?:示例|样例|例|范例|填写示例|填报示例)\s*\d*(?:[:：(（].*)?", re.DOTALL)
_SERIAL = frozenset(["序号", "序", "行号", "no", "编号顺序", "项次", "顺序号"])
_WORDS = (
    "填 制 编 审 复 经 单 部 分 主 负 报 联 备 说 注 附 口 数 截 打 导 签 盖 共 第 以 本 此 ※ * 一 二 三 四 五 六 七 八 九 十 ( （ 示 样 例 范 合 小 总 累 平 均 汇"
)
_KEYED = frozenset(
    normal(header) for table in TABLES for name in (*table.key, *table.fallback, *(n for group in table.required for n in group)) for header in table.by_name[name].headers
)
"""Headers that any table is known by: where they stand below a header, another table may begin."""
_KEYED_CELLS = pa.array(sorted(_KEYED), pa.string())
_TOLD_ANYWHERE = "计均汇数"
_ANYWHERE = re.compile(f"[{_TOLD_ANYWHERE}]")
_MEMO = 100_000
LEAD = 6
"""Columns at the front whose cells decide whether a row may be something else than data."""


class Skipper:
    """Decides for a row below the header whether it is data; knows the layout and the titles it stands under."""

    def __init__(self, layout: Layout, titles: list[str], wide: dict[int, int]) -> None:
        """`wide` maps row numbers to the column where a merge across three columns or more begins."""
        self.layout, self.last = layout, layout.last
        self.wide = wide
        key_names = {*layout.table.key, *(name for group in layout.table.required for name in group)}
        self.keys = {c.at for c in layout.columns if c.field is not None and c.field.name in key_names}
        self.headers = {normal(c.header) for c in layout.columns if c.header}
        self.headers |= {normal(name) for c in layout.columns if c.field is not None for name in (*c.field.headers, c.field.name)}
        self.serial = {c.at for c in layout.columns if c.field is None and normal(c.header) in _SERIAL}
        self.titles = {normal(title) for title in titles}
        told = {word[0] for word in (*self.headers, *self.titles, *BLANKS) if word}
        self.starts = {*_WORDS.split(), "N", *told}
        # firms do begin with 示例 and the like; an example says no more than that
        signs = "".join(re.escape(sign) for sign in sorted(self.starts - {"示", "样", "例", "范"} | told))
        self.likely = f"^[ '\u3000\u00a0]*([{signs}]|(示|样|范|)例[\\s\u3000\u00a0\\pN]*([:：(（]|$)|$)"
        self.begins = np.zeros(1 << 16, bool)
        self.begins[[ord(sign) for sign in {*" '\u3000\u00a0", *self.starts, *(word[0] for word in _KEYED)} if len(sign) == 1 and ord(sign) < 1 << 16]] = True
        self.memo: dict[str, bool] = {}

    def doubtful(self, columns: Iterator[Encoded], first: int, size: int) -> np.ndarray:
        """Return which of the rows from number `first` on must be looked at one by one.

        `columns` are the sheet's columns from the left: two innocent cells at the front make a row of data.
        """
        doubt = np.zeros(size, bool)
        innocent = np.zeros(size, np.int8)
        for at, column in enumerate(columns):
            strange, empty = self._strange(column)
            doubt |= strange & (innocent < 2)
            if at not in self.serial:
                innocent += ~strange & ~empty
            if at >= LEAD or innocent.min(initial=2) >= 2:
                break
        doubt |= innocent < 2
        doubt[: max(0, self.last + 3 - first)] = True
        doubt[[row - first for row in self.wide if first <= row < first + size]] = True
        return doubt

    def _strange(self, column: Encoded) -> tuple[np.ndarray, np.ndarray]:
        """Return for each row whether its cell may begin a row that is no data, and whether it is empty."""
        size = len(column.cells)
        strange, empty = np.zeros(size, bool), np.zeros(size, bool)
        if column.textual:
            held = bulk.holding(column.cells, _TOLD_ANYWHERE)
            begins = np.flatnonzero(bulk.beginning(column.cells, self.begins) & ~held)
            some = column.cells.take(pa.array(begins))
            known = pc.or_(pc.match_substring_regex(some, self.likely), pc.is_in(some, value_set=_KEYED_CELLS))
            held[begins] = known.to_numpy(zero_copy_only=False)
            likely = np.flatnonzero(held)
            for at, cell in zip(likely.tolist(), column.cells.take(pa.array(likely)).to_pylist(), strict=True):
                empty[at] = not cell
                strange[at] = bool(cell) and self._suspicious(cell)
        else:
            for at, cell in enumerate(column.cells):
                empty[at] = cell is None or cell == ""
                strange[at] = isinstance(cell, str) and cell != "" and self._suspicious(cell)
        return strange[column.index], empty[column.index]

    def _suspicious(self, value: str) -> bool:
        known = self.memo.get(value)
        if known is None:
            text = value.strip(" '\u3000\u00a0")
            known = not text or text.lower() in BLANKS or text in _KEYED or (text[0] in self.starts or _ANYWHERE.search(text) is not None) and (
                any(shape.fullmatch(text) for shape in (TOTAL, FOOTER, _MARKED, _EXAMPLE, _SECTION)) or normal(text) in self.headers or normal(text) in self.titles
            )
            if len(self.memo) >= _MEMO:
                self.memo.clear()
            self.memo[value] = known
        return known

    def code(self, number: int, cells: Row) -> str | None:
        """Return why a row is no data, or None; the row is not blank."""
        filled = [(at, shown(cell).strip()) for at, cell in enumerate(cells) if cell is not None and cell != ""]
        filled = [(at, text) for at, text in filled if text.lower() not in BLANKS]
        if not filled:
            return "blank_marks"
        if number <= self.last + 2 and (code := self._below_header(filled)):
            return code
        beside = [(at, text) for at, text in filled if at not in self.serial or not text.isdigit()]
        if not beside:
            return "number_only"
        return self._told(number, cells, filled, beside)

    def _below_header(self, filled: list[tuple[int, str]]) -> str | None:
        numbers = [_NUMBERED.fullmatch(text) for _, text in filled]
        if len(filled) >= 3 and all(numbers):
            figures = [int(m[1]) for m in numbers if m[1]]
            steps = [b - a for a, b in zip(figures, figures[1:], strict=False)]
            if not figures or len(figures) >= len(filled) - 1 and all(step == 1 for step in steps):
                return "column_numbers"
        if all(unit_only(text) and not text.isdigit() for _, text in filled):
            return "units"
        return None

    def _told(self, number: int, cells: Row, filled: list[tuple[int, str]], beside: list[tuple[int, str]]) -> str | None:
        at, text = beside[0]
        repeated = sum(1 for _, cell in filled if normal(cell) in self.headers)
        if sum(1 for _, cell in filled if normal(cell) in _KEYED) >= 2 and other_header(self.layout, number, cells):
            return "other_header"
        if len(filled) >= 2 and repeated >= max(2, 0.6 * len(filled)):
            return "repeated_header"
        # at the front the word decides alone, for the key column may hold the number of cases
        if TOTAL.fullmatch(text) or len(beside) > 1 and TOTAL.fullmatch(beside[1][1]) and not self._keyed(beside):
            return "total"
        if _EXAMPLE.fullmatch(text):
            return "example"
        # where only numbers stand, such a word is no part of a record whatever stands beside it
        if len(beside) <= 8 and (FOOTER.fullmatch(text) or _MARKED.fullmatch(text)) and (at in self.serial or not self._keyed(beside[1:])):
            return "footer"
        if len(beside) == 1:
            if normal(text) in self.titles or at not in self.keys and self.wide.get(number) == at or _SECTION.fullmatch(text) and len(text) <= 60:
                return "section"
            if len(text) >= 30:
                return "footer"
        return None

    def _keyed(self, filled: list[tuple[int, str]]) -> bool:
        """Whether a row holds something in a key or required column that is no total's word or footer."""
        return any(at in self.keys and not TOTAL.fullmatch(text) and not FOOTER.fullmatch(text) for at, text in filled)
