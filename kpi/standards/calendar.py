"""The working calendar and the working-time axis: working days, deadlines, and the position of a moment on the axis.

A session (morning or afternoon) is worth `unit` half-day units whatever its length, so that 0.5 working day is exactly `unit`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import lcm
from pathlib import Path

from kpi.problems import CalendarProblem
from kpi.standards.folder import reference, rows


@dataclass(frozen=True, kw_only=True)
class Session:
    """One working half-day: minutes of the day from (inclusive) and to (exclusive)."""

    part: str
    begins: int
    ends: int

    @property
    def minutes(self) -> int:
        """Length in minutes."""
        return self.ends - self.begins


@dataclass(frozen=True, kw_only=True)
class Day:
    """One calendar day: whether it is worked, why, its sessions, and the axis position at its 00:00.

    `wd` counts working days up to and including the day; `units` and `minutes` are positions on the axis.
    """

    date: date
    is_workday: bool
    kind: str
    name: str
    status: str
    sessions: tuple[Session, ...]
    wd: int
    units: int
    minutes: int


class Calendar:
    """Every loaded day in order; beyond the first or last one it refuses with a CalendarProblem."""

    def __init__(self, days: list[Day], unit: int) -> None:
        self.days = days
        self.unit = unit
        self._first = days[0].date
        self._worked = [day for day in days if day.is_workday]
        self._starts = [(day.units + i * unit, day, session) for day in days for i, session in enumerate(day.sessions)]

    def day(self, on: date) -> Day:
        """Return the day of a date; raises CalendarProblem outside the loaded years."""
        index = (on - self._first).days
        if not 0 <= index < len(self.days):
            raise CalendarProblem(
                f"{on} 不在已载入的工作日历（{self._first} 至 {self.days[-1].date}）之内，不推算。",
                f"{on} lies outside the loaded calendar ({self._first} to {self.days[-1].date}); nothing is guessed.",
            )
        return self.days[index]

    def is_workday(self, on: date) -> bool:
        """Return whether a date is worked."""
        return self.day(on).is_workday

    def add_working_days(self, on: date, n: int) -> date:
        """Return the nth working day after a date, the date itself not counted."""
        wanted = self.day(on).wd + n
        if not 1 <= wanted <= len(self._worked):
            raise CalendarProblem(
                f"{on} 之后第 {n} 个工作日超出已载入的工作日历（至 {self.days[-1].date}），不推算。",
                f"Working day {n} after {on} lies beyond the loaded calendar (to {self.days[-1].date}); nothing is guessed.",
            )
        return self._worked[wanted - 1].date

    def position(self, at: datetime) -> tuple[int, int]:
        """Return (half-day units, working minutes) of a moment; seconds are dropped."""
        day = self.day(at.date())
        minute = at.hour * 60 + at.minute
        units, minutes = day.units, day.minutes
        for session in day.sessions:
            inside = max(0, min(minute, session.ends) - session.begins)
            units += inside * (self.unit // session.minutes)
            minutes += inside
        return units, minutes

    def moment(self, units: int) -> datetime:
        """Return the earliest moment at a position of more than 0 half-day units, rounded up to the minute."""
        index = bisect_right(self._starts, units - 1, key=lambda item: item[0]) - 1
        start, day, session = self._starts[max(index, 0)]
        inside = units - start
        if inside > self.unit:
            raise CalendarProblem(f"期限超出已载入的工作日历（至 {self.days[-1].date}），不推算。", f"The limit lies beyond the loaded calendar (to {self.days[-1].date}).")
        per_minute = self.unit // session.minutes
        return datetime.combine(day.date, time()) + timedelta(minutes=session.begins + -(-inside // per_minute))

    def provisional(self, first: date, last: date) -> bool:
        """Return whether any day from first to last (both included) is provisional."""
        begin, end = self.day(first), self.day(last)
        return any(day.status == "provisional" for day in self.days[(begin.date - self._first).days : (end.date - self._first).days + 1])


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _hours(folder: Path) -> list[tuple[date, tuple[Session, Session]]]:
    periods = sorted(rows(folder / "working_hours.csv"), key=lambda row: row["valid_from"])
    return [
        (date.fromisoformat(row["valid_from"]),
         (Session(part="am", begins=_minute(row["am_from"]), ends=_minute(row["am_to"])), Session(part="pm", begins=_minute(row["pm_from"]), ends=_minute(row["pm_to"]))))
        for row in periods
    ]


def load(folder: Path | None = None) -> Calendar:
    """Return the calendar of a reference folder: official and provisional days, working hours in force, the company's own days."""
    folder = folder or reference()
    hours = _hours(folder)
    unit = lcm(*(session.minutes for _, pair in hours for session in pair))
    own = {row["date"]: row for row in rows(folder / "company_days.csv")}
    days: list[Day] = []
    wd = units = minutes = 0
    for row in sorted(rows(folder / "calendar.csv"), key=lambda row: row["date"]):
        on = date.fromisoformat(row["date"])
        if days and on != days[-1].date + timedelta(days=1):
            raise CalendarProblem(f"工作日历在 {days[-1].date} 之后缺日期。", f"The calendar has a gap after {days[-1].date}.")
        worked, kind, name = row["is_workday"] == "1", row["kind"], row["name"]
        parts = {"am", "pm"} if worked else set()
        if (mine := own.get(row["date"])) is not None:
            parts = {part for part in ("am", "pm") if mine["is_workday"] == "1" and mine[part] == "1"}
            worked, kind, name = bool(parts), "company", mine["source"]
        pair = [sessions for since, sessions in hours if since <= on][-1]
        sessions = tuple(session for session in pair if session.part in parts)
        wd += worked
        days.append(Day(date=on, is_workday=worked, kind=kind, name=name, status=row["status"], sessions=sessions, wd=wd, units=units, minutes=minutes))
        units += unit * len(sessions)
        minutes += sum(session.minutes for session in sessions)
    return Calendar(days, unit)
