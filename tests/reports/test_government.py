"""Figures for the government: of the shape its schema says, adding up, telling of no person, the same bytes for the same data."""

from __future__ import annotations

import io
import json
import re

import jsonschema
import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from kpi import pipeline
from kpi.__main__ import main
from kpi.metrics.cases import cases
from kpi.metrics.compute import compute
from kpi.metrics.elsewhere import linked
from kpi.reports import government, handouts, kept
from kpi.reports.month import Month
from kpi.reports.period import period
from tests.reports.test_withholding import determined


@pytest.fixture(scope="module")
def engine(sample_home):
    return pipeline.reader(sample_home)


@pytest.fixture(scope="module")
def found(engine):
    return government.data(engine, period("2024-Q2"))


def test_it_has_the_shape_that_its_schema_says(engine, found):
    schema = json.loads(government.SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(found, schema, jsonschema.Draft202012Validator)
    english = government.data(engine, period("2023-03"), issued=[{"month": "2023-03", "version": 2, "at": "2024-01-01T00:00:00"}], lang="en")
    jsonschema.validate(english, schema, jsonschema.Draft202012Validator)
    told = government.data(engine, period("2024-05"), corrected=["2024-05"])
    assert told["notes"][-1].startswith("2024年5月签发后有更正") and jsonschema.validate(told, schema, jsonschema.Draft202012Validator) is None
    assert english["process"] == "both" and not [p["label"] for p in english["promises"] if not p["label"].isascii()]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found | {"names": []}, schema, jsonschema.Draft202012Validator)


def test_promises_are_those_of_compute_and_cases(engine, found):
    told = {p["metric"]: p for p in found["promises"]}
    assert {"all_kept", "valve_on_time", "one_process", "zero_material", "zero_errand", "zero_fee", "feedback_24h", "feedback_3wd", "appointment_kept", "contract_kept"} <= set(told)
    for id, p in told.items():
        assert p["taken_in"] == p["kept"] + p["left_out"] + p["not_kept"] + p["unknown"]
        if id == "major_matters":
            assert p["taken_in"] == p["left_out"]
            continue
        listed = cases(engine, id, start="2024-04", end="2024-06", where={"regime": "1.5"})
        assert [p[name] for name in ("kept", "not_kept", "unknown")] == [sum(c["verdict"] == v for c in listed) for v in ("hit", "miss", "unknown")]
    moved = cases(engine, "appointment_excluded", start="2024-04", end="2024-06", where={"regime": "1.5"})
    assert told["appointment_kept"]["left_out"] == len(moved) > 0 and told["appointment_kept"]["left_out_reasons"] == [{"reason": moved[0]["reason"], "n": len(moved)}]
    assert all(check["ok"] for check in found["checks"]) and len(found["checks"]) == 6


def test_the_workbook_counts_promises_alike(engine):
    month, told = Month(engine, "2024-05"), {p["metric"]: p for p in government.data(engine, period("2024-05"))["promises"]}
    for part in linked("R11")[0].parts:
        both = kept.counts(part, month.figures(), "2024-05")
        rows = [told[id] for id in part.ids if id in told]
        assert [both[name] for name in ("taken_in", "hit", "left_out", "miss", "unknown")] == [sum(row[name] for row in rows) for name in government.COUNTS[:2] + ("left_out", "not_kept", "unknown")]


def test_the_five_indicators_tell_the_whole_wait_beside_the_half_day(engine, found):
    assert [part["indicator"] for part in found["indicators"]] == ["时间", "环节（材料数在内）", "成本", "创新与服务", "市场主体感受"]
    time = {f["metric"]: f for f in found["indicators"][0]["figures"]}
    row = next(r for r in compute(engine, ["whole_wait_median"], start="2024-04", end="2024-06") if r["month"] is None)
    assert time["whole_wait_median"]["value"] == row["value"] and "valve_on_time" in time
    assert not [f for part in found["indicators"] for f in part["figures"] if f["unit"] == "ratio" and f["value"] is not None and f["n"] < 10]


def test_what_is_withheld_cannot_be_reckoned_back(engine, found):
    columns, hidden_any = ("kept", "left_out", "unknown", "taken_in"), False
    for one in found["breakdowns"]:
        for p in found["promises"]:
            rows = [row for row in one["rows"] if row["metric"] == p["metric"]]
            hidden = {(row["member"], name) for row in rows for name in row["withheld"]}
            hidden_any |= bool(hidden)
            assert not [row for row in rows if row["not_kept"] is None or {name for name in columns if row[name] is None} != set(row["withheld"])]
            assert not [row for row in rows for name in columns if row[name] in (1, 2)]
            assert sum(row["not_kept"] for row in rows) == p["not_kept"]
            assert len(hidden) == 4 * len(rows) or not determined({row["member"]: {} for row in rows}, hidden)
    assert hidden_any


