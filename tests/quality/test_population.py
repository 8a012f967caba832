"""Is the population whole: each number on a ledger made for it, and all of them beside a plain reckoning of random ledgers."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from datetime import datetime, timedelta

import pytest

from kpi import __main__ as command_line
from kpi import quality
from kpi.metrics import habits
from kpi.metrics.compute import compute
from kpi.problems import UsageProblem
from kpi.quality.place import UNSTATED
from kpi.quality.wholeness import CHECKS
from kpi.words import keys, word
from tests.metrics.ledgers import load
from tests.oracle.clock import half_day_limit, worked
from tests.quality.ledgers import made

AS_OF = "2024-06-01"
GRIDS = {"term": [{"grid_code": grid, "grid_name": name, "manager_id": manager, "manager_name": "甲某", "valid_from": "2023-01-01"}
                  for grid, name, manager in (("G1", "一号网格", "M1"), ("G2", "二号网格", "M2"))]}
APP = {"applied_at": "2024-04-08", "grid_code": "G1"}


def one(engine, code: str, **asked) -> tuple:
    """Return (total, kept, flagged) of a check."""
    return next((row["total"], row["kept"], row["flagged"]) for row in quality.population(engine, **asked) if row["code"] == code)


def by(engine, code: str) -> dict:
    return {(row["grid"], row["month"]): (row["total"], row["flagged"]) for row in quality.population(engine, by=("grid", "month"), code=code)}


def test_running_numbers_tell_how_many_should_be_there():
    ids = {"G1": ("B0001", "B0002", "B0003", "B0006", "B0007"), "G2": ("B0010", "B0011", "B0012")}
    rows = {**GRIDS, "application": [APP | {"app_id": id, "grid_code": grid} for grid, told in ids.items() for id in told]}
    with made(rows, AS_OF) as engine:
        assert one(engine, "numbers_application") == (12, 8, 4)
        # the gap between the grids belongs to neither
        assert by(engine, "numbers_application") == {("G1", "2024-04"): (7, 2), ("G2", "2024-04"): (2, 0), (UNSTATED, "2024-04"): (3, 2)}
        told = [(row["key"], row["value"], row["times"], row["grid"]) for row in quality.astray(engine, "numbers_application")]
        assert told == [("B0010", "B0008 – B0009", 2, UNSTATED), ("B0006", "B0004 – B0005", 2, "G1")]


def test_numbers_that_other_ledgers_name():
    rows = {**GRIDS, "application": [APP | {"app_id": "A1"}],
            "charge": [{"charge_id": "C1", "app_id": "A1", "paid_on": "2024-05-06", "grid_code": "G1"}, {"charge_id": "C2", "app_id": "A9", "paid_on": "2024-05-06", "grid_code": "G2"}],
            "followup": [{"fu_id": "F1", "app_id": "A9", "fu_at": "2024-05-20"}, {"fu_id": "F2", "fu_at": "2024-05-21"}]}
    with made(rows, AS_OF) as engine:
        assert one(engine, "named_elsewhere") == (2, 1, 1)
        (row,) = quality.astray(engine, "named_elsewhere")
        assert (row["table"], row["key"], row["value"], row["grid"], row["month"], row["row"]) == ("charge", "C2", "A9", "G2", "2024-05", 3), "one number, once, where it is first named"


def test_government_pushes_and_projects_that_applied():
    rows = {**GRIDS, "application": [
        APP | {"app_id": "A1", "channel": "政府推送", "project_id": "P1"}, APP | {"app_id": "A2", "channel": "政府推送", "project_id": "P9"},
        APP | {"app_id": "A3", "channel": "政府推送"}, APP | {"app_id": "A4", "channel": "线上"},
    ], "project": [
        {"project_id": "P1", "first_known_at": "2024-03-01", "status": "已报装"}, {"project_id": "P2", "first_known_at": "2024-03-05", "status": "已报装", "grid_code": "G2"},
        {"project_id": "P3", "first_known_at": "2024-03-05", "status": "跟踪中"},
    ]}
    with made(rows, AS_OF) as engine:
        assert one(engine, "pushed_by_government") == (3, 1, 2) and [row["key"] for row in quality.astray(engine, "pushed_by_government")] == ["A2", "A3"]
        assert one(engine, "projects_applied") == (2, 1, 1) and [(row["key"], row["grid"]) for row in quality.astray(engine, "projects_applied")] == [("P2", "G2")]


@pytest.mark.parametrize("field", ["meter_fitted_on", "account_opened_on", "supply_contract_on"])
def test_who_has_a_meter_an_account_or_a_contract_has_gas(field):
    rows = {**GRIDS, "application": [
        APP | {"app_id": "A1", field: "2024-05-06", "gas_on_at": "2024-05-07"}, APP | {"app_id": "A2", field: "2024-05-08"}, APP | {"app_id": "A3", field: "2024-05-08", "cancelled_on": "2024-05-20"},
        APP | {"app_id": "A4", field: "2024-05-09", "gas_on_at": "2024-06-09"}, APP | {"app_id": "A5", field: "2024-06-02"}, APP | {"app_id": "A6"},
    ]}
    with made(rows, AS_OF) as engine:
        assert one(engine, f"gas_after_{field}") == (3, 1, 2), "what happens after as-of has not happened; a cancelled case waits for nothing"
        assert [(row["key"], row["month"]) for row in quality.astray(engine, f"gas_after_{field}")] == [("A2", "2024-05"), ("A4", "2024-05")]
        assert one(engine, f"gas_after_{field}", month="2024-04") == (0, 0, 0)


def test_contract_numbers_stand_once_and_charges_name_known_ones():
    rows = {**GRIDS, "application": [APP | {"app_id": "A1", "contract_no": "H1"}, APP | {"app_id": "A2", "contract_no": "H1", "applied_at": "2024-03-01"},
                                     APP | {"app_id": "A3", "contract_no": "H2"}, APP | {"app_id": "A4"}],
            "charge": [{"charge_id": "C1", "paid_on": "2024-05-06", "contract_no": "H2"}, {"charge_id": "C2", "paid_on": "2024-05-06", "contract_no": "H7"}, {"charge_id": "C3", "paid_on": "2024-05-06"}]}
    with made(rows, AS_OF) as engine:
        assert one(engine, "contract_no_once") == (3, 2, 1) and [row["key"] for row in quality.astray(engine, "contract_no_once")] == ["A1"], "the later of the two"
        assert one(engine, "contracts_charged") == (2, 1, 1) and [row["value"] for row in quality.astray(engine, "contracts_charged")] == ["H7"]


def test_ready_times_in_a_bunch():
    at = "2024-05-06 09:00"
    rows = {**GRIDS, "application": [
        *(APP | {"app_id": f"A{n}", "ready_at": at} for n in range(3)), *(APP | {"app_id": f"B{n}", "ready_at": at, "grid_code": "G2"} for n in range(2)),
        *(APP | {"app_id": f"C{n}", "ready_at": "2024-05-07"} for n in range(4)), APP | {"app_id": "D1", "ready_at": "2024-05-08 10:00"},
        # three of thirteen of that day may well be chance
        *(APP | {"app_id": f"E{n}", "ready_at": f"2024-05-09 {9 + max(0, n - 2):02d}:00"} for n in range(13)),
    ]}
    with made(rows, AS_OF) as engine:
        assert one(engine, "ready_same_minute") == (19, 16, 3) and by(engine, "ready_same_minute") == {("G1", "2024-05"): (17, 3), ("G2", "2024-05"): (2, 0)}
        assert "2024年5月6日 09:00" in quality.astray(engine, "ready_same_minute")[0]["reason"]


def test_stops_told_only_after_the_limit():
    """The limit of half a working day from 08:30 ends at 12:00; a stop told of before moves it for the next."""
    stop = {"reason": "无法入户", "owner": "用户", "start_at": "2024-05-06 09:00", "end_at": "2024-05-06 11:00"}
    rows = {**GRIDS, "application": [APP | {"app_id": f"A{n}", "ready_at": "2024-05-06 08:30", "gas_on_at": "2024-05-08 10:00"} for n in range(1, 8)], "clock_stop": [
        stop | {"stop_id": "T1", "app_id": "A1", "noticed_on": "2024-05-06"},
        stop | {"stop_id": "T2", "app_id": "A2", "noticed_on": "2024-05-07"},
        stop | {"stop_id": "T3", "app_id": "A3", "noticed_on": "2024-05-06 12:00"},
        stop | {"stop_id": "T4", "app_id": "A4", "noticed_on": "2024-05-06 11:59"},
        # begins after the limit: it moves nothing
        stop | {"stop_id": "T5", "app_id": "A5", "start_at": "2024-05-06 14:30", "end_at": "2024-05-06 17:00", "noticed_on": "2024-05-07"},
        # told of in time, the first runs to the next evening: the limit ends two hours later, so the second was told in time too
        stop | {"stop_id": "T6", "app_id": "A6", "end_at": "2024-05-07 17:30", "noticed_on": "2024-05-06"},
        stop | {"stop_id": "T7", "app_id": "A6", "start_at": "2024-05-07 10:00", "end_at": "2024-05-08 09:00", "noticed_on": "2024-05-07"},
        # the company's own stop and one without notice do not count
        stop | {"stop_id": "T8", "app_id": "A7", "owner": "公司", "reason": "公司表具", "noticed_on": "2024-05-07"}, stop | {"stop_id": "T9", "app_id": "A7"},
    ]}
    with made(rows, AS_OF) as engine:
        assert one(engine, "stop_told_late") == (6, 4, 2) and [row["key"] for row in quality.astray(engine, "stop_told_late")] == ["T2", "T3"]
        told = {row["key"]: row for row in engine.rows("select * from told_late")}
        assert told["T1"]["due_at"] == datetime(2024, 5, 6, 12, 0) and told["T7"]["due_at"] == datetime(2024, 5, 8, 11, 30) and told["T2"]["manager"] == "M1"


def test_late_notices_of_random_stops_beside_the_slow_clock():
    pick = random.Random(7)
    apps, stops = [], []
    for n in range(40):
        ready = datetime(2024, 4, 29, 8, 0) + timedelta(days=pick.randint(0, 20), minutes=30 * pick.randint(0, 20))
        apps.append((f"A{n}", ready))
        at = ready - timedelta(hours=pick.randint(0, 3))
        for m in range(pick.randint(1, 3)):
            begin = at + timedelta(minutes=30 * pick.randint(0, 12))
            at = begin + timedelta(minutes=30 * pick.randint(1, 60))
            noticed = (begin + timedelta(days=pick.randint(0, 2))).replace(hour=0, minute=0)
            stops.append((f"T{n}-{m}", f"A{n}", begin, at, noticed))
    text = "%Y-%m-%d %H:%M"
    rows = {**GRIDS, "application": [APP | {"app_id": id, "ready_at": f"{ready:{text}}"} for id, ready in apps], "clock_stop": [
        {"stop_id": id, "app_id": app, "reason": "无法入户", "owner": "用户", "start_at": f"{begin:{text}}", "end_at": f"{end:{text}}", "noticed_on": f"{noticed:%Y-%m-%d}"} for id, app, begin, end, noticed in stops
    ]}
    expected = {}
    for id, app, begin, end, noticed in stops:
        ready = dict(apps)[app]
        due = half_day_limit(ready, [(b, e) for _, other, b, e, told in stops if other == app and told < noticed])
        if worked(ready, end)[0] and worked(begin, due)[0]:
            expected[id] = (due, noticed >= due)
    with made(rows, "2024-06-15") as engine:
        told = {row["key"]: (row["due_at"], row["late"]) for row in engine.rows("select key, due_at, late from told_late")}
    assert told == expected and {late for _, late in expected.values()} == {True, False} and len(expected) < len(stops)


def test_levels_changed_late_and_whose_stops(tmp_path):
    appeal = {"level": "复杂", "level_first": "一般", "accepted_at": "2024-05-10 09:00", "grid_code": "G1"}
    stop = {"reason": "无法入户", "owner": "用户", "noticed_on": "2024-05-06"}
    rows = {**GRIDS, "appeal": [appeal | {"case_id": "Q1", "level_changed_at": "2024-05-11 09:00"}, appeal | {"case_id": "Q2", "level_changed_at": "2024-05-11 08:59"}, appeal | {"case_id": "Q3"},
                                appeal | {"case_id": "Q4", "level": "一般", "level_changed_at": "2024-05-20"}],
            "application": [APP | {"app_id": id, "applied_at": "2024-05-06 08:30", "gas_on_at": "2024-05-07 17:30", "grid_code": grid} for id, grid in (("A1", "G1"), ("A2", "G2"))],
            "clock_stop": [stop | {"stop_id": "S1", "app_id": "A1", "start_at": "2024-05-06 08:30", "end_at": "2024-05-06 12:00"},
                           stop | {"stop_id": "S2", "app_id": "A1", "start_at": "2024-05-07 08:30", "end_at": "2024-05-07 12:00", "owner": "政府", "reason": "占掘路审批"}]}
    with made(rows, AS_OF, whole=True) as engine:
        assert habits.relevelled(engine) == [{"grid": "G1", "total": 3, "kept": 1, "flagged": 1, "unknown": 1}, {"grid": None, "total": 3, "kept": 1, "flagged": 1, "unknown": 1}]
        late = next(row for row in compute(engine, ["appeals_relevelled_late"]) if row["month"] is None)
        assert late["n"] == 1
        shares = {row["manager"]: row for row in habits.stopped(engine)}
        assert list(shares) == ["M1", "M2", None]
        assert [shares["M1"][name] for name in ("cases", "stopped", "user", "government", "third_party", "force_majeure")] == [1, 0.5, 0.25, 0.25, 0.0, 0.0]
        assert shares["M2"]["stopped"] == 0 and shares[None]["stopped"] == 0.25


def _random(seed: int) -> dict:
    """Small ledgers with holes, doubles, spikes and dangling numbers."""
    pick = random.Random(seed)
    day = datetime(2024, 4, 1, 9, 0)
    apps, charges = [], []
    for n in range(1, 40):
        if pick.random() < 0.15:
            continue
        moment = day + timedelta(days=pick.randint(0, 40), minutes=pick.choice((0, 0, 30, 60)))
        fitted = moment + timedelta(days=1)
        apps.append({
            "app_id": f"B2024{n:04d}", "applied_at": f"{day:%Y-%m-%d}", "grid_code": pick.choice(("G1", "G1", "G2", "")),
            "channel": pick.choice(("政府推送", "线上")), "project_id": pick.choice(("P1", "P2", "P8", "")),
            "contract_no": pick.choice(("", f"H{pick.randint(1, 20)}")),
            "ready_at": f"{moment:%Y-%m-%d %H:%M}" if pick.random() < 0.8 else f"{moment:%Y-%m-%d}", "meter_fitted_on": pick.choice(("", f"{fitted:%Y-%m-%d}")),
            "gas_on_at": pick.choice(("", f"{fitted + timedelta(days=1):%Y-%m-%d}")), "cancelled_on": pick.choice(("", "", f"{fitted + timedelta(days=3):%Y-%m-%d}")),
        })
    for n in range(20):
        charges.append({"charge_id": f"C{n}", "app_id": pick.choice(("B20240001", "B20249999", f"B2024{pick.randint(1, 50):04d}")), "paid_on": "2024-05-06", "grid_code": "G1",
                        "contract_no": pick.choice(("", f"H{pick.randint(1, 30)}"))})
    projects = [{"project_id": f"P{n}", "first_known_at": "2024-03-05", "status": pick.choice(("已报装", "跟踪中")), "grid_code": "G2"} for n in range(1, 6)]
    return {**GRIDS, "application": apps, "charge": charges, "project": projects}


def _reckoned(rows: dict, as_of: str) -> dict[str, tuple[int, int]]:
    """The same numbers, by plain counting over the texts."""
    apps, charges, projects = rows["application"], rows["charge"], rows["project"]
    numbers = sorted(int(re.sub(r"^B2024", "", a["app_id"])) for a in apps)
    ids = {a["app_id"] for a in apps}
    contracts = [a["contract_no"] for a in apps if a["contract_no"]]
    named = {c["app_id"] for c in charges}
    known = {p["project_id"] for p in projects}
    pushed = [a for a in apps if a["channel"] == "政府推送"]
    applied = [p for p in projects if p["status"] == "已报装"]
    fitted = [a for a in apps if a["meter_fitted_on"] and a["meter_fitted_on"] < as_of and not (a["cancelled_on"] and a["cancelled_on"] < as_of)]
    charged = [c["contract_no"] for c in charges if c["contract_no"]]
    bunches = defaultdict(int)
    timed = [(a["grid_code"] or UNSTATED, a["ready_at"]) for a in apps if " " in a["ready_at"] and a["ready_at"] < as_of]
    days = defaultdict(int)
    for grid, at in timed:
        bunches[grid, at] += 1
        days[grid, at[:10]] += 1
    whole = numbers[-1] - numbers[0] + 1
    return {
        "numbers_application": (whole, whole - len(numbers)), "named_elsewhere": (len(named), len(named - ids)),
        "pushed_by_government": (len(pushed), sum(a["project_id"] not in known for a in pushed)),
        "projects_applied": (len(applied), sum(p["project_id"] not in {a["project_id"] for a in apps} for p in applied)),
        "gas_after_meter_fitted_on": (len(fitted), sum(not a["gas_on_at"] or a["gas_on_at"] >= as_of for a in fitted)),
        "contract_no_once": (len(contracts), len(contracts) - len(set(contracts))),
        "contracts_charged": (len(charged), sum(c not in contracts for c in charged)), "ready_same_minute": (len(timed), sum(n for (grid, at), n in bunches.items() if n >= 3 and n >= days[grid, at[:10]] / 4)),
    }


@pytest.mark.parametrize("seed", range(3))
def test_random_ledgers(seed):
    rows = _random(seed)
    with made(rows, "2024-05-11") as engine:
        told = {row["code"]: (row["total"], row["flagged"]) for row in quality.population(engine)}
        for code, expected in _reckoned(rows, "2024-05-11").items():
            assert told[code] == expected, code
            parts = quality.population(engine, by=("grid", "month"), code=code)
            assert (sum(row["total"] for row in parts), sum(row["flagged"] for row in parts)) == expected, "grids and months add up"
            assert sum(row["times"] for row in quality.astray(engine, code, limit=None)) == expected[1], "every number has its rows"


def test_what_no_ledger_carries_is_said_and_not_counted_as_whole():
    with made({**GRIDS, "application": [APP | {"app_id": "A1"}]}, AS_OF) as engine:
        assert one(engine, "gas_after_meter_fitted_on") == (None, None, None) and one(engine, "pushed_by_government") == (None, None, None)
        assert one(engine, "named_elsewhere") == (0, 0, 0)
    with made({}, AS_OF) as engine:
        assert {row["total"] for row in quality.population(engine)} == {None}


def test_every_check_has_its_words_and_an_unknown_one_is_refused():
    for lang in ("zh", "en"):
        for check in CHECKS:
            assert all(word(f"population.{check.words}.{part}", lang) for part in ("total", "kept", "flagged", "reason", "remedy"))
    sections = {key.split(".")[1] for key in keys("zh") if key.startswith("population.")}
    assert sections == {check.words for check in CHECKS} | {"page", "appeals_relevelled_late"}
    with made({}, AS_OF) as engine:
        for wrong in (lambda: quality.population(engine, by=("grid",)), lambda: quality.population(engine, by=("grid",), code="no_such"), lambda: quality.astray(engine, "no_such")):
            with pytest.raises(UsageProblem):
                wrong()


def test_from_the_command_line(tmp_path, monkeypatch, capsys):
    rows = {"application": [{"app_id": f"B000{n}", "applied_at": "2024-05-06", "grid_code": "G1"} for n in (1, 2, 3, 6, 7)], **GRIDS}
    monkeypatch.setenv("KPI_HOME", str(load(tmp_path, rows, "2024-05-31")))
    assert command_line.main(["population", "--month", "2024-05", "--grid", "一号网格"]) == 0
    told = json.loads(capsys.readouterr().out)
    check = next(check for check in told["checks"] if check["code"] == "numbers_application")
    assert (told["grid"], check["total"], check["kept"], check["flagged"]) == ("G1", 7, 5, 2)
    assert check["by"] == [{"grid": "G1", "month": "2024-05", "total": 7, "flagged": 2, "kept": 5}] and check["rows"][0]["value"] == "B0004 – B0005"
    assert told["stopped_by_manager"][-1]["manager"] is None and told["relevelled"][-1]["total"] == 0
