"""Forms come back with the figures of compute and otherwise as they were; what is not known is listed with its place and never guessed; harmful files are refused."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import docx
import openpyxl
import pytest
from lxml import etree

from kpi import pipeline
from kpi.__main__ import main
from kpi.exports.limits import MB, UPLOAD, Limits
from kpi.forms import filling
from kpi.forms.figures import Figures
from kpi.forms.placeholders import compose, fields, names, parse, plain
from kpi.metrics.compute import compute
from kpi.metrics.registry import METRICS, metric
from kpi.problems import DataProblem, LimitProblem, UsageProblem
from tests.forms.making import packed, parts, workbook

MONTH = "2024-05"


@pytest.fixture(scope="module")
def engine(sample_home):
    return pipeline.reader(sample_home)


def asked(engine, id: str, month: str = MONTH, start: str | None = None, **where: str) -> dict:
    where = where | ({} if metric(id).code in ("R01", "R04") else {"regime": "1.5"})
    return next(row for row in compute(engine, [id], start=start or month, end=month, where=where) if row["month"] is None)


ASKED = {
    ("zero_fee", "value", "2024-05", None), ("zero_fee", "hits", "2024-05", "G03"), ("zero_fee", "misses", "2024-04", None), ("all_kept", "unknown", "2024-04", "G05"), ("all_kept", "cases", "2024-05", None),
    ("valve_time_p50", "value", "2024-05", None), ("whole_wait_median", "value", "2024-04", None), ("open_cases", "value", "2024-05", "G01"), ("valve_on_time", "evidence_low", "2024-05", None),
    ("valve_on_time", "chance_high", "2024-04", "G03"), ("user_charge_amount", "value", "2024-05", None), ("feedback_24h", "n", "2024-04", None),
}


@pytest.fixture(scope="module", params=["zh", "en"])
def figures_form(request, tmp_path_factory, sample_home):
    """A form that asks for many figures, composed in one language and filled."""
    lang, folder = request.param, tmp_path_factory.mktemp("form")
    listed = sorted(ASKED, key=str)
    form = workbook(folder / "表.xlsx", {f"A{at}": compose(id, field, month, grid, lang) for at, (id, field, month, grid) in enumerate(listed, start=1)})
    return listed, form, filling.look(form, Figures(sample_home, month=MONTH, lang=lang))


def told(row: dict, field: str) -> float | None:
    return {"misses": (row["n"] - row["hits"]) if row["hits"] is not None else None, "cases": row["n"] + row["unknown"]}.get(field, row.get(field))


def test_every_figure_is_that_of_compute(engine, figures_form):
    listed, _, found = figures_form
    sheet = openpyxl.load_workbook(io.BytesIO(found.content))["上报表"]
    for at, (id, field, month, grid) in enumerate(listed, start=1):
        expected = told(asked(engine, id, month, **({"grid": grid} if grid else {})), field)
        assert expected is not None and sheet[f"A{at}"].value == pytest.approx(expected, rel=1e-14), (id, field, month, grid)
        assert sheet[f"A{at}"].number_format == "0.0%" and sheet[f"A{at}"].fill.fgColor.rgb == "FFFFEEAA", "its own look"
    row = asked(engine, "zero_fee")
    assert (sheet["H1"].value, sheet["H3"].value, sheet["H5"].value) == (f"共{row['n'] + row['unknown']}户，做到{row['hits']}户", f"合并的{row['n']}户", row["hits"])
    assert sheet.oddFooter.center.text == f"共{row['n'] + row['unknown']}户"
    left = {e.place for e in found.entries if not e.filled}
    assert left in ({"说明!D1", "批注、名称等处"}, {"说明!D1", "comments, names and the like"}), "heads of tables and comments are listed, not filled"


def test_everything_else_is_as_it_was(figures_form):
    _, form, found = figures_form
    before, after = parts(form.read_bytes()), parts(found.content)
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml", "xl/charts/chart1.xml", "xl/drawings/drawing1.xml"}
    assert {name.split("/")[1] for name in before if name.startswith("xl/")} >= {"media", "charts", "drawings", "tables", "comments1.xml"}
    for name in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
        assert _without_strings(before[name]) == _without_strings(after[name]), "sparklines, formulas, merges, validations, formats"
    assert b"sparkline" in after["xl/worksheets/sheet1.xml"] and b"<f>A1*100</f></c>" in after["xl/worksheets/sheet1.xml"] and b"4711" not in after["xl/worksheets/sheet1.xml"], "a formula forgets what it came to"
    assert after["xl/workbook.xml"].count(b"fullCalcOnLoad") == 1 and "户".encode() in after["xl/charts/chart1.xml"] and b"{{" not in after["xl/charts/chart1.xml"] + after["xl/drawings/drawing1.xml"]


def _without_strings(content: bytes) -> bytes:
    """Return a sheet without what its cells say, but for formulas, and without its footer."""
    root = etree.fromstring(content)
    for cell in root.iter("{*}c"):
        cell.attrib.pop("t", None)
        for child in list(cell):
            if etree.QName(child).localname != "f":
                cell.remove(child)
    for footer in root.iter("{*}oddFooter"):
        footer.text = ""
    return etree.tostring(root, method="c14n")


def test_the_same_form_gives_the_same_bytes(figures_form, sample_home):
    _, form, found = figures_form
    assert all(filling.look(form, Figures(sample_home, month=MONTH, lang=lang)).content == found.content for lang in ("zh", "en")), "numbers have no language"


@pytest.fixture(scope="module")
def document(tmp_path_factory, sample_home):
    """A document with placeholders in split runs, tables, headers and a text box, filled."""
    path = tmp_path_factory.mktemp("document") / "报告.docx"
    made = docx.Document()
    paragraph = made.add_paragraph("本月")
    for text, bold in (("{", False), ("{零费", True), ("用.做到 |", False), ("月份=2024-05}", True), ("}户，另{{零费用.未做到}}户", False)):
        paragraph.add_run(text).bold = bold
    made.add_paragraph("{{零费用.数值}}{{没有这项.数值}}")
    table = made.add_table(2, 2)
    table.cell(1, 1).text = "{{零费用.能核验 | 网格=三号网格}}"
    table.cell(0, 0).add_table(1, 1).cell(0, 0).text = "{{零费用.无法核验}}"
    made.sections[0].header.paragraphs[0].text = "页眉{{零费用.合计}}"
    box = ('<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>框{{零费用.</w:t></w:r>'
           "<w:r><w:t>做到}}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>")
    made.add_paragraph("有框")._p.append(etree.fromstring(box))
    made.save(path)
    return path, filling.look(path, Figures(sample_home, month=MONTH))


def test_a_document_is_filled_across_runs_tables_headers_and_boxes(engine, document):
    path, found = document
    row = asked(engine, "zero_fee")
    made = docx.Document(io.BytesIO(found.content))
    assert made.paragraphs[0].text == f"本月{row['hits']}户，另{row['n'] - row['hits']}户" and [run.bold for run in made.paragraphs[0].runs if run.text][:2] == [None, False]
    assert made.paragraphs[1].text == "95.2%{{没有这项.数值}}" and round(row["value"] * 100, 1) == 95.2
    assert made.tables[0].cell(0, 0).tables[0].cell(0, 0).text == str(row["unknown"]) and made.sections[0].header.paragraphs[0].text == f"页眉{row['n'] + row['unknown']}"
    text = parts(found.content)["word/document.xml"].decode()
    assert re.search(rf"框{row['hits']}</w:t>", text)
    before = parts(path.read_bytes())
    assert {name for name, content in parts(found.content).items() if content != before[name]} <= {"word/document.xml", *(name for name in before if "header" in name)}
    where = {e.text: e for e in found.entries}
    assert where["{{没有这项.数值}}"].place == "正文第2段" and not where["{{没有这项.数值}}"].filled
    assert where["{{零费用.能核验 | 网格=三号网格}}"].place == "正文表格第2行第2列"
    assert where["{{零费用.能核验 | 网格=三号网格}}"].filled == ("三号网格" in {r["word"] for r in engine.rows("select word from grid_word")})


@pytest.mark.parametrize(("text", "said"), [
    ("zero_fe.value", "没有“zero_fe”这个指标，是不是“zero_fee”？"), ("零费用.做了", "没有“做了”这个数"), ("zero_fee", "后面要写一个点"), ("zero_fee.hits | month=2024-13", "认不出月份“2024-13”"),
    ("zero_fee.hits | monht=2024-05", "没有“monht”这个条件，是不是“month”？"), ("zero_fee.hits | 网格=九十九号", "没有“九十九号”这个网格"), ("zero_fee.hits | month=2019-05", "2019年5月没有数据"),
    ("zero_fee.hits | month", "应写成 条件=内容"), ("zero_fee.hits | month=2024-05 | 月份=2024-05", "写了两次"), ("zero_fee.hits | 建设方式=别的", "没有“别的”这一类"), ("K02.value", "没有“K02”这个指标"),
    ("zero_fee.mean_closed", "没有“mean_closed”这个数"), ("zero_fee.value | 写成=小数", "只能是百分数"), ("zero_fee.hits | 起=2024-06", "起始月份2024-06晚于2024-05"), ("__class__.value", "没有“__class__”这个指标"),
])
def test_what_is_not_known_is_said_and_never_guessed(sample_home, text, said):
    with pytest.raises(UsageProblem) as problem:
        Figures(sample_home, month=MONTH).of(parse(text))
    assert said in problem.value.zh and not re.search(r"[\u4e00-\u9fff]", re.sub(r"['\"“].*?['\"”]", "", problem.value.en))


@pytest.mark.parametrize(("text", "like"), [
    ("zero_fee.hits|month=2024-05|grid=G03", "零费用．做到｜月份＝2024年5月｜网格＝G03"), ("K08.value | month=2024-Q2", "红线外零费用率.数值 | 月份=2024年第二季度"),
    ("ZERO_FEE.VALUE | from=2024-01 | month=2024-05", " 红线外零费用 . 数值 | 起=2024年1月 | 月份=2024年5月"), ("zero_fee.hits | month=2024-H1", "零费用.做到|月份=2024年上半年"),
])
def test_ways_of_writing_one_thing(text, like):
    assert parse(text) == parse(like)


def test_names_lead_to_one_kpi_and_composed_ones_are_read_back():
    assert all(names()[plain(m.id)] == m.id for m in METRICS) and len({m.label.zh for m in METRICS}) == len(METRICS)
    for m in METRICS:
        for lang in ("zh", "en"):
            assert len(set(fields(m.id, lang).values())) == len(fields(m.id, lang))
            for field in fields(m.id, lang):
                found = parse(compose(m.id, field, MONTH, "G03", lang).strip("{}"))
                assert (found.metric, found.field, found.month, found.where) == (m.id, field, MONTH, (("grid", "G03"),)), (m.id, field, lang)


def test_what_may_not_be_printed_is_a_sign_with_its_reason(engine, sample_home):
    figures = Figures(sample_home, month=MONTH)
    few = next(row for row in compute(engine, ["zero_fee"], start=MONTH, end=MONTH, by=("grid",), where={"regime": "1.5"}) if row["month"] and row["grid"] and 0 < row["n"] < 10)
    found = figures.of(parse(f"zero_fee.value | grid={few['grid']}"))
    assert (found.number, found.text) == (None, "—") and "不满10件" in found.notes[0]
    forced = figures.of(parse(f"zero_fee.rate_judged | grid={few['grid']}"))
    assert forced.number == pytest.approx(few["value"]) and forced.as_asked and forced.notes[0].startswith("按填报表要求") and f"{few['hits']}/{few['n']}" in forced.notes[1]
    shares = compute(engine, [m.id for m in METRICS if m.kind == "ratio"], start="2023-06", end="2024-12", where={"regime": "1.5"})
    proof = next(row for row in shares if row["month"] and row["value"] == 1 and row["unknown"] and row["n"] >= 10)
    unproven = figures.of(parse(f"{proof['metric']}.value | month={proof['month']}"))
    assert (unproven.number, unproven.text) == (None, "未核全")
    assert figures.of(parse("zero_fee.value | as=percent")).text == "95.2" and figures.of(parse("zero_fee.value | as=percent")).number == pytest.approx(100 * asked(engine, "zero_fee")["value"])
    assert figures.of(parse("valve_on_time.assessed")).text == "—" and figures.of(parse("valve_on_time.promise")).number == 1
    assert figures.of(parse("zero_fee.hits | from=2024-01")).number == asked(engine, "zero_fee", start="2024-01")["hits"]


def test_a_sentence_says_counts_definition_and_moment(engine, sample_home):
    row = asked(engine, "zero_fee")
    found = Figures(sample_home, month=MONTH).of(parse("zero_fee.sentence")).text
    counts = f"做到{row['hits']}、未做到{row['n'] - row['hits']}、无法核验{row['unknown']}"
    assert found == f"2024年5月，全公司红线外零费用率：{counts}，占能核验的95.2%。口径：{metric('zero_fee').meaning.zh.rstrip('。')}。数据截至2024年12月31日。"
    english = Figures(sample_home, month=MONTH, lang="en").of(parse("valve_time_p50.sentence")).text
    assert not re.search(r"[\u4e00-\u9fff]", english) and "working days" in english


def hostile(kind: str, form: Path) -> bytes:
    """Return a file made to do harm, or none at all."""
    told = parts(form.read_bytes())
    sheet = "xl/worksheets/sheet1.xml"
    if kind == "bomb":
        told["xl/big.xml"] = b"0" * (8 * MB)
    elif kind == "entities":
        told[sheet] = told[sheet].replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet', 1)
    elif kind == "outside":
        told[sheet] = told[sheet].replace(b"<worksheet", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet', 1)
    elif kind == "macro":
        told["xl/vbaProject.bin"] = b"x"
    elif kind == "broken":
        told[sheet] = told[sheet][: len(told[sheet]) // 2]
    elif kind == "deep":
        told[sheet] = told[sheet].replace(b"<sheetData>", b"<a>" * 400 + b"<sheetData>", 1)
    content = packed(told)
    return {"csv": "零费用,{{零费用.做到}}".encode(), "empty": b"", "cut": content[: len(content) // 2], "old": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600}.get(kind, content)


@pytest.mark.parametrize("kind", ["bomb", "entities", "outside", "macro", "broken", "deep", "csv", "empty", "cut", "old"])
def test_harmful_files_are_refused_with_a_message(figures_form, sample_home, tmp_path, kind):
    path = tmp_path / "x.xlsx"
    path.write_bytes(hostile(kind, figures_form[1]))
    limits = Limits(**{**UPLOAD.as_dict(), "expanded_bytes": 4 * MB})
    with pytest.raises(LimitProblem if kind == "bomb" else DataProblem) as problem:
        filling.look(path, Figures(sample_home, month=MONTH), limits=limits)
    assert re.search(r"[\u4e00-\u9fff]", problem.value.zh) and problem.value.en and "Traceback" not in problem.value.zh


def test_a_form_with_too_many_marks_is_refused(figures_form, sample_home, monkeypatch):
    monkeypatch.setattr(filling, "MOST", 5)
    with pytest.raises(LimitProblem, match="超过上限5"):
        filling.look(figures_form[1], Figures(sample_home, month=MONTH))


def test_nothing_personal_is_filled_in(engine, document, figures_form):
    personal = {row["v"].strip() for column in ("customer_name", "contact_name", "contact_phone") for row in engine.rows(f"select distinct {column} as v from application where {column} is not null")}
    text = "".join(content.decode("utf-8", "replace") for found in (document[1], figures_form[2]) for content in parts(found.content).values())
    assert len(personal) > 100 and not [p for p in personal if len(p) > 2 and p in text]


def test_the_command_lists_what_it_left_and_never_writes_over_the_form(sample_home, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B2"] = "{{零费用.做到}}", "{{零费用.做了}}"
    book.save(tmp_path / "表.xlsx")
    before = (tmp_path / "表.xlsx").read_bytes()
    assert main(["fill", str(tmp_path / "表.xlsx"), "--out", str(tmp_path / "表.xlsx"), "--month", MONTH]) == 2
    (tmp_path / "out").mkdir()
    assert main(["fill", str(tmp_path / "表.xlsx"), "--out", str(tmp_path / "out"), "--month", MONTH, "--format", "json"]) == 3
    rows = {row["place"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["Sheet!A1"]["shown"] and rows["Sheet!B2"]["shown"] is None and "没有“做了”这个数" in rows["Sheet!B2"]["notes"]
    filled = openpyxl.load_workbook(tmp_path / "out" / "表.xlsx").active
    assert isinstance(filled["A1"].value, int) and filled["B2"].value == "{{零费用.做了}}" and (tmp_path / "表.xlsx").read_bytes() == before
    book.active["B2"] = "已填"
    book.active["A1"] = "无"
    book.save(tmp_path / "空.xlsx")
    assert main(["fill", str(tmp_path / "空.xlsx"), "--out", str(tmp_path / "out")]) == 3 and "没有要填的地方" in capsys.readouterr().err
    assert not list((tmp_path / "out").glob(".*"))
