"""The monthly workbook: its figures are those of `compute`, its cases those of `cases`, nothing personal leaves, equal data gives equal bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest

from kpi import pipeline, quality
from kpi.commands.papers import written
from kpi.metrics import record
from kpi.metrics.cases import cases
from kpi.metrics.compute import compute
from kpi.metrics.exceptions import exceptions
from kpi.metrics.headline import BOTH
from kpi.metrics.held import CONTROLLED
from kpi.metrics.registry import METRICS, metric
from kpi.problems import UsageProblem
from kpi.reports import by_grid, drawn, figures, ledgers, listed, trend
from kpi.reports import exceptions as sheet_of_exceptions
from kpi.reports.book import Book
from kpi.reports.month import Month, sections
from kpi.reports.workbook import month_workbook
from kpi.standards.months import shift
from kpi.store.actions import Action
from kpi.words import word
from tests.personal import personal, standing

MONTH = "2024-05"
SHEETS = {
    lang: [*first, *(word(f"reports.sheet.group.{section}", lang) for section in sections()), *rest]
    for lang, first, rest in (
        ("zh", ["封面", "总览"], ["各网格", "客户经理", "未做到明细", "待补凭据", "网格数据", "趋势数据", "例外事项", "口径", "承诺兑现", "台账质量"]),
        ("en", ["Cover", "Overview"], ["Grids", "Managers", "Not kept", "Evidence missing", "Grid data", "Trend data", "Exceptions", "Definitions", "Promises kept", "Ledgers"]),
    )
}


@pytest.fixture(scope="module")
def engine(sample_home):
    return pipeline.reader(sample_home)


@pytest.fixture(scope="module")
def content(engine):
    return {lang: month_workbook(engine, MONTH, lang) for lang in ("zh", "en")}


@pytest.fixture(scope="module", params=["zh", "en"])
def book(request, content):
    found = openpyxl.load_workbook(io.BytesIO(content[request.param]))
    found.lang = request.param
    return found


def named(book, key: str):
    """Return a sheet of the workbook by what it holds."""
    return book[word(f"reports.sheet.{key}", book.lang)]


def grid(sheet) -> list[list]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def missing(value):
    return None if value in ("—", "未过半", "not yet half") else value


def test_sheets_print_on_a4_with_headers_that_stay(book):
    assert book.sheetnames == SHEETS[book.lang]
    for sheet in book:
        assert sheet.page_setup.paperSize == 9
        # nothing said is one page: the cover, the few grids, groups whose charts have room below their rows; the others are as many as they need
        one = sheet.page_setup.fitToHeight is None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToWidth in (1, None) and (one or sheet.page_setup.fitToHeight == 0)
        assert one == (sheet.title in {book.worksheets[0].title, named(book, "grids").title} or bool(sheet._charts) and not sheet.row_breaks.brk), sheet.title
        assert not sheet.sheet_view.showGridLines
        assert sheet.print_area, sheet.title
    for key in ("overview", "grids", "managers", "ledgers", "misses", "unknown", "data", "trend", "exceptions", "kept"):
        assert named(book, key).freeze_panes, key
    for key in ("overview", "misses", "unknown", "data", "trend", "exceptions", "definitions", "kept"):
        assert named(book, key).print_title_rows, key


def test_no_row_of_charts_is_torn_and_few_stand_below_their_figures_on_one_page(book):
    """Charts begin on the page of the figures; a new page begins before a whole row of them."""
    seen = set()
    for sheet in (named(book, f"group.{section}") for section in sections()):
        places = sorted({chart.anchor._from.row + 1 for chart in sheet._charts})
        breaks = [one.id + 1 for one in sheet.row_breaks.brk]
        assert all(any(abs(at - place) <= 1 for place in places) for at in breaks) and places[0] not in breaks[:1]
        assert len(sheet._charts) > 9 or not breaks, "three rows of charts have room on the first page"
        seen.add(bool(breaks))
    assert seen == {True, False} and drawn.breaks(17, 4) == [] and drawn.breaks(30, 4) == [54] and drawn.breaks(43, 2) == [43] and drawn.breaks(20, 8) == [44, 92]


def test_the_overview_is_paged_by_groups_and_no_amount_is_too_long_for_its_column(book):
    sheet = named(book, "overview")
    banded = [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).fill.fill_type == "solid" and sheet.cell(row, 1).value and sheet.cell(row, 2).value is None and row > 8]
    breaks = [one.id + 1 for one in sheet.row_breaks.brk]
    assert breaks and set(breaks) <= set(banded) and all(b - a <= 60 for a, b in zip([1, *breaks], [*breaks, sheet.max_row], strict=True))
    amounts = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, (int, float)) and cell.value >= 100_000]
    assert amounts and all(cell.alignment.shrink_to_fit for cell in amounts)


def printed(found):
    """A mean of ratings is printed of ten cases or more."""
    return None if found["unit"] == "score" and found["n"] < 10 else found["value"]


def test_every_figure_by_grid_is_computes(book, engine):
    """Cell by cell, unrounded."""
    rows = grid(named(book, "data"))
    head = next(i for i, row in enumerate(rows) if "K00" in (rows[i + 1][0] or "")) if len(rows) > 1 else 0
    told = {(row[1], row[3] or None): row for row in rows[head + 1 :] if row[0]}
    asked = {}
    for both in (True, False):
        ids = [m.id for m in METRICS if (m.code in BOTH) == both]
        asked |= {(r["metric"], r["grid"]): r for r in compute(engine, ids, start=MONTH, end=MONTH, by=("grid",), where={} if both else {"regime": "1.5"}) if r["month"]}
    assert {key for key in asked if key[1] != "(未填)"} <= set(told)
    for key, row in told.items():
        found = asked[key]
        miss = found["n"] - found["hits"] if found["hits"] is not None else None
        expected = [found["hits"], miss, found["unknown"], found["convention"], found["n"], printed(found)]
        expected += [found[f] for f in ("evidence_low", "evidence_high", "chance_low", "chance_high")]
        assert [missing(v) for v in (*row[5:11], *row[12:16])] == [pytest.approx(v, rel=1e-14) if isinstance(v, float) else v for v in expected], key


def test_overview_is_computes_and_names_every_kpi(book, engine):
    rows = {row[0].rstrip("*"): row for row in grid(named(book, "overview")) if row[0]}
    ids = [m.id for m in METRICS if m.code not in BOTH]
    now = {r["metric"]: r for r in compute(engine, ids, start=MONTH, end=MONTH, where={"regime": "1.5"}) if r["month"]}
    before = {r["metric"]: r for r in compute(engine, ids, start="2024-04", end="2024-04", where={"regime": "1.5"}) if r["month"]}
    year = {r["metric"]: r for r in compute(engine, ids, start="2024-01", end=MONTH, where={"regime": "1.5"}) if r["month"] is None}
    rolling = {r["metric"]: r for r in compute(engine, ["R01"], start="2023-06", end=MONTH) if r["month"] is None}
    stock = {r["metric"]: r for r in compute(engine, ["R04"], start=MONTH, end=MONTH) if r["month"]}
    for m in METRICS:
        row = rows[m.label.of(book.lang)]
        found = (now | rolling | stock)[m.id]
        assert missing(row[8]) == pytest.approx(printed(found)), m.id
        assert [missing(v) for v in row[10:14]] == [pytest.approx(found[f]) for f in ("evidence_low", "evidence_high", "chance_low", "chance_high")], m.id
        if found["hits"] is not None:
            assert row[4:8] == [found["hits"], found["n"] - found["hits"], found["unknown"], found["n"] + found["unknown"]], m.id
            assert (missing(row[14]), row[18]) == (before[m.id]["hits"] if before[m.id]["n"] else None, year[m.id]["hits"] if year[m.id]["n"] else "—"), m.id


def test_what_a_promise_took_in_is_the_sum_of_what_became_of_it(book, engine):
    rows = [row for row in grid(named(book, "kept")) if isinstance(row[1], int)]
    assert len(rows) == 8
    for _, *numbers in rows:
        for taken_in, *others in (numbers[:5], numbers[5:10]):
            assert taken_in == sum(others)
    asked = {r["metric"]: r for r in compute(engine, ["appointment_kept", "appointment_excluded"], start=MONTH, end=MONTH, where={"regime": "1.5"}) if r["month"]}
    kept, moved = asked["appointment_kept"], asked["appointment_excluded"]
    assert moved["n"] and rows[6][1:6] == [kept["n"] + kept["unknown"] + moved["n"], kept["hits"], moved["n"], kept["n"] - kept["hits"], kept["unknown"]]


def test_charts_sparklines_and_trends_are_of_cells_that_compute_told(book, content, engine):
    months = [shift(MONTH, by) for by in range(-12, 1)]
    sheet = grid(named(book, "trend"))
    asked = {(r["metric"], r["month"]): r for r in compute(engine, [m.id for m in METRICS if m.code not in BOTH], start=months[0], end=MONTH, where={"regime": "1.5"})}
    asked |= {(r["metric"], r["month"]): r for r in compute(engine, [m.id for m in METRICS if m.code in BOTH], start=months[0], end=MONTH)}
    for m in METRICS:
        row = sheet[trend.row_of(m.id)]
        assert row[0] == m.label.of(book.lang)
        for place, month in enumerate(months, start=2):
            found = asked[m.id, month]
            expected = None if not (found["n"] or found["unknown"]) else found["n"] - found["hits"] if m.kind == "ratio" else printed(found)
            if m.unit == "ratio" and m.kind != "ratio" and found["n"] < 10:
                expected = None
            assert missing(row[place]) == (pytest.approx(expected) if expected is not None else None), (m.id, month)
    for id in trend.PROMISES:
        for part in trend.PARTS:
            counts = {"hit": lambda r: r["hits"], "miss": lambda r: r["n"] - r["hits"], "unknown": lambda r: r["unknown"]}
            assert list(sheet[trend.row_of_part(id, part)][2:]) == [counts[part](asked[id, month]) for month in months]
    name = word("reports.sheet.trend", book.lang)
    with zipfile.ZipFile(io.BytesIO(content[book.lang])) as parts:
        charts = [parts.read(one).decode() for one in parts.namelist() if one.startswith("xl/charts/chart")]
        overview = parts.read("xl/worksheets/sheet2.xml").decode()
    ranges = {one for chart in charts for one in re.findall(r"<c:f>([^<]+)</c:f>", chart)}
    told = {m.id for m in METRICS if any(missing(value) for value in sheet[trend.row_of(m.id)][2:])}
    assert len(charts) == len(told) + 1 > 60 and ranges and all(one.startswith(f"'{name}'!$") for one in ranges), "names of sheets are quoted"
    assert all("latin typeface" in chart for chart in charts) and overview.count("<x14:sparkline>") == len(METRICS)
    for section, metrics in sections().items():
        labels = [row[0].strip("*") for row in grid(named(book, f"group.{section}")) if row[0] and str(row[0]).strip("*") in {m.label.of(book.lang) for m in METRICS}]
        assert labels == [m.label.of(book.lang) for m in metrics]
    assert {f"'{name}'!C{trend.row_of(m.id) + 1}:O{trend.row_of(m.id) + 1}" for m in METRICS} == set(re.findall(r"<xm:f>([^<]+)</xm:f>", overview))


def test_managers_stand_in_counts_with_masked_names(book, engine):
    known = {r["manager"]: r["name"] for r in record.managers(engine)}
    rows = [row for row in grid(named(book, "managers")) if str(row[0]).split(" ")[0] in known]
    assert [str(row[0]).split(" ")[0] for row in rows] == [*known, *known] and not any(name and name in str(row[0]) for row in rows for name in known.values())
    asked = {(r["metric"], r["manager"]): r for r in compute(engine, CONTROLLED, start=MONTH, end=MONTH, by=("manager",), where={"regime": "1.5"}) if r["month"]}
    for row, manager in zip(rows, known, strict=False):
        for place, id in enumerate(CONTROLLED):
            one = asked.get((id, manager))
            expected = [one["hits"], one["n"] - one["hits"], one["unknown"]] if one and one["n"] + one["unknown"] else [None] * 3
            assert [missing(value) for value in row[1 + 3 * place : 4 + 3 * place]] == expected, (id, manager)


def test_ledgers_are_told_as_the_page_tells_them(book, engine):
    rows = {row[0]: row[1:] for row in grid(named(book, "ledgers"))}
    about = Month(engine, MONTH, book.lang)
    for one in quality.overview(engine, by=("grid",), month=MONTH):
        assert [missing(value) for value in rows[about.grid_name(one["grid"])]] == [one[key] if one[key] is None else pytest.approx(one[key], rel=1e-12) for key in ledgers.COLUMNS]


def test_every_case_is_listed_with_its_source(book, engine):
    for sheet, verdict in ((named(book, "misses"), "miss"), (named(book, "unknown"), "unknown")):
        rows = [row for row in grid(sheet) if isinstance(row[0], int)]
        for m in listed.shown():
            asked = cases(engine, m.id, month=MONTH, verdict=verdict, lang=book.lang)
            told = [row for row in rows if row[1] == m.label.of(book.lang)]
            assert [(r["key"], r["file"], r["sheet"], r["row"]) for r in asked] == [(row[2], row[9], row[10], row[11]) for row in told], m.id
        assert len(rows) == sum(len(cases(engine, m.id, month=MONTH, verdict=verdict)) for m in listed.shown())


def test_nothing_personal_leaves(content, engine):
    """No customer, contact, manager, telephone or address of the ledgers stands anywhere in the file, hidden parts included."""
    names = personal(engine)
    for lang, data in content.items():
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            text = "".join(parts.read(name).decode("utf-8") for name in parts.namelist() if name.endswith((".xml", ".rels")))
        cells = set(re.findall(r"<t[^>]*>([^<]*)</t>", text))
        assert not [p for p in names if p in cells], lang
        assert not standing(names, text), lang
        assert not re.search(r"(?<![\d.])1[3-9]\d{9}(?![\d.])", text), lang


def test_same_data_same_bytes(engine, content, sample_home):
    assert month_workbook(pipeline.reader(sample_home), MONTH) == content["zh"]
    assert openpyxl.load_workbook(io.BytesIO(content["zh"])).properties.created == engine.as_of


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """The workbook of a ledger whose texts look like formulas and links, and of a case without a number."""
    folder = tmp_path_factory.mktemp("odd")
    odd_rows = (("=1+1", "=cmd|' /c calc'!A1"), ("+A2", "@SUM(A1)"), ("-A3", "http://x.example"), ("", "致电13812345678未接"))
    rows = "".join(f"{key},隐名食品厂,示例路一号,2024-05-01,2024-05-06 09:00,2024-05-08 10:00,{cause}\n" for key, cause in odd_rows)
    path = folder / "=ledger.csv"
    path.write_text("报装编号,用户名称,用气地址,报装日期,具备通气条件时间,通气时间,超时原因\n" + rows, encoding="utf-8")
    pipeline.load([path], folder / "store", cutoff="2024-05-31")
    return month_workbook(pipeline.reader(folder / "store"), MONTH)


def test_text_is_never_a_formula(odd):
    """A ledger may hold anything; in the workbook it stays text."""
    found = openpyxl.load_workbook(io.BytesIO(odd))
    cells = [cell for sheet in found for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [c.coordinate for c in cells if c.data_type == "f"]
    assert {"=1+1", "+A2", "-A3", "=cmd|' /c calc'!A1", "@SUM(A1)", "http://x.example"} <= {c.value for c in cells}
    assert not [c for c in cells if c.hyperlink and c.hyperlink.target]


def test_a_case_told_only_by_its_name_is_not_spelled_out(odd):
    with zipfile.ZipFile(io.BytesIO(odd)) as parts:
        text = "".join(parts.read(name).decode("utf-8") for name in parts.namelist() if name.endswith(".xml"))
    assert "台账无编号" in text and "隐名***" in text
    assert "隐名食品" not in text and "示例路" not in text and "13812345678" not in text


def test_a_rate_is_never_100_beside_what_failed_or_is_unproven(content):
    found = openpyxl.load_workbook(io.BytesIO(content["zh"]))
    seen = 0
    for row in list(found["网格数据"].iter_rows())[5:]:
        if row[7].value and row[10].value == 1 and row[11].value == "占比":
            seen += 1
            assert row[10].number_format == '"未核全"'
    assert seen


def test_sections_hold_every_kpi_once():
    placed = [m.id for metrics in sections().values() for m in metrics]
    assert sorted(placed) == sorted(m.id for m in METRICS)
    assert "other" not in sections()
    assert {m.kind for m in by_grid.promises()} == {"ratio"}
    assert [metric(i).id for i in (*by_grid.TIMES, *by_grid.ROLLING)]


def test_month_without_data_is_refused(engine):
    for month in ("2019-05", "2025-02", "2024-13"):
        with pytest.raises(UsageProblem):
            month_workbook(engine, month)


def test_promise_words(engine):
    month = Month(engine, MONTH)
    assert figures.promise_word(month, metric("valve_on_time")) == "全部做到"
    assert figures.promise_word(month, metric("valve_time_p50")) == "≤0.5个工作日"
    assert figures.promise_word(Month(engine, "2023-02"), metric("valve_time_p50")) == "≤1个工作日（参考值）"
    assert figures.promise_word(month, metric("satisfied_company")) == "—"


def test_the_month_of_change_and_before(engine):
    assert (Month(engine, "2023-02").regime, Month(engine, "2023-03").regime, Month(engine, "2023-04").regime) == ("11000", None, "1.5")
    assert month_workbook(engine, "2023-03")


def test_written_file_has_a_name_of_its_language(engine, tmp_path):
    out = tmp_path / "out"
    written({Month(engine, MONTH).word("file", month=MONTH): b"x"}, out)
    assert [path.name for path in out.iterdir()] == ["获得用气指标月报_2024-05.xlsx"]
    assert Month(engine, MONTH, "en").word("file", month=MONTH) == "getting-gas-monthly_2024-05.xlsx"


def test_exceptions_stand_in_their_order_with_the_open_actions(engine, book):
    told = exceptions(engine, MONTH).rows
    sheet = grid(named(book, "exceptions"))
    head = next(i for i, row in enumerate(sheet) if row[0] == word("exceptions.sheet.serial", book.lang))
    rows = sheet[head + 1 :]
    assert [row[0] for row in rows] == [row["rank"] for row in told]
    assert [row[1] for row in rows] == [word(f"exceptions.kind.{row['kind']}", book.lang) for row in told]
    assert all(row["key"] in line[2] for row, line in zip(told, rows, strict=True) if row["key"]) and not any("{" in str(cell) for row in rows for cell in row)
    assert {row[8] for row in rows} == {"—"}
    assert word("pages.changes.flagged_few", book.lang, n=21, k=2, m=0) in str(sheet[2][0])


def test_an_action_stands_beside_its_exception(engine):
    subject = next(row["subject"] for row in exceptions(engine, MONTH).rows if row["kind"] == "missed")
    given = {"month": MONTH, "opened_at": "2024-06-03T09:00:00", "opened_by": "x"}
    actions = [
        Action(number=1, subject=subject, what="请联系13800000001退费", owner="张小三", due=date(2024, 6, 30), **given),
        Action(number=2, subject=subject, what="已办的", owner="客户服务部", due=date(2024, 6, 1), done="办了", closed_at="2024-06-02", closed_by="x", **given),
    ]
    written = Book(engine.as_of, "x", "zh")
    sheet_of_exceptions.write(written, Month(engine, MONTH), "例外事项", actions, {})
    found = openpyxl.load_workbook(io.BytesIO(written.close())).active
    lines = [[cell.value for cell in row] for row in found.iter_rows() if row[8].value not in (None, "—")]
    assert [line[8:11] for line in lines[1:]] == [["请联系***退费", "张**", "2024-06-30"]], "closed ones are done with; names and numbers are masked"
