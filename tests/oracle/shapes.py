"""Random ledgers of a named shape: the corners of life in which figures go wrong, each with any seed."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from hypothesis import strategies as st

from kpi.exports.tables import BY_NAME
from tests.oracle import wild
from tests.oracle.world import Row, Spanned, World

Rows = dict[str, list[Row]]

SHAPES = ("mixed", "empty", "all_open", "all_unknown", "one_grid", "no_register", "moved_managers", "straddling_stops", "leap_year", "year_end", "make_up_days", "long_holidays", "wild")

STARTS = {
    "leap_year": datetime(2024, 2, 12), "year_end": datetime(2023, 12, 4), "make_up_days": datetime(2023, 4, 10), "long_holidays": datetime(2023, 9, 4), "straddling_stops": datetime(2023, 1, 9),
}
"""Where a shape begins, if not as other worlds: before 29 February 2024, before New Year, before the worked weekends of 23 April and 6 May 2023, before eight free days."""

worlds = st.tuples(st.sampled_from(SHAPES), st.integers(0, 10**6))
"""Hypothesis: (shape, seed)."""


def ledgers(shape: str, seed: int) -> tuple[Rows, datetime]:
    """Return (rows by table, as-of) of a world of a shape; small, and the same for the same seed. Those of `wild` are no world: their cells know nothing of each other."""
    if shape == "wild":
        return wild.ledgers(seed)
    dice = Random(f"{shape} {seed}")
    made = World(seed, 0 if shape == "empty" else dice.choice((6, 15, 40)), STARTS.get(shape, datetime(2023, 2, 20)))
    if change := globals().get(f"_{shape}"):
        change(made, dice)
    days = dice.choice((3, 20, 45, 45, 70, 120))
    return made.rows, made.start + timedelta(days=days, minutes=dice.choice((0, 0, 0, 8 * 60 + 30, 12 * 60, 14 * 60 + 31, 23 * 60 + 59)))


def _empty(made: World, dice: Random) -> None:
    """Nothing at all, or nothing but a register of grids."""
    for name in made.rows:
        if name != "term" or dice.random() < 0.5:
            made.rows[name] = []


def _all_open(made: World, dice: Random) -> None:
    """Nothing has ended: no gas, no cancellation, no answer."""
    for name, ends in (("application", ("gas_on_at", "cancelled_on")), ("appeal", ("fb_customer_at", "fb_dept_at", "closed_at")), ("clock_stop", ("end_at",))):
        for row in made.rows[name]:
            row |= dict.fromkeys(ends)


def _all_unknown(made: World, dice: Random) -> None:
    """Only what no row can do without, and that it ended."""
    kept = {"gas_on_at", "fb_customer_at", "app_id", "fu_at", "paid_on", "kind", "arrived_at", "manager_id", "direction"}
    for name, rows in made.rows.items():
        table = BY_NAME[name]
        needed = kept | set(table.key) | {column for group in table.required for column in group}
        made.rows[name] = [{column: value for column, value in row.items() if column in needed} for row in rows]


def _one_grid(made: World, dice: Random) -> None:
    """One grid, one manager."""
    made.rows["term"] = [row for row in made.rows["term"] if row["grid_code"] == "G1"][-1:]
    for rows in made.rows.values():
        for row in rows:
            if "grid_code" in row:
                row["grid_code"] = "G1"


def _no_register(made: World, dice: Random) -> None:
    """Nobody handed in the grids and their managers: the ledgers' own words stand."""
    made.rows["term"] = []


def _moved_managers(made: World, dice: Random) -> None:
    """Managers change every few days: gaps, overlaps, changes on the very day of an event."""
    made.rows["term"] = []
    for grid, name in (("G1", "甲网格(东)"), ("G2", "乙网格(西)")):
        for number in range(12):
            since = _day(made.start + timedelta(days=dice.randint(-10, 10) + 9 * number, hours=0))
            until = None if dice.random() < 0.2 else _day(since[0] + timedelta(days=dice.randint(0, 14)))
            if all(row["grid_code"] != grid or row["valid_from"] != since for row in made.rows["term"]):
                who = dice.randint(1, 5)
                made.rows["term"].append({"grid_code": grid, "grid_name": name, "manager_id": f"M{who}", "manager_name": f"人{who}", "valid_from": since, "valid_to": until})


def _straddling_stops(made: World, dice: Random) -> None:
    """Stops that begin before and end after everything else: sessions, weekends, holidays, the change of process, each other, as-of."""
    made.rows["clock_stop"] = []
    for app in made.rows["application"]:
        anchor = (app.get("ready_at") or app["applied_at"])[0]
        for _ in range(dice.choice((1, 2, 3))):
            begin = anchor + timedelta(minutes=dice.choice((-5000, -60, -1, 0, 0, 1, 30, 209, 210, 211, 400)))
            end = begin + timedelta(minutes=dice.choice((0, 1, 59, 210, 600, 1440, 4320, 12000, 90000)))
            spans = [made.blur(begin, 0.7), made.blur(end, 0.7) if dice.random() < 0.8 else None]
            if spans[1] is None or spans[1][0] >= spans[0][0]:
                made._add("clock_stop", app["app_id"], reason=dice.choice(("无法入户", "恶劣天气", "公司表具")), owner=dice.choice(("用户", "不可抗力", "政府", "公司")), start_at=spans[0], end_at=spans[1],
                          noticed_on=made.blur(begin, 0.5))


def _day(at: datetime) -> Spanned:
    day = datetime(at.year, at.month, at.day)
    return day, day + timedelta(days=1), "day"
