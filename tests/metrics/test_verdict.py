"""The verdict of a month: one template for each kind of month, at most two sentences, counts before rates."""

from __future__ import annotations

import re

import pytest

from kpi.metrics.verdict import COMPANY, GRID, MonthFacts, Tally, status, tally, usual, verdict
from kpi.words import word

YEAR = Tally(hit=58, miss=3)
REASONS = (("超过0.5个工作日", 2), ("用户跑腿", 1))

MONTHS = {
    "good": MonthFacts(connected=Tally(47), valve=Tally(47), year=YEAR, open=23, overdue=0, median_days=18.0),
    "mixed": MonthFacts(connected=Tally(41, 3, 3), valve=Tally(45, 2), year=YEAR, reasons=REASONS),
    "bad": MonthFacts(connected=Tally(38, 9), valve=Tally(38, 9), year=YEAR, usual=(0, 5)),
    "gaps": MonthFacts(connected=Tally(44, 0, 3), valve=Tally(47), year=YEAR),
    "few": MonthFacts(connected=Tally(4), valve=Tally(4), year=YEAR),
    "unproven": MonthFacts(connected=Tally(15, 1, 31), valve=Tally(15, 1, 31), year=YEAR),
    "incomplete": MonthFacts(connected=Tally(40, 2, 3), valve=Tally(45), year=YEAR, grids=12, reported=10),
    "partial": MonthFacts(connected=Tally(3), valve=Tally(3), year=YEAR, grids=12, reported=12, until="2024年6月14日"),
    "nothing": MonthFacts(connected=Tally(), valve=Tally(), year=YEAR, grids=12, reported=12),
    "silent": MonthFacts(connected=Tally(), valve=Tally(), year=YEAR, grids=12, reported=0),
    "no_connection": MonthFacts(connected=Tally(), valve=Tally(), year=YEAR, due=4, open=2),
}


@pytest.mark.parametrize("kind", MONTHS)
def test_each_kind_of_month_has_its_words(kind):
    for lang, end in (("zh", r"[。]"), ("en", r"\.(?:\s|$)")):
        found, text = verdict(MONTHS[kind], lang)
        assert found == kind
        assert 1 <= len(re.findall(end, text)) <= 2, text
        assert "%" not in text and "{" not in text
        assert not re.search("显著|大幅|最差|最好|排名", text)


def test_one_customer_is_no_plural():
    _, text = verdict(MonthFacts(connected=Tally(44, 0, 1), valve=Tally(45), year=YEAR), "en")
    one, many = (word(f"pages.verdict.{name}", "en", n=n) for name, n in (("case", 1), ("cases", 45)))
    assert one != many.replace("45", "1") and one in text and many in text and many.replace("45", "1") not in text


def test_good():
    assert verdict(MONTHS["good"])[1] == "本月通气47户，五项承诺全部兑现47户，凭据齐全。月末在办23户，无一超期；近12个月报装的户，一半在18天内通上气。"


def test_mixed_names_what_was_broken():
    assert verdict(MONTHS["mixed"])[1] == "本月通气47户，全部兑现41户；未兑现3户（超过0.5个工作日2户、用户跑腿1户），凭据不全3户。3户已列在下方。"


def test_clearly_worse_only_outside_the_limits():
    assert "明显变差" in verdict(MONTHS["bad"])[1]
    inside = MonthFacts(connected=Tally(44, 3), valve=Tally(47), year=YEAR, usual=(0, 5))
    kind, text = verdict(inside)
    assert kind == "mixed" and "属正常波动（0—5户）" in text and "明显" not in text


def test_few_cases_are_not_judged_and_speak_of_twelve_months():
    assert verdict(MONTHS["few"])[1] == "本月只通气4户，全部兑现；件数太少，不评价好坏。近12个月通气61户，全部兑现58户，未兑现3户，凭据不全0户。"
    grid = MonthFacts(connected=Tally(12), valve=Tally(12), year=YEAR, enough=10)
    assert verdict(grid)[0] == "good"


def test_without_recorded_times_there_is_no_verdict():
    text = verdict(MONTHS["unproven"])[1]
    assert "31户没有记到时刻" in text and text.endswith("请先补记，本月暂不下结论。")


def test_missing_ledgers_come_before_everything():
    assert verdict(MONTHS["incomplete"])[1].startswith("12份台账还缺2份，以下只是已报部分，不作为月度结论。")


def test_a_median_that_is_not_reached_is_said():
    facts = MonthFacts(connected=Tally(47), valve=Tally(47), year=YEAR, open=23)
    assert "暂给不出天数" in verdict(facts)[1]


@pytest.mark.parametrize(
    ("found", "expected"),
    [(Tally(), "none"), (Tally(40), "kept"), (Tally(4), "few"), (Tally(4, 1), "missed"), (Tally(40, 0, 1), "unproven"), (Tally(40, 1, 1), "missed")],
)
def test_status(found, expected):
    assert status(found, 30) == expected


def test_a_tally_is_the_counts_of_a_result():
    assert tally({"hits": 41, "n": 44, "unknown": 3}) == Tally(41, 3, 3)
    assert tally({"hits": None, "n": 0, "unknown": 2}) == Tally(0, 0, 2)
    assert tally(None) == Tally() and Tally(1, 2, 3) + Tally(1, 0, 1) == Tally(2, 2, 4)
    assert (Tally(1, 2, 3).judged, Tally(1, 2, 3).total) == (3, 6)


