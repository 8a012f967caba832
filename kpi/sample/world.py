"""The fictional world behind the sample ledgers: what truly happened to every application, to the minute.

The story it holds (also in data/samples/story.md): the seventh grid worsens from month 18, meters run short in month 16,
applications swell before the heating season and a backlog follows, the fifth grid changes its manager in month 15,
the "1.5" process replaces "11000" on 10 March 2023, and records grow more exact with time.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from kpi.standards.calendar import Calendar
from kpi.standards.calendar import load as load_calendar

START = date(2023, 1, 1)
EFFECTIVE = datetime(2023, 3, 10)
SEASON = (0.8, 0.55, 1.0, 1.0, 0.95, 0.9, 0.9, 1.0, 1.35, 1.5, 1.25, 0.9)
AREAS = "城东 城西 城南 城北 河东 河西 新区 老城 东园 西园 北湖 南岭 中心 云岭 石桥 沙洲".split()
NUMERALS = "一二三四五六七八九十"
WORSENING, WORSE_FROM = 7, 17
SHORTAGE_MONTH = 15
MOVED, MOVED_MONTH = 5, 14
CARELESS = (11, 12)


@dataclass
class Stop:
    """A clock-stop: valid ones lengthen the limit."""

    reason: str
    owner: str
    begins: datetime
    ends: datetime | None
    noticed: datetime | None
    valid: bool


@dataclass
class Case:
    """One application as it truly went; times are exact, None = has not happened by the end of the world."""

    app_id: str
    number: int
    grid: int
    user_type: str
    build_mode: str
    outside: bool
    channel: str
    applied: datetime
    accepted: datetime
    inside_start: datetime
    inside_done: datetime
    accept_passed: datetime
    ready: datetime
    asked: datetime | None
    slot: datetime | None
    gas_on: datetime | None
    cancelled: datetime | None
    boundary: datetime | None
    elapsed: int | None
    limit: int
    documents: int
    errands: int
    voluntary: int
    fee: float
    bundled: bool
    visits: int
    cause: str = ""
    precision: str = "moment"
    project: int | None = None
    stops: list[Stop] = field(default_factory=list)

    @property
    def kept(self) -> bool | None:
        """Whether the valve was opened within 0.5 working day of the start, None before it is open."""
        return None if self.elapsed is None else self.elapsed <= self.limit


@dataclass
class World:
    """All cases of a run, and the calendar they live by."""

    cases: list[Case]
    months: int
    end: datetime
    calendar: Calendar
    grids: int
    seed: int


def month_of(at: datetime) -> int:
    """Return the number of a moment's month, 0 for January 2023."""
    return (at.year - START.year) * 12 + at.month - START.month


