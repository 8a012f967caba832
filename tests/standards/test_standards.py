"""Promises, rules and score words, each with the date from which it holds."""

from __future__ import annotations

from datetime import date

import pytest

from kpi import standards
from kpi.metrics.registry import METRICS
from kpi.standards.folder import reference
from kpi.standards.folder import rows as read_csv


def test_every_row_says_from_when_it_holds():
    for path in reference().glob("*.csv"):
        if path.name in ("calendar.csv", "company_days.csv"):
            continue
        assert all(date.fromisoformat(row["valid_from"]) for row in read_csv(path)), path.name


def test_targets_change_with_the_process():
    assert standards.target("valve_time_p50", date(2023, 3, 9)) is None
    assert standards.target("valve_time_p50", date(2023, 3, 9), "参考值") == 1
    assert standards.target("valve_time_p50", date(2023, 3, 10)) == 0.5
    assert standards.target("satisfied_company", date(2024, 1, 1)) is None, "the minutes set no target for satisfaction"


def test_targets_name_known_kpis():
    known = {m.id: m.code for m in METRICS}
    for row in read_csv(reference() / "targets.csv"):
        assert known[row["id"]] == row["code"]


def test_rules():
    assert standards.rule("effective_date") == "2023-03-10"
    assert standards.rule("feedback_hours") == "24"
    with pytest.raises(KeyError):
        standards.rule("no_such_rule")


@pytest.mark.parametrize(
    ("text", "level"),
    [("非常满意", 5), ("满意", 4), ("较满意", 4), ("基本满意", 3), ("一般", 3), ("不满意", 2), ("很不满意", 1), ("★★★★★", 5), ("★★★☆☆", 3), ("5分", 5), ("4", 4), ("95", 5),
     ("94", 4), ("70", 3), ("59", 1), ("A", 5), ("系统默认好评", None), ("未评价", None)],
)
def test_scores(text, level):
    assert standards.score(text) == level


def test_unknown_score_is_no_guess():
    for text in ("挺好", "0", "101", "-1"):
        with pytest.raises(KeyError):
            standards.score(text)
