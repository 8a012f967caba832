"""Rows that are no data are told from rows that are, by their first words."""

from __future__ import annotations

import pytest

from kpi.exports.recognise import recognise
from kpi.exports.sheets import Sheet
from kpi.exports.skips import FOOTER, TOTAL, Skipper

HEADER = ["序号", "报装编号", "用户名称", "网格", "报装日期", "通气时间", "备注"]
LAYOUT = recognise(Sheet(name="", index=0, rows=iter(())), [HEADER, ["1", "BZ1", "甲", "G01", "2024-05-06", "", ""]], "")


def code(cells, number=50, wide=None):
    return Skipper(LAYOUT, ["2024年5月用气报装台账"], wide or {}).code(number, cells)


@pytest.mark.parametrize(
    "word", ["合计", "合  计", "小计", "总计", "累计", "合计：", "本页小计", "本月合计", "东宝网格小计", "合计（户）", "（合计）", "合计户数", "平均", "年度合计", "共计", "合计:3户", "一季度合计"]
)
def test_words_of_totals(word):
    assert TOTAL.fullmatch(word)
    assert code([word, "", "", "", "", "", ""]) == "total"
    assert code(["", word, "", "", "", "12", ""]) == "total"
    assert code([word, "24", "", "", "", "12", ""]) == "total", "the number of cases may stand in the key column"


@pytest.mark.parametrize(
    "word", ["填表人：张三", "审核人：", "填报人: 李四  审核人: 王五", "制表：", "备注：以上不含居民", "备注", "说明：1.日期按实际填写", "注：另附清单", "注1：xxx", "※ 请核对", "数据截至2024年5月31日",
             "单位负责人（签字）：", "填报日期：2024-06-01", "联系电话：0724-1234567", "共 24 条", "第 1 页"]
)
def test_words_of_footers(word):
    assert code([word, "", "", "", "", "", ""]) == "footer"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "BZ1", "甲公司", "G01", "2024-05-06", "", ""], None),
        ([1.0, "BZ1", "甲公司", "", "", "", ""], None),
        (["", "BZ1", "", "", "", "", ""], None),
        (["", "", "甲公司", "G01", "2024-05-06", "", ""], None),
        (["1", "BZ1", "合计有限公司", "G01", "2024-05-06", "", ""], None),
        (["1", "BZ1", "说明书印刷厂", "G01", "2024-05-06", "", ""], None),
        (["1", "BZ1", "甲公司", "G01", "2024-05-06", "", "合计"], None),
        (["", "一、续报用户", "", "", "", "", ""], "section"),
        (["（一）东宝网格", "", "", "", "", "", ""], "section"),
        (["2024年5月用气报装台账", "", "", "", "", "", ""], "section"),
        ([5, "", "", "", "", "", ""], "number_only"),
        (["5", "", "", "", "", "", ""], "number_only"),
        (["", "/", "—", "", "-", "", ""], "blank_marks"),
        (HEADER, "repeated_header"),
        (["序号", "报装编号", "", "", "报装日期", "", ""], "repeated_header"),
        (["示例", "BZ0", "某公司", "G01", "2024-01-01", "", ""], "example"),
        (["例：", "BZ0", "某公司", "G01", "2024-01-01", "", ""], "example"),
    ],
)
def test_rows(cells, expected):
    assert code(cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "2", "3", "4", "5", "6", "7"], "column_numbers"),
        (["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"], "column_numbers"),
        (["①", "②", "③", "④", "⑤", "⑥", "⑦"], "column_numbers"),
        (["A", "B", "C", "D", "E", "F", "G"], "column_numbers"),
        (["栏次", "1", "2", "3", "4", "5", "6"], "column_numbers"),
        (["", "", "", "", "年月日", "年月日时分", ""], "units"),
        (["1", "BZ1", "甲公司", "G01", "2024-05-06", "", ""], None),
    ],
)
def test_rows_right_below_the_header(cells, expected):
    assert code(cells, number=2) == expected
    assert code(cells, number=50) in (None, "section", "blank_marks") or expected is None


def test_heading_merged_across():
    assert code(["东宝片区", "", "", "", "", "", ""], number=9, wide={9: 0}) == "section"
    assert code(["东宝片区", "", "", "", "", "", ""], number=9) is None, "without the merge it may be a row whose other cells are missing"


def test_customers_with_telling_names_are_not_footers():
    assert not FOOTER.fullmatch("注塑机械厂")
    assert not FOOTER.fullmatch("附近的公司")
    assert not TOTAL.fullmatch("合计商贸")
