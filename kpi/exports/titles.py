"""What titles, sheet names, file names and footers state: period, cut-off, who reports, unit of money."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from kpi.exports import amounts, numerals
from kpi.exports.outcome import Noted, compact, dashed
from kpi.exports.spans import Context, Span
from kpi.exports.times import parse

_DATE = r"(?:\d{2,4}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?|20\d{6}|20\d{2}年\d{1,2}月(?:底|末)?(?!\d)"
_CLOCK = r"(?:\s*(?:上午|下午)?\s*\d{1,2}\s*[:时点]\s*(?:\d{1,2}\s*分?)?)?"
_CUTOFF = re.compile(rf"(?:截至|截止|截止到|截至到|止于)(?:日期|时间|日|时点|到|至)*\s*[:]?\s*({_DATE})({_CLOCK})|({_DATE})({_CLOCK})\s*(?:止|截止)(?!\w)")
_SUBMITTER = re.compile(r"(?:填报|报送|上报|编制|提报)\s*(?:单位|网格|部门|科室|机构|站)\s*(?:名称)?\s*:\s*([^\s:,;。()]+)")
_UNIT = re.compile(r"(?<![报送制位责任施工用气])(?:金额|货币|计量)?单位\s*:?\s*\(?\s*(?:人民币)?\s*(亿元|百万元|万元|千元|元)")
_MONTH = re.compile(r"(?<!\d)(20\d{2})\s*[年\-./_]\s*(1[0-2]|0?[1-9])\s*(月)?(?:份)?(?!\d|\s*[日号\-./~至到]\s*\d|\s*[日号])")
_DIGITS = re.compile(r"(?<!\d)(20\d{2})(0[1-9]|1[0-2])(?!\d)")
_RANGE = re.compile(r"(20\d{2})\s*年?\s*(?:1[0-2]|0?[1-9])\s*月?\s*(?:\d{1,2}\s*日?)?\s*(?:-|~|至|到)")
_SPAN = re.compile(r"(20\d{2})[-/.年](1[0-2]|0?[1-9])[-/.月]0?1日?\s*(?:-|~|至|到)+\s*(?:\1[-/.年])?0?\2[-/.月](?:28|29|30|31)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_FORM = re.compile(r"(?:格式|示例|例如|形如|如|写成|填写为)\s*[:：为]?\s*20\d{2}[\s\-/.年]*\d*[\-/.月]*\d*")
"""How a date is to be written, which says nothing about the period."""

_WRITTEN = re.compile(r"二[〇零○oO0][〇零○oO0一二三四五六七八九]{2}(?=\s*年)")
_ROUND = re.compile(r"[oO0]")
_LONE_MONTH = re.compile(r"(?<![\d\-~至])(1[0-2]|0?[1-9])\s*月(?:份)?(?!\s*[\d\-~至底])")
_CHINESE_MONTH = re.compile(r"(十[一二]?|[一二三四五六七八九])月(?:份)?")
_MONTHS = "一 二 三 四 五 六 七 八 九 十 十一 十二".split()
_SUFFIX = re.compile(r"\.(xlsx|xlsm|xls|xlsb|ods|csv|txt|et)$", re.IGNORECASE)


@dataclass
class Titles:
    """What a sheet states outside its rows: period ("2024-05" or "2024"), exclusive cut-off, submitter, unit of money."""

    period: str | None = None
    cutoff: datetime | None = None
    submitter: str | None = None
    unit: str = ""

    def context(self) -> Context:
        """Return what a date without year or month may lean on."""
        if self.period is not None:
            return Context(year=int(self.period[:4]), month=int(self.period[5:7]) if len(self.period) > 4 else None)
        return Context(year=(self.cutoff - timedelta(seconds=1)).year) if self.cutoff else Context()


def read(lines: list[str], sheet: str, file: str, period: str | None) -> Titles:
    """Read titles line by line, then the sheet's name, then the file's; `period` of the load fills in where none states one."""
    sources = [_told(line) for line in lines]
    names = [_told(sheet), _told(_SUFFIX.sub("", file))]
    found = Titles(period=_period(sources, names) or period)
    for line in (*sources, *names):
        note(found, line)
    for line in sources:
        if found.submitter is None and (stated := _SUBMITTER.search(line)):
            found.submitter = stated[1]
        if not found.unit and (stated := _UNIT.search(line)):
            found.unit = amounts.unit(stated[1])
    return found


def note(found: Titles, line: str) -> None:
    """Take a cut-off from one line, of a title or a footer; the latest of several stands."""
    line = _told(line)
    for stated in _CUTOFF.finditer(line):
        day, clock = (stated[1], stated[2]) if stated[1] else (stated[3], stated[4])
        rest = line[: stated.start()] + line[stated.end() :]
        year = _YEAR.search(rest)
        named = year[1] if year else (found.period or "")[:4]
        span = parse(f"{day} {clock or ''}".strip(), Context(year=int(named) if named else None, planned=True))
        if isinstance(span, Noted):
            span = span.value
        if isinstance(span, Span):
            found.cutoff = max(found.cutoff or span.end, span.end)


def _told(line: str) -> str:
    """Return a line in half width, a year written out in Chinese characters in figures."""
    return _WRITTEN.sub(lambda found: str(numerals.digits(_ROUND.sub("〇", found[0]))), dashed(compact(line)))


def _period(titles: list[str], names: list[str]) -> str | None:
    """Return the month that titles, sheet or file state, else the year; a month alone joins a year stated elsewhere."""
    sources = [*titles, *names]
    bare = [_FORM.sub(" ", _CUTOFF.sub(" ", _filled_on(source))) for source in sources]
    year = None
    for i, source in enumerate(bare):
        if whole := _SPAN.search(source):
            return f"{whole[1]}-{int(whole[2]):02d}"
        years = set(_YEAR.findall(source))
        if _RANGE.search(source):
            year = year or (years.pop() if len(years) == 1 else None)
            continue
        month = _MONTH.search(source) or (_DIGITS.search(source) if i >= len(titles) else None)
        if month:
            return f"{month[1]}-{int(month[2]):02d}"
        if year is None and len(years) == 1:
            year = years.pop()
    if year is None:
        return None
    for source in bare:
        if lone := _LONE_MONTH.search(source):
            return f"{year}-{int(lone[1]):02d}"
        if lone := _CHINESE_MONTH.search(source):
            return f"{year}-{_MONTHS.index(lone[1]) + 1:02d}"
    return year


def _filled_on(line: str) -> str:
    """Drop the day a form was filled in or printed: it says nothing about the period."""
    return re.sub(rf"(?:填报|制表|填表|打印|导出|上报|报送|编制)(?:日期|时间)?\s*:?\s*(?:{_DATE})", " ", line)