def test_no_person_and_no_case_is_in_it(engine, found):
    said = json.dumps(found, ensure_ascii=False)
    rows = engine.rows("select app_id, customer_name, contact_name, contact_phone from application") + engine.rows("select manager_name, phone from term")
    assert not [value for row in rows for value in row.values() if value and len(value) > 1 and value in said]


def test_word_pdf_and_excel_hold_what_the_data_holds_and_withhold_what_it_withholds(engine, found):
    files = {name.rsplit(".", 1)[-1]: content for name, content in handouts.of_government(found).items() if "_2024-Q2." in name}
    document, book = Document(io.BytesIO(files["docx"])), load_workbook(io.BytesIO(files["xlsx"]))
    pdf = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"])).pages))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    promises = next(rows for rows in tables if len(rows[0]) == 8)
    sheet = [list(row) for row in book["承诺兑现情况表"].iter_rows(values_only=True)]
    for p, row in zip(found["promises"], promises[1:], strict=True):
        counts = [p[name] for name in government.COUNTS]
        assert [row[0], *map(int, row[1:6])] == [p["label"], *counts] and "".join(map(str, [p["label"], *counts])) in pdf.replace(",", "")
        line = next(line for line in sheet if line[0] == p["label"])
        assert [line[1], line[2], line[3], line[5], line[6]] == counts
        assert line[7] == (p["rate"] if p["rate"] is not None and not (p["rate"] == 1 and p["unknown"]) else "—")
    figures = [figure for part in found["indicators"] for figure in part["figures"]]
    told = [row for row in next(rows for rows in tables if rows[0][1] == "数值")[1:] if len(set(row)) > 1]
    assert [(row[0], row[1], row[4], row[5]) for row in told] == [(f["label"], f["text"], str(f["n"]), str(f["unknown"])) for f in figures]
    cells = {}
    for one, rows in zip(found["breakdowns"], [rows for rows in tables if rows[0][0] == "类别"], strict=True):
        label = ""
        for row in rows[1:]:
            if len(set(row)) == 1 and not row[1].isdigit() and row[1] != "*":
                label = row[0]
                continue
            cells[one["dimension"], label, row[0]] = row[1:]
    excel = {(line[0], line[2], line[1]): line[3:] for line in map(list, book["分类情况"].iter_rows(values_only=True)) if line[2]}
    hidden = 0
    for one in found["breakdowns"]:
        for row in one["rows"]:
            expected = ["*" if name in row["withheld"] else row[name] for name in government.COUNTS]
            assert cells[one["dimension"], row["label"], row["member"]] == list(map(str, expected))
            assert excel[one["label"], row["label"], row["member"]] == expected
            hidden += len(row["withheld"])
    assert hidden and len(cells) == sum(len(one["rows"]) for one in found["breakdowns"]) and len(excel) == len(cells) + 1, "and nothing besides"
    rows = engine.rows("select app_id, customer_name, contact_name, contact_phone from application") + engine.rows("select manager_name, phone from term")
    personal = {value for row in rows for value in row.values() if value and len(value) > 2}
    words = "".join(p.text for p in document.paragraphs) + "".join(cell for rows in tables for row in rows for cell in row) + pdf
    assert len(personal) > 100 and not [p for p in personal if p in words]


def test_the_command_writes_the_same_bytes_twice(sample_home, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KPI_HOME", str(sample_home))
    for name in ("a", "b"):
        assert main(["government", "--period", "2024-05", "--out", str(tmp_path / name)]) == 0
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    whole = [f"政府报送_2024-05.{kind}" for kind in ("json", "docx", "pdf", "xlsx")]
    assert names == sorted(["government.schema.json", *whole, *(f"政府报送_2024-05_{n}.csv" for n in ("承诺兑现情况表", "五项评价指标", "分类情况", "指标口径", "说明与核对"))])
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)
    table = (tmp_path / "a" / "政府报送_2024-05_承诺兑现情况表.csv").read_text(encoding="utf-8-sig").splitlines()
    assert table[0] == "指标,受理,做到,按规定剔除,剔除原因,未做到,无法核验,兑现率,编号" and table[1].startswith("五项承诺全部兑现率,")
    assert "100.0%" not in [line.split(",")[-2] for line in table if line.split(",")[-3] not in ("0", "无法核验")]
    # totals that are not the sum of their parts are not handed out silently
    monkeypatch.setattr(government, "judged", lambda *_: [])
    assert main(["government", "--period", "2024-05", "--out", str(tmp_path / "c")]) == 3
    assert not (tmp_path / "c").exists() and "剔除等于各原因之和" in capsys.readouterr().err
