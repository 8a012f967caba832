"""Any valid table written in any column order, with titles and synonyms, in two formats, loads to the same rows."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi.exports import child
from kpi.exports.choices import CHOICES
from kpi.exports.limits import Limits
from kpi.exports.tables import TABLES
from tests.exports.conftest import text, xlsx
from tests.exports.corpus.writers import as_text
from tests.exports.staged import staged_rows

WORDS = st.text(alphabet="甲乙丙丁戊己庚辛东西南北宝路街号公司厂站䶮镕（）abcXYZ089 ", min_size=2, max_size=12).map(str.strip).filter(lambda t: len(t) > 1 and t[0] not in "（）")
DAYS = st.dates(min_value=date(2019, 1, 1), max_value=date(2030, 12, 31))
MOMENTS = st.datetimes(min_value=datetime(2019, 1, 1), max_value=datetime(2030, 12, 31)).map(lambda t: t.replace(second=0, microsecond=0))


def spell_day(draw, day):
    return draw(st.sampled_from([day, day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}", f"{day.year}.{day.month}.{day.day}"]))


def spell_moment(draw, at):
    written = [f"{at:%Y-%m-%d %H:%M}", at.isoformat(), f"{at.year}年{at.month}月{at.day}日{at.hour:02d}时{at.minute:02d}分"]
    if (at.hour, at.minute) != (0, 0):
        written.append(at)
    return draw(st.sampled_from(written))


@st.composite
def cell(draw, field):
    """Return (written, staged values) of one cell that is not blank."""
    kind = field.kind
    if kind == "time":
        if draw(st.booleans()):
            day = draw(DAYS)
            start = datetime(day.year, day.month, day.day)
            return spell_day(draw, day), (start, start + timedelta(days=1), "day")
        at = draw(MOMENTS)
        return spell_moment(draw, at), (at, at, "moment")
    if kind == "yuan":
        fen = draw(st.integers(0, 10**10))
        amount = fen / 100
        return draw(st.sampled_from([f"{amount:.2f}元", f"￥{amount:.2f}元", f"{amount:,.2f}元"])), (amount,)
    if kind == "number":
        value = draw(st.integers(0, 10**6)) / 100
        return draw(st.sampled_from([value, f"{value:.2f}"])), (value,)
    if kind == "count":
        count = draw(st.integers(0, 500))
        return draw(st.sampled_from([count, str(count), f"{count}份"])), (count,)
    if kind == "yesno":
        told = draw(st.booleans())
        return draw(st.sampled_from(["是", "√", "有"] if told else ["否", "×", "无"])), (told,)
    if kind == "choice":
        kept = draw(st.sampled_from([k for k in CHOICES[field.choice] if k != "居民"]))
        return draw(st.sampled_from([w for w in CHOICES[field.choice][kept] if w])), (kept,)
    if kind == "score":
        level = draw(st.integers(1, 5))
        return draw(st.sampled_from([level, str(level), "★" * level])), (level,)
    if kind == "phone":
        number = f"1{draw(st.integers(3 * 10**9, 10**10 - 1))}"
        return draw(st.sampled_from([number, f"+86 {number[:3]} {number[3:7]} {number[7:]}"])), (number,)
    if kind == "id":
        value = f"Z{draw(st.integers(0, 10**12))}"
        return value, (value,)
    words = draw(WORDS)
    if kind == "text":
        han = any("\u4e00" <= sign <= "\u9fff" for sign in words)
        return words, (words if han else words.replace("（", "(").replace("）", ")"),)
    return words, (words,)


@st.composite
def ledgers(draw, table):
    """Return (header, rows as written, rows as staged) of a table."""
    needed = {*table.key, *(group[0] for group in table.required)}
    optional = [f for f in table.fields if f.name not in needed and f.name not in ("is_test", "docs_zero")]
    chosen = draw(st.lists(st.sampled_from(optional), min_size=min(3, len(optional)), max_size=10, unique_by=lambda f: f.name))
    fields = draw(st.permutations([*(table.by_name[name] for name in sorted(needed)), *chosen]))
    taken: set[str] = set()
    header = []
    for field in fields:
        free = [h for h in field.headers if table.by_header.get(h) is field and h not in taken] or [field.zh]
        name = draw(st.sampled_from(free))
        taken.add(name)
        header.append(draw(st.sampled_from([name, f"{name}（必填）", f" {name[:1]} {name[1:]}", f"*{name}"])))
    written, staged = [], []
    for number in range(draw(st.integers(1, 6))):
        row, kept = [], {}
        for field in fields:
            blank = field.name not in needed and draw(st.integers(0, 4)) == 0
            value, stays = ("", (None, None, None)) if blank else draw(cell(field))
            if field.name in table.key and field.kind != "time":
                value = f"K{number:03d}"
                stays = (value,)
            row.append(value)
            for (name, _), stay in zip(field.columns, stays, strict=False):
                kept[name] = stay
        written.append(row)
        staged.append(kept)
    return header, written, staged


@st.composite
def tables(draw):
    """Return (table, header, rows as written, rows as staged) of any table."""
    table = draw(st.sampled_from(TABLES))
    return table, *draw(ledgers(table))


def read(path, table):
    out = Path(tempfile.mkdtemp())
    try:
        report = child.run(path, out, {"name": path.name, "period": None, "submitter": None}, Limits(), lambda rows: None)
        sheet = report["sheets"][0]
        assert sheet["table"] == table.name, (sheet, report["findings"])
        assert not report["rejects"], report["rejects"]
        return staged_rows(out / sheet["parquet"], table.name)
    finally:
        shutil.rmtree(out)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), titles=st.integers(0, 3), extra=st.booleans())
def test_round_trip(table, kind, data, titles, extra):
    header, written, staged = data.draw(ledgers(table))
    rows = [header, *written]
    if extra:
        rows = [["没有用的列", *rows[0]], *(["x", *row] for row in written)]
    rows = [*[[f"某公司{table.zh}"], ["填报单位：规划开发部"], []][:titles], *rows]
    folder = Path(tempfile.mkdtemp())
    try:
        if kind == "xlsx":
            path = xlsx(folder / f"{table.zh}.xlsx", {table.zh: rows})
        else:
            path = text(folder / f"{table.zh}.csv", as_text(rows), encoding="gb18030")
        found = read(path, table)
    finally:
        shutil.rmtree(folder)
    assert [{name: row[name] for name in kept} for row, kept in zip(found, staged, strict=True)] == staged
