"""The working calendar against golden dates, two kept calendar packages, and a slow clock that walks minute by minute."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi import standards
from kpi.problems import CalendarProblem, UsageProblem
from kpi.standards import calendar, notice
from kpi.standards.folder import reference

CALENDAR = calendar.load()
DAY = standards.tables()["day"]


@pytest.mark.parametrize(
    ("start", "due"),
    [("2023-04-20", "2023-04-24"), ("2023-04-28", "2023-05-06"), ("2023-09-27", "2023-10-08"), ("2024-02-07", "2024-02-18"), ("2025-09-29", "2025-10-10")],
)
def test_three_working_days(start, due):
    assert CALENDAR.add_working_days(date.fromisoformat(start), 3) == date.fromisoformat(due)


def test_working_days_of_years():
    counts = {year: sum(day.is_workday for day in CALENDAR.days if day.date.year == year) for year in (2023, 2024, 2025, 2026)}
    assert counts == {2023: 249, 2024: 251, 2025: 248, 2026: 248}


def test_two_packages_agree_day_by_day():
    other = holidays.CN(years=range(2019, 2027))
    for day in CALENDAR.days:
        if day.date.year > 2026:
            break
        assert day.status == "official"
        assert day.is_workday == chinese_calendar.is_workday(day.date) == other.is_working_day(day.date), day.date


def test_next_year_is_provisional_and_beyond_it_nothing_is_guessed():
    assert {day.status for day in CALENDAR.days if day.date.year == 2027} == {"provisional"}
    assert not any(day.is_workday and day.date.weekday() >= 5 for day in CALENDAR.days if day.date.year == 2027)
    assert CALENDAR.provisional(date(2026, 12, 31), date(2027, 1, 1))
    assert not CALENDAR.provisional(date(2026, 12, 1), date(2026, 12, 31))
    with pytest.raises(CalendarProblem):
        CALENDAR.add_working_days(date(2027, 12, 30), 3)
    with pytest.raises(CalendarProblem):
        CALENDAR.is_workday(date(2028, 1, 1))
    with pytest.raises(CalendarProblem):
        CALENDAR.position(datetime(2018, 12, 31, 9))


def slow(start: datetime, end: datetime) -> tuple[float, int]:
    """Return (working half-days, working minutes) by walking every minute: the oracle."""
    halves = minutes = 0.0
    at = start
    while at < end:
        if chinese_calendar.is_workday(at.date()):
            minute = at.hour * 60 + at.minute
            if 510 <= minute < 720:
                halves, minutes = halves + 1 / 210, minutes + 1
            elif 870 <= minute < 1050:
                halves, minutes = halves + 1 / 180, minutes + 1
        at += timedelta(minutes=1)
    return halves, int(minutes)


moments = st.datetimes(datetime(2023, 1, 1), datetime(2026, 12, 20)).map(lambda at: at.replace(second=0, microsecond=0))


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(0, 9 * 1440))
def test_positions_agree_with_the_slow_clock(start, minutes):
    end = start + timedelta(minutes=minutes)
    (u0, m0), (u1, m1) = CALENDAR.position(start), CALENDAR.position(end)
    halves, worked = slow(start, end)
    assert (u1 - u0) / CALENDAR.unit == pytest.approx(halves, abs=1e-9)
    assert m1 - m0 == worked


@settings(max_examples=200, deadline=None)
@given(moments, moments, moments)
def test_additive_and_monotone(a, b, c):
    a, b, c = sorted((a, b, c))
    (ua, _), (ub, _), (uc, _) = map(CALENDAR.position, (a, b, c))
    assert ua <= ub <= uc
    assert (ub - ua) + (uc - ub) == uc - ua


@settings(max_examples=200, deadline=None)
@given(moments)
def test_nothing_passes_outside_hours_and_a_session_is_half_a_day(at):
    day = CALENDAR.day(at.date())
    noon, lunch_end = at.replace(hour=12, minute=0), at.replace(hour=14, minute=30)
    assert CALENDAR.position(noon) == CALENDAR.position(lunch_end)
    gained = CALENDAR.position(noon)[0] - CALENDAR.position(at.replace(hour=0, minute=0))[0]
    assert gained == (CALENDAR.unit if day.is_workday else 0)


@settings(max_examples=200, deadline=None)
@given(moments)
def test_moment_is_the_earliest_at_its_position(at):
    units = CALENDAR.position(at)[0]
    if units:
        found = CALENDAR.moment(units)
        assert found <= at or CALENDAR.position(found)[0] - units < 7
        assert CALENDAR.position(found)[0] >= units
        assert CALENDAR.position(found - timedelta(minutes=1))[0] < units


@settings(max_examples=60, deadline=None)
@given(moments)
def test_the_tables_say_what_the_calendar_says(at):
    columns, rows = DAY
    row = dict(zip([name for name, _ in columns], rows[(at.date() - rows[0][0]).days], strict=True))
    minute = at.hour * 60 + at.minute
    found = row["base_u"] + row["am_unit"] * max(0, min(minute - row["am_from"], row["am_to"] - row["am_from"]))
    found += row["pm_unit"] * max(0, min(minute - row["pm_from"], row["pm_to"] - row["pm_from"]))
    assert found == CALENDAR.position(at)[0]


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(reference(), tmp_path / "reference")
    return tmp_path / "reference"


def test_company_days_and_season_hours(folder):
    (folder / "company_days.csv").write_text("date,is_workday,am,pm,source\n2024-05-06,1,1,0,公司通知\n2024-05-07,0,0,0,公司通知\n", encoding="utf-8")
    (folder / "working_hours.csv").write_text("valid_from,am_from,am_to,pm_from,pm_to\n2019-01-01,08:30,12:00,14:30,17:30\n2024-06-01,08:00,12:00,15:00,18:30\n", encoding="utf-8")
    own = calendar.load(folder)
    assert own.unit == 5040
    half = own.position(datetime(2024, 5, 7))[0] - own.position(datetime(2024, 5, 6))[0]
    assert half == own.unit
    assert not own.is_workday(date(2024, 5, 7))
    assert own.add_working_days(date(2024, 5, 3), 2) == date(2024, 5, 8)
    summer = own.position(datetime(2024, 6, 3, 10))[0] - own.position(datetime(2024, 6, 3, 8))[0]
    assert summer == own.unit // 2


def test_a_notice_makes_a_year_official(folder):
    changed = notice.import_notice(year=2027, off="2027-01-01..2027-01-03,2027-02-05..2027-02-11", work="2027-02-14,2027-02-20", source="国办发明电〔2026〕1号", folder=folder)
    own = calendar.load(folder)
    assert {day.status for day in own.days if day.date.year == 2027} == {"official"}
    assert own.is_workday(date(2027, 2, 14)) and not own.is_workday(date(2027, 2, 11))
    assert {"date": "2027-02-14", "was": "0", "is": "1"} in changed["changed"]
    for words in ({"off": "2026-01-01", "work": ""}, {"off": "2027-01-01", "work": "2027-01-01"}, {"off": "1月1日", "work": ""}, {"off": "2027-01-01", "work": "2027-01-04"}):
        with pytest.raises(UsageProblem):
            notice.import_notice(year=2027, source="x", folder=folder, **words)
