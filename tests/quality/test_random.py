"""Rules on random ledgers beside plain Python: spans of every precision, runs of equal times, series of numbers, terms of office."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from kpi import quality
from kpi.quality import duplicates, habits, numbering, order, terms
from kpi.quality.order import PAIRS
from tests.quality.ledgers import made

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SEEDS = range(2)


def moment(chance: random.Random) -> tuple[str, datetime, datetime]:
    """A text, its first and its last minute."""
    day = datetime(2024, 3, 1) + timedelta(days=chance.randrange(9))
    kind = chance.choice(("moment", "half", "day", "month"))
    if kind == "moment":
        at = day + timedelta(minutes=chance.randrange(1, 1440))
        return f"{at:%Y-%m-%d %H:%M}", at, at
    if kind == "half":
        from_ = day + timedelta(hours=12 * chance.randrange(2))
        return f"{day:%Y-%m-%d}{'上午' if from_.hour == 0 else '下午'}", from_, from_ + timedelta(hours=12) - MINUTE
    if kind == "day":
        return f"{day:%Y-%m-%d}", day, day + DAY - MINUTE
    return "2024年3月", datetime(2024, 3, 1), datetime(2024, 4, 1) - MINUTE


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("table", ["application", "appeal", "work"])
def test_dates_out_of_order(table, seed):
    chance = random.Random(f"{table}{seed}")
    pairs = [pair.split() for pair in PAIRS[table]]
    names = sorted({name for pair in pairs for name in pair})
    own = {"application": "app_id", "appeal": "case_id", "work": "work_id"}[table]
    rows, expected = [], {}
    for number in range(60):
        told = {name: moment(chance) for name in names if chance.random() < 0.6}
        told |= {name: moment(chance) for name in {"application": ("applied_at",), "appeal": ("accepted_at",), "work": ()}[table]}
        rows.append({own: f"X{number}"} | {name: text for name, (text, _, _) in told.items()})
        wrong = [(a, b) for a, b in pairs if a in told and b in told and told[a][1] > told[b][2]]
        if wrong:
            expected[f"X{number}"] = wrong
    with made({table: rows}, "2024-06-01", order.RULES) as engine:
        found = {row["key"]: row for row in quality.findings(engine, code="dates_out_of_order", table=table, limit=None)}
    assert set(found) == set(expected) and expected
    for key, row in found.items():
        assert (row["args"]["first"], row["args"]["then"]) in expected[key]
        assert row["args"]["more"] == (len(expected[key]) if len(expected[key]) > 1 else None)
        blamed = {name: max(sum(a == name for a, _ in expected[key]), sum(b == name for _, b in expected[key])) for pair in expected[key] for name in pair}
        assert blamed[row["field"]] == max(blamed.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_gas_on_before_ready(seed):
    chance = random.Random(seed)
    told = {f"A{n}": (moment(chance), moment(chance)) for n in range(80)}
    rows = [{"app_id": key, "applied_at": "2024-02-01", "ready_at": ready[0], "gas_on_at": on[0]} for key, (ready, on) in told.items()]
    with made({"application": rows}, "2024-06-01", order.RULES) as engine:
        found = {row["key"] for row in quality.findings(engine, code="gas_on_before_ready", limit=None)}
    assert found == {key for key, (ready, on) in told.items() if ready[1] > on[2]} != set()


@pytest.mark.parametrize("seed", SEEDS)
def test_copied_down(seed):
    chance = random.Random(seed)
    texts = [text for _ in range(40) for text in [chance.choice(("2024-05-06 09:00", "2024-05-06 10:00", "2024-05-07", ""))] * chance.randrange(1, 8)]
    runs, begin = {}, 0
    for at in range(1, len(texts) + 1):
        if at == len(texts) or texts[at] != texts[begin]:
            if at - begin >= habits.RUN and ":" in texts[begin]:
                runs[f"V{begin}"] = (begin + 2, at + 1)
            begin = at
    rows = [{"visit_id": f"V{n}", "booked_at": "2024-05-01", "left_at": text, "_row": n + 2} for n, text in enumerate(texts)]
    # another sheet has rows of the same numbers, and rows need not be stored in their order
    rows += [{"visit_id": f"W{n}", "booked_at": "2024-05-01", "left_at": "2024-05-06 09:00" if n % 5 else "", "_row": n + 2, "_sheet": "其他"} for n in range(len(texts))]
    if seed:
        chance.shuffle(rows)
    with made({"visit": rows}, "2024-06-01", habits.RULES) as engine:
        found = quality.findings(engine, code="copied_down", limit=None)
    assert {row["key"]: (row["row"], row["args"]["last_row"]) for row in found} == runs != {}


@pytest.mark.parametrize("seed", SEEDS)
def test_duplicate_application(seed):
    chance = random.Random(seed)
    names = ("甲食品有限公司", "甲 食品", "甲食品（有限责任公司）", "乙食品", "ABC厂", "abc厂", "公司有限公司", "有限有限公司公司", "", *(f"丙{n}店" for n in range(4)))
    places = ("东路1号", "东路 1号", "东路(1)号", "西路2号", "", *(f"南路{n}号" for n in range(3)))
    rows = [{"app_id": f"A{n:03d}", "applied_at": "2024-04-01", "customer_name": chance.choice(names), "address": chance.choice(places), "status": chance.choice(("", "施工中", "已取消"))}
            for n in range(80)]
    expected, before = {}, {}
    for row in rows:
        who, place = row["customer_name"].lower(), row["address"].lower()
        for sign in "（）() 　":
            who, place = who.replace(sign, ""), place.replace(sign, "")
        for form in ("有限责任公司", "股份有限公司", "有限公司"):
            who = who.replace(form, "")
        if row["customer_name"] and row["address"] and row["status"] != "已取消":
            if (who, place) in before:
                expected[row["app_id"]] = before[who, place]
            before[who, place] = row["app_id"]
    with made({"application": rows}, "2024-06-01", duplicates.RULES) as engine:
        found = {row["key"]: row["args"]["other"] for row in quality.findings(engine, code="duplicate_application", limit=None)}
    assert found == expected != {}


@pytest.mark.parametrize("shape", ["BZ{year}{n:05d}", "G01-{year}-{n:04d}", "{year}{month:02d}{n:03d}", "FY{n:06d}", "{year}{month:02d}{day:02d}{n:04d}", "HF-{n}"])
@pytest.mark.parametrize("seed", SEEDS)
def test_numbering_gaps(shape, seed):
    chance = random.Random(f"{shape}{seed}")
    ids, missing = [], 0
    for year in (2023, 2024):
        for month in (3, 4, 11):
            day, first = chance.randrange(1, 29), 1 + 100 * month + 2000 * (year - 2023) if "{month" not in shape else 1
            # one-digit numbers have another width: a series of its own, shorter than it takes
            numbers = list(range(first + 10, first + 90))
            gone = set(chance.sample(numbers[1:-1], chance.randrange(6)))
            ids += [shape.format(year=year, month=month, day=day, n=n) for n in numbers if n not in gone]
            missing += len(gone)
    with made({"charge": [{"charge_id": id, "paid_on": "2024-05-06"} for id in ids]}, "2024-06-01", numbering.RULES) as engine:
        found = quality.findings(engine, code="number_gap", limit=None)
    between = [row for row in found if row["args"]["missing"] >= 6]
    assert sum(row["args"]["missing"] for row in found if row not in between) == missing
    assert not between or "{month" not in shape


@pytest.mark.parametrize("seed", SEEDS)
def test_terms(seed):
    chance = random.Random(seed)
    rows, gaps, overlaps, empty = [], set(), set(), set()
    for grid in range(12):
        begin, end = datetime(2023, 1, 1), None
        for number in range(chance.randrange(1, 4)):
            until = None if chance.random() < 0.25 else begin + timedelta(days=chance.randrange(20, 90))
            key = f"G{grid}|M{grid}{number}|{begin:%Y-%m-%d}"
            rows.append({"grid_code": f"G{grid}", "manager_id": f"M{grid}{number}", "valid_from": f"{begin:%Y-%m-%d}", "valid_to": f"{until:%Y-%m-%d}" if until else ""})
            if end is not None:
                gaps |= {key} if begin > end else set()
                overlaps |= {key} if begin < end else set()
            stop = until + DAY if until else datetime(9999, 1, 1)
            end = stop if end is None else max(end, stop)
            begin = (until or begin + timedelta(days=60)) + DAY * chance.choice((1, 1, 5, -3))
        empty |= {f"G{grid}"} if end < datetime(2024, 6, 1) else set()
    with made({"term": rows}, "2024-06-01", terms.RULES) as engine:
        found = quality.findings(engine, limit=None)
    assert {row["key"] for row in found if row["code"] == "term_gap"} == gaps
    assert {row["key"] for row in found if row["code"] == "term_overlap"} == overlaps
    assert {row["value"] for row in found if row["code"] == "no_holder"} == empty
