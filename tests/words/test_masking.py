"""What is hidden before anything is shown or exported."""

from __future__ import annotations

import pytest

from kpi.words import masking


@pytest.mark.parametrize(("name", "shown"), [("张三", "张*"), ("张小三", "张**"), ("欧阳小明", "欧***"), ("张经理", "张经理"), ("李", "李"), (None, ""), ("张先生", "张先生")])
def test_person(name, shown):
    assert masking.person(name) == shown


@pytest.mark.parametrize(("name", "shown"), [("甲乙丙食品有限公司", "甲乙***"), ("甲乙", "甲乙***"), ("", ""), (None, "")])
def test_firm(name, shown):
    assert masking.firm(name) == shown


@pytest.mark.parametrize("private", ["13812345678", "138 1234 5678", "138-1234-5678", "１３８１２３４５６７８", "0724-1234567", "07241234567", "420801199001011234", "42080119900101123X",
                                     "鄂H12345", "鄂H·D12345"])
def test_free_text(private):
    assert masking.scrub(f"请联系{private}，谢谢") == "请联系***，谢谢"


def test_wechat():
    assert masking.scrub("微信：abc_12345 已加") == "微信：*** 已加"


@pytest.mark.parametrize("plain", ["BZ202400917", "合同 2024-05-31 到期", "金额 12000 元", "用气 15000000 方", "现场复核返工"])
def test_what_is_not_personal_stays(plain):
    assert masking.scrub(plain) == plain
