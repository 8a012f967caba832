"""The catalogue is whole: every code is a figure, made up of others, or told as not measured with the reason."""

from __future__ import annotations

import re

import pytest

from kpi.metrics.elsewhere import LINKED, UNMEASURED
from kpi.metrics.registry import METRICS, find
from kpi.problems import UsageProblem
from kpi.reports import dictionary

CODES = {f"K{n:02d}" for n in (*range(25), *range(30, 47))} | {f"R{n:02d}" for n in range(1, 14)}


def test_every_code_stands_somewhere():
    assert CODES == {m.code for m in METRICS} | {entry.code for entry in (*LINKED, *UNMEASURED)}


def test_what_is_made_up_of_others_names_kpis():
    known = {m.id for m in METRICS}
    for entry in LINKED:
        assert {id for part in entry.parts for id in part.ids} <= known and all(part.ids or part.note for part in entry.parts), entry.code
    assert len(next(entry for entry in LINKED if entry.code == "R03").parts) == 5
    assert [m.id for m in find("R03")][:2] == ["whole_wait_median", "whole_wait_p85"]
    assert {m.id for m in find("R11")} == {"valve_excluded", "contract_excluded", "appointment_excluded"}


def test_what_is_not_measured_says_why():
    with pytest.raises(UsageProblem, match="未测量"):
        find("R09")
    told = dictionary.markdown()
    for entry in (*LINKED, *UNMEASURED):
        assert f"### {entry.code} {entry.label.zh} / {entry.label.en}" in told
    for entry in UNMEASURED:
        assert f"**未测量**：{entry.reason.zh}" in told and f"**Not measured**: {entry.reason.en}" in told
        assert re.search(r"[\u4e00-\u9fff]", entry.reason.zh) and not re.search(r"[\u4e00-\u9fff]", entry.reason.en)


def test_every_kpi_says_who_confirmed_it():
    told = dictionary.markdown()
    assert told.count("口径确认：") == told.count("Definition confirmed by: ") == len(METRICS)
