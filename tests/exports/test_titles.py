"""Period, cut-off, submitter and unit from titles, sheet names, file names and the options of a load."""

from __future__ import annotations

from datetime import datetime

import pytest

from kpi.exports import titles


@pytest.mark.parametrize(
    ("lines", "sheet", "file", "period"),
    [
        (["2024年5月用气报装台账"], "Sheet1", "a.xlsx", "2024-05"),
        (["用气报装台账（2024年5月份）"], "", "", "2024-05"),
        (["2024年05月", "填报日期：2024年6月5日"], "", "", "2024-05"),
        (["填报日期：2024年6月5日"], "", "", None),
        ([], "2024年5月", "", "2024-05"),
        ([], "5月", "2024年报装.xlsx", "2024-05"),
        (["2024年度用气报装台账"], "五月", "", "2024-05"),
        ([], "2024-05", "", "2024-05"),
        ([], "S", "报装台账_202405.csv", "2024-05"),
        ([], "S", "报装台账2024.5.xlsx", "2024-05"),
        (["2023年度"], "", "", "2023"),
        (["2024年第二季度"], "", "", "2024"),
        (["2024年上半年"], "", "", "2024"),
        (["2023年1—5月"], "", "", "2023"),
        (["统计期间：2024-05-01至2024-05-31"], "", "", "2024-05"),
        (["2023年1月1日至2023年5月31日"], "", "", "2023"),
        (["2023年1月至2024年5月"], "", "", None),
        (["截至2024年5月31日"], "", "", None),
        ([], "Sheet1", "2023-2024报装.csv", None),
        ([], "Sheet1", "报装.csv", None),
        (["荆优化〖2023〗2号 2024年5月"], "", "", "2024-05"),
    ],
)
def test_period(lines, sheet, file, period):
    assert titles.read(lines, sheet, file, None).period == period


def test_period_of_the_load_fills_in():
    assert titles.read([], "Sheet1", "报装.xlsx", "2024-03").period == "2024-03"
    assert titles.read(["2024年5月"], "Sheet1", "报装.xlsx", "2024-03").period == "2024-05"


@pytest.mark.parametrize(
    ("line", "cutoff"),
    [
        ("截至2024年5月31日", datetime(2024, 6, 1)),
        ("数据截止日期：2024-05-31", datetime(2024, 6, 1)),
        ("截止时间：2024.5.31 17:30", datetime(2024, 5, 31, 17, 30)),
        ("2024年用气报装台账（截至5月31日）", datetime(2024, 6, 1)),
        ("截至2024年5月底", datetime(2024, 6, 1)),
        ("统计截止到20240531", datetime(2024, 6, 1)),
        ("截至2024年5月31日下午5点", datetime(2024, 5, 31, 17)),
        ("截至2024年2月30日", None),
        ("填报日期：2024年6月5日", None),
    ],
)
def test_cutoff(line, cutoff):
    assert titles.read([line], "", "", None).cutoff == cutoff


def test_latest_cutoff_of_several_stands():
    assert titles.read(["截至2024年4月30日", "截至2024年5月31日"], "", "", None).cutoff == datetime(2024, 6, 1)


@pytest.mark.parametrize(
    ("line", "submitter"),
    [("填报单位：东宝网格 填报人：张三", "东宝网格"), ("报送单位: 规划开发部", "规划开发部"), ("填报网格：G01（盖章）", "G01"), ("单位：万元", None), ("施工单位：某公司", None)],
)
def test_submitter(line, submitter):
    assert titles.read([line], "", "", None).submitter == submitter


@pytest.mark.parametrize(
    ("line", "unit"),
    [("单位：万元", "万元"), ("（单位:元）", "元"), ("金额单位：万元", "万元"), ("单位：人民币万元", "万元"), ("填报单位：元力公司", ""), ("施工单位：万元公司", ""), ("合计", "")],
)
def test_unit(line, unit):
    assert titles.read([line], "", "", None).unit == unit
