"""Headers in every dress find their column, and sheets their table."""

from __future__ import annotations

import pytest

from kpi.exports import headers
from kpi.exports.recognise import recognise
from kpi.exports.sheets import Sheet
from kpi.exports.tables import BY_NAME, TABLES


def field(table, header):
    found = headers.find(table, header)
    return found[0].name if found else None


def layout(rows, *, sheet="", file="", merged=()):
    found = recognise(Sheet(name=sheet, index=0, rows=iter(()), merged=list(merged)), rows, file)
    return found


def fields(found):
    return {c.at: c.field.name for c in found.columns if c.field is not None}


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_declared_header_finds_its_field(table):
    for f in table.fields:
        for header in (*f.headers, f.name):
            found = table.by_header[headers.normal(header)]
            dressed = f"★{header}（必填）\n"
            assert headers.find(table.name, dressed)[0] is found


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("报装编号", "app_id"), ("报 装 编 号", "app_id"), ("*报装编号", "app_id"), ("报装编号*", "app_id"), ("报装编号（必填）", "app_id"), ("报装编号 必填", "app_id"), ("报装\n编号", "app_id"),
        ("报装编码", "app_id"), ("报装号", "app_id"), ("报装编号/申请编号", "app_id"), ("1.报装编号", "app_id"), ("①报装编号", "app_id"), ("一、报装编号", "app_id"),
        ("联系 电话", "contact_phone"), ("联系电话：", "contact_phone"), ("合同金额（万元）", "contract_amount"), ("合同金额(元)", "contract_amount"), ("合同金额万元", "contract_amount"),
        ("合同金额\n（单位：万元）", "contract_amount"), ("报装日期（年/月/日）", "applied_at"), ("报装时间", "applied_at"), ("具备通气条件日期", "ready_at"), ("具备通气条件时间（年月日时分）", "ready_at"),
        ("红线内完工时间", "inside_done_on"), ("勘察时间", "survey_on"), ("是否０资料", "docs_zero"), ("用气地址　", "address"), ("用户名称【全称】", "customer_name"),
        ("APP_ID", "app_id"), ("小时用气量（m³/h）", "demand_h"), ("年用气量(万m³)", "demand_y"), ("通气时间\n格式：2023-03-10 14:30", "gas_on_at"), ("统一社会信用代码（18位）", "uscc"),
        ("序号", None), ("序号（编号）", None), ("", None), ("没有这一列", None), ("123", None),
    ],
)
def test_spellings(written, name):
    assert field("application", written) == name


def test_header_below_titles_in_any_column_order():
    rows = [
        ["2024年5月用气报装台账", "", "", "", ""],
        ["填报单位：东宝网格", "", "", "单位：万元", ""],
        [],
        ["合同金额", "通气时间", "多余的列", "报装日期", "报装编号"],
        ["12.5", "2024-05-08", "x", "2024-05-06", "BZ001"],
    ]
    found = layout(rows)
    assert found.table.name == "application"
    assert found.header_rows == [4]
    assert fields(found) == {0: "contract_amount", 1: "gas_on_at", 3: "applied_at", 4: "app_id"}


def test_two_rows_with_stored_merges():
    rows = [
        ["用气报装台账"],
        ["报装编号", "用户名称", "红线内工程", "", "预约时段", "", "金额（万元）"],
        ["", "", "开工日期", "完工日期", "开始", "结束", "合同金额"],
        ["BZ001", "甲公司", "2024-05-01", "2024-05-02", "2024-05-03 9:00", "2024-05-03 10:00", "12"],
    ]
    merged = [((1, 0), (2, 0)), ((1, 1), (2, 1)), ((1, 2), (1, 3)), ((1, 4), (1, 5))]
    rows[1].append("报装日期")
    rows[2].append("")
    found = layout(rows, merged=[*merged, ((1, 7), (2, 7))])
    assert found.header_rows == [2, 3]
    assert fields(found) == {0: "app_id", 1: "customer_name", 2: "inside_started_on", 3: "inside_done_on", 4: "appt_start", 5: "appt_end", 6: "contract_amount", 7: "applied_at"}
    assert "万元" in found.columns[6].words


def test_two_rows_without_stored_merges():
    rows = [
        ["基本信息", "", "时间", "", "红线内"],
        ["报装编号", "用户名称", "报装日期", "通气时间", "开工日期"],
        ["BZ001", "甲公司", "2024-05-01", "2024-05-02", ""],
    ]
    found = layout(rows)
    assert found.header_rows[-1] == 2
    assert set(fields(found).values()) == {"app_id", "customer_name", "applied_at", "gas_on_at", "inside_started_on"}


def test_date_and_time_in_two_columns_belong_together():
    found = layout([["报装编号", "报装日期", "通气日期", "通气时间"], ["BZ001", "2024-05-01", "2024-05-08", "14:30"]])
    column = found.column("gas_on_at")
    assert {column.at, column.beside} == {2, 3}


def test_of_two_headers_with_one_meaning_the_usual_one_stands():
    found = layout([["报装编号", "企业名称", "用户名称", "报装日期"], ["BZ001", "甲", "乙", "2024-05-01"]])
    assert found.column("customer_name").at == 2
    assert [c.header for c in found.ignored] == ["企业名称"]


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_tables_are_told_by_their_headers(table):
    usual = [f.zh for f in table.fields]
    found = layout([["某台账"], usual, ["x"] * len(usual)])
    assert found.table is table
    needed = [f.zh for f in table.fields if f.name in {*table.key, *(n for g in table.required for n in g)} or f.kind == "choice"]
    needed += ["备注", "对接日期"] if len(needed) < 2 else []
    assert layout([needed, ["x"] * len(needed)], sheet=table.zh).table is table


def test_hints_decide_between_equals():
    rows = [["园区", "客户经理", "网格"], ["东宝园区", "张三", "G01"]]
    assert layout(rows) is None
    assert layout(rows, sheet="园区对接台账").table is BY_NAME["park"]


@pytest.mark.parametrize(
    "rows",
    [
        [["网格", "报装户数", "通气户数", "达标率"], ["G01", "3", "2", "66%"]],
        [["填表说明"], ["1. 报装编号必填"], ["2. 日期写成 2024-03-10"]],
        [["BZ001", "甲公司", "2024-05-01"], ["BZ002", "乙公司", "2024-05-02"]],
        [["姓名", "性别", "年龄"], ["张三", "男", "30"]],
        [],
        [[""]],
    ],
)
def test_what_is_no_ledger_is_not_taken_for_one(rows):
    assert layout(rows) is None