@pytest.mark.parametrize(
    ("lpl", "upl", "judged", "broken"), [(0.8, 0.95, 40, (2, 8)), (0.8, 0.95, 41, (3, 8)), (0.9, 1.0, 20, (0, 2)), (0.85, 1.1, 20, (0, 3)), (-0.2, 0.5, 9, (5, 9)), (0.5, 0.9, 0, (0, 0))]
)
def test_usual_are_the_whole_cases_between_the_limits(lpl, upl, judged, broken):
    """Of 40 kept to 80 to 95 per cent 2 to 8 are broken; part of a case is none, and no more than all are broken."""
    assert usual({"lpl": lpl, "upl": upl}, judged) == broken


STOCK = "月末在办0户；近12个月报装的户通气还没过半，暂给不出天数。"


@pytest.mark.parametrize(
    ("facts", "kind", "text"),
    [
        # what is not told is nothing: no case open, no number of days, no word of those past their limit
        ({"connected": Tally(30)}, "good", f"本月通气30户，五项承诺全部兑现30户，凭据齐全。{STOCK}"),
        ({"connected": Tally(30), "open": 9, "overdue": 3, "median_days": 1.0}, "good", "本月通气30户，五项承诺全部兑现30户，凭据齐全。月末在办9户，其中到期仍未通气3户；近12个月报装的户，一半在1天内通上气。"),
        ({"connected": Tally(30), "open": 1, "overdue": 0, "median_days": 2.5}, "good", "本月通气30户，五项承诺全部兑现30户，凭据齐全。月末在办1户，无一超期；近12个月报装的户，一半在2.5天内通上气。"),
        ({"connected": Tally(29)}, "few", "本月只通气29户，全部兑现；件数太少，不评价好坏。近12个月通气61户，全部兑现58户，未兑现3户，凭据不全0户。"),
        ({"connected": Tally(3, 1)}, "few", "本月只通气4户，全部兑现3户，未兑现1户；件数太少，不评价好坏。近12个月通气61户，全部兑现58户，未兑现3户，凭据不全0户。"),
        ({"connected": Tally(3, 0, 1)}, "few", "本月只通气4户，全部兑现3户，没有未兑现，凭据不全1户；件数太少，不评价好坏。近12个月通气61户，全部兑现58户，未兑现3户，凭据不全0户。"),
        ({"connected": Tally(27, 3), "usual": (0, 3)}, "mixed", "本月通气30户，全部兑现27户；未兑现3户。未兑现户数属正常波动（0—3户），已列在下方。"),
        ({"connected": Tally(26, 4), "usual": (0, 3)}, "bad", "本月通气30户，全部兑现26户；未兑现4户。超出正常波动（0—3户），属明显变差，已列在下方。"),
        ({"connected": Tally(28, 0, 2), "usual": (0, 3)}, "gaps", "本月通气30户，全部兑现28户；没有未兑现，凭据不全2户。请先补齐凭据。"),
        ({"connected": Tally(29, 1), "reasons": (("用户跑腿", 1),)}, "mixed", "本月通气30户，全部兑现29户；未兑现1户（用户跑腿1户）。1户已列在下方。"),
        ({"connected": Tally(), "due": 1}, "no_connection", f"本月没有通气户。{STOCK}"), ({"connected": Tally()}, "nothing", "本月没有通气户，也没有到期事项，各网格均已零报告。"),
        ({"connected": Tally(), "grids": 3, "reported": 1}, "incomplete", "3份台账还缺2份，以下只是已报部分，不作为月度结论。"),
        ({"connected": Tally(), "grids": 3, "due": 1}, "incomplete", "3份台账还缺3份，以下只是已报部分，不作为月度结论。"), ({"connected": Tally(), "grids": 3}, "silent", "本月还没有网格报送台账。"),
        ({"connected": Tally(2), "grids": 3}, "incomplete", "3份台账还缺3份，以下只是已报部分，不作为月度结论。本月通气2户，全部兑现2户；没有未兑现。"),
        ({"connected": Tally(), "grids": 3, "reported": 3, "until": "2024年6月14日"}, "partial", "本月尚未结束（截至2024年6月14日），不作为月度结论。本月没有通气户。"),
    ],
)
def test_each_month_is_told_in_its_words(facts, kind, text):
    found = MonthFacts(**{"valve": facts["connected"], "year": YEAR, **facts})
    assert verdict(found) == (kind, text)


@pytest.mark.parametrize(("facts", "ends"), [
    ({"connected": Tally(27, 3), "usual": (0, 3)}, "正常波动（0—3户）。"), ({"connected": Tally(26, 4), "usual": (0, 3)}, "属明显变差。"), ({"connected": Tally(29, 1)}, "未兑现1户。"),
])
def test_what_is_listed_nowhere_is_pointed_at_nowhere(facts, ends):
    assert verdict(MonthFacts(**{"valve": facts["connected"], "year": YEAR, **facts}), listed=False)[1].endswith(ends)


def test_from_how_many_cases_there_is_a_verdict():
    """Thirty of the company, ten of a grid or a manager: with fewer chance alone may turn it."""
    assert (MonthFacts(connected=Tally(), valve=Tally(), year=YEAR).enough, COMPANY, GRID) == (30, 30, 10)
    assert [status(Tally(n), GRID) for n in (9, 10)] == ["few", "kept"]