def first_of(month: int) -> datetime:
    """Return the first moment of a month by its number."""
    index = START.year * 12 + START.month - 1 + month
    return datetime(index // 12, index % 12 + 1, 1)


def grid_code(number: int) -> str:
    """Return the code of a grid."""
    return f"G{number:02d}"


def grid_name(number: int) -> str:
    """Return the name of a grid as offices write it."""
    tens, ones = divmod(number, 10)
    numeral = ("" if tens == 0 else "十" if tens == 1 else NUMERALS[tens - 1] + "十") + (NUMERALS[ones - 1] if ones else "")
    return f"{numeral}号网格（{AREAS[(number - 1) % len(AREAS)]}）"


def _office_moment(rng: random.Random, calendar: Calendar, day: date) -> datetime:
    """Return a random working minute on the first working day from `day` on."""
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    session = rng.choice(calendar.day(day).sessions)
    return datetime.combine(day, time()) + timedelta(minutes=rng.randrange(session.begins, session.ends))


def make(applications: int, months: int, seed: int, grids: int = 12) -> World:
    """Return a world of about `applications` applications over `months` months; equal arguments give equal worlds."""
    rng = random.Random(seed)
    calendar = load_calendar()
    end = first_of(months)
    weights = [SEASON[m % 12] * (1 + 0.01 * m) for m in range(months)]
    total = sum(weights)
    cases: list[Case] = []
    number = 0
    for month in range(months):
        begins = first_of(month)
        days = (first_of(month + 1) - begins).days
        count = round(applications * weights[month] / total)
        moments = sorted(_office_moment(rng, calendar, (begins + timedelta(days=rng.randrange(days))).date()) for _ in range(count))
        for applied in moments:
            number += 1
            cases.append(_case(rng, calendar, number, applied, end, grids))
    return World(cases=cases, months=months, end=end, calendar=calendar, grids=grids, seed=seed)


def _case(rng: random.Random, calendar: Calendar, number: int, applied: datetime, end: datetime, grids: int) -> Case:
    grid = rng.choices(range(1, grids + 1), weights=[1.6 - 0.07 * (g % 12) for g in range(grids)])[0]
    new = applied >= EFFECTIVE
    user_type = rng.choices(("商业", "工业", "公福", "采暖"), weights=(58, 27, 10, 5))[0]
    build_mode = rng.choices(("自建", "代建"), weights=(55, 45))[0]
    channel = rng.choices(("线上", "电话", "主动对接", "政府推送", "营业厅"), weights=(45, 22, 18, 12, 3 if new else 12))[0]
    outside = rng.random() < 0.6
    base = {"商业": 13, "公福": 20, "采暖": 18, "工业": 30}[user_type] * (0.9 if new else 1.2)
    if applied.month in (10, 11):
        base *= 1.45
    days = base * rng.lognormvariate(0, 0.55) + 3
    accepted = _later(rng, calendar, applied, 0.1, 1.5)
    inside_start = _later(rng, calendar, applied, days * 0.2, days * 0.35)
    inside_done = _later(rng, calendar, inside_start, days * 0.35, days * 0.6)
    accept_passed = _later(rng, calendar, inside_done, 0.5, 3)
    ready = _later(rng, calendar, accept_passed, 0.1, 2)
    cancelled = _later(rng, calendar, applied, 2, max(3.0, days * 0.6)) if rng.random() < 0.04 else None
    asked = _later(rng, calendar, ready, 0.2, 3) if rng.random() < 0.25 else None
    slot = _later(rng, calendar, asked or ready, 1, 4) if rng.random() < 0.05 else None
    start = max(x for x in (ready, asked, slot) if x is not None)
    month = month_of(ready)
    unit = calendar.unit
    miss = 0.05 if new else 0.32
    cause = ""
    if grid == WORSENING and month >= WORSE_FROM:
        miss, cause = min(0.55, 0.12 + 0.06 * (month - WORSE_FROM)), "人员调配不及时"
    if month == SHORTAGE_MONTH:
        miss, cause = 0.3, "气表未到货"
    late = rng.random() < miss
    spent = int(unit * (rng.uniform(1.08, 6.5) if late else rng.triangular(0.04, 0.98, 0.3)))
    position = calendar.position(start)[0]
    gas_on = calendar.moment(position + spent)
    elapsed = calendar.position(gas_on)[0] - position
    stops = _stops(rng, calendar, applied, inside_done, start, gas_on)
    for stop in stops:
        if stop.valid and stop.begins >= start and stop.ends:
            # a valid stop after the start lengthens the limit: the valve is opened that much later
            length = calendar.position(stop.ends)[0] - calendar.position(stop.begins)[0]
            gas_on = calendar.moment(position + spent + length)
            elapsed = calendar.position(gas_on)[0] - position - length
    if cancelled and cancelled < gas_on:
        gas_on = elapsed = None
    else:
        cancelled = None
    if gas_on is not None and gas_on >= end:
        gas_on = elapsed = None
    walked = int(channel == "营业厅")
    errands = walked + (rng.choice((1, 1, 2)) if rng.random() < (0.035 if new else 0.2) else 0)
    voluntary = walked
    return Case(
        app_id=f"BZ{applied.year}{number:05d}", number=number, grid=grid, user_type=user_type, build_mode=build_mode, outside=outside, channel=channel,
        applied=applied, accepted=accepted, inside_start=inside_start, inside_done=inside_done, accept_passed=accept_passed, ready=ready,
        asked=asked, slot=slot, gas_on=gas_on, cancelled=cancelled,
        boundary=_later(rng, calendar, applied, days * 0.1, days * (0.75 if rng.random() < 0.9 else 1.3)) if outside else None,
        elapsed=elapsed, limit=unit, documents=rng.choice((1, 2, 3)) if rng.random() < (0.04 if new else 0.5) else 0,
        errands=errands, voluntary=voluntary, fee=float(rng.choice((300, 800, 1200, 2600))) if rng.random() < (0.025 if new else 0.18) else 0.0,
        bundled=build_mode == "代建" and rng.random() < 0.02, visits=2 if rng.random() < 0.03 else 1,
        cause=cause if late and cause else ("现场复核返工" if late and rng.random() < 0.6 else ""),
        precision=_precision(rng, grid, ready), stops=stops,
    )


def _later(rng: random.Random, calendar: Calendar, after: datetime, least: float, most: float) -> datetime:
    """Return a working minute between `least` and `most` days later, never before `after`."""
    found = _office_moment(rng, calendar, (after + timedelta(days=rng.uniform(least, most))).date())
    return found if found > after else calendar.moment(calendar.position(after)[0] + rng.randrange(60, calendar.unit))


def _precision(rng: random.Random, grid: int, ready: datetime) -> str:
    """Return how exactly the grid's office writes times: better from year to year, worst in two grids."""
    month = month_of(ready)
    vague = 0.4 if month < 6 else 0.18 if month < 12 else 0.06
    if grid in CARELESS and month < 18:
        vague = 0.55
    draw = rng.random()
    return "day" if draw < vague else "half" if draw < vague + 0.06 else "moment"


def _stops(rng: random.Random, calendar: Calendar, applied: datetime, inside_done: datetime, start: datetime, gas_on: datetime) -> list[Stop]:
    stops: list[Stop] = []
    if rng.random() < 0.1:
        begins = _later(rng, calendar, applied, 1, 4)
        ends = _later(rng, calendar, begins, 1, 8)
        reason, owner = rng.choice((("占掘路审批", "政府"), ("用户未完工", "用户"), ("自建施工队整改", "第三方"), ("恶劣天气", "不可抗力")))
        if ends < inside_done:
            stops.append(Stop(reason, owner, begins, ends, begins, True))
    unit = calendar.unit
    position = calendar.position(start)[0]
    if rng.random() < 0.03:
        begins = calendar.moment(position + unit // 20)
        ends = calendar.moment(position + unit // 20 + rng.randrange(unit, 4 * unit))
        if begins < gas_on:
            stops.append(Stop("无法入户", "用户", begins, ends, begins, True))
    elif rng.random() < 0.02:
        begins = calendar.moment(position + unit // 20)
        ends = calendar.moment(position + 2 * unit)
        # a company's own reason, and a stop nobody was told of, count for nothing
        stops.append(Stop("公司表具", "公司", begins, ends, begins, False) if rng.random() < 0.5 else Stop("用户要求延期", "用户", begins, ends, None, False))
    return stops
