"""What the ledgers say beside the figures: projects on their way to gas, who holds a grid and since when, the events of one application."""

from __future__ import annotations

from datetime import datetime

from kpi import pipeline
from kpi.metrics.record import applications, grids, holder, holders, managers, named_grid, on_the_way, reported, search
from tests import facts
from tests.metrics.ledgers import load

ROWS = {
    "term": [{"grid_code": "G1", "grid_name": "一号网格", "manager_id": "M1", "manager_name": "示例甲", "valid_from": "2023-01-01"}],
    "project": [
        {"project_id": "P1", "name": "甲", "grid_code": "G1", "first_known_at": "2024-03-01", "planned_production": "2025年6月", "needs_gas": "需要", "updated_on": "2024-05-20"},
        {"project_id": "P2", "name": "乙", "grid_code": "一号网格", "landed_on": "2024-03-01", "planned_production": "2024-12-01", "updated_on": "2024-03-20"},
        {"project_id": "P3", "name": "丙", "grid_code": "G1", "landed_on": "2024-03-01", "needs_gas": "需要"},
        {"project_id": "P4", "name": "丁", "grid_code": "G1", "landed_on": "2024-03-01", "status": "不用气"},
        {"project_id": "P5", "name": "戊", "grid_code": "G9", "landed_on": "2024-03-01"},
        {"project_id": "P6", "name": "己", "grid_code": "G1", "landed_on": "2024-07-01"},
    ],
    "application": [{"app_id": "A3", "applied_at": "2024-04-01", "project_id": "P3", "ready_at": "2024-05-20 09:00", "gas_on_at": "2024-05-20 10:00"},
                    {"app_id": "A1", "applied_at": "2024-04-01", "project_id": "P1", "ready_at": "2024-05-20 09:00"}],
}


def test_projects_on_their_way(tmp_path):
    found = on_the_way(pipeline.reader(load(tmp_path, ROWS, cutoff="2024-05-31")), "G1")
    assert [(one["project"], one["reached"], one["verdict"], one["age"]) for one in found] == [("P2", 1, "miss", 72), ("P1", 5, "hit", 11)]
    assert all(one["file"] and one["row"] for one in found)


def test_a_grid_is_held_since_its_own_first_term():
    """M1 has G1 from 2022 and G2, which was M2's, from June 2023 to as-of; in G1 a second term follows the first."""
    terms = [("G1", "M1", "2022-01-01", "2023-12-31"), ("G1", "M1", "2024-01-01", ""), ("G2", "M2", "2021-01-01", "2023-05-31"), ("G2", "M1", "2023-06-01", "2024-05-31"), ("G2", "M3", "2024-06-01", "")]
    rows = {
        "term": [{"grid_code": grid, "grid_name": grid, "manager_id": manager, "manager_name": manager, "valid_from": since} | ({"valid_to": until} if until else {}) for grid, manager, since, until in terms],
        "application": [{"app_id": "A1", "grid_code": "G2", "applied_at": "2024-04-01", "customer_name": "甲公司", "miss_cause": "气表未到货", "gas_on_at": "2024-05-06 11:00"},
                        {"app_id": "A2", "applied_at": "2024-04-02"}, {"customer_name": "无号公司", "address": "示例路1号", "applied_at": "2024-04-03"}],
    }
    found = facts.engine(facts.typed(rows), datetime(2024, 6, 1))
    assert holders(found, datetime(2024, 5, 1)) == {"G1": {"manager": "M1", "since": datetime(2022, 1, 1)}, "G2": {"manager": "M1", "since": datetime(2023, 6, 1)}}
    assert holders(found, datetime(2023, 5, 31)) == {"G1": {"manager": "M1", "since": datetime(2022, 1, 1)}, "G2": {"manager": "M2", "since": datetime(2021, 1, 1)}}
    assert managers(found) == [{"manager": name, "name": name} for name in ("M1", "M2", "M3")]
    told = applications(found, ["A1", "A1"])
    assert list(told) == ["A1"] and (told["A1"]["customer"], told["A1"]["grid"], told["A1"]["manager"], told["A1"]["cause"]) == ("甲公司", "G2", "M1", "气表未到货")
    assert told["A1"]["events"] == [("applied_at", datetime(2024, 4, 1), "day"), ("gas_on_at", datetime(2024, 5, 6, 11), "moment")]
    assert reported(found, "2024-04") == reported(found, "2024-05") == ["G2"], "a row without a grid reports for none"
    assert set(applications(found, ["A1", "A2", "A3"])) == {"A1", "A2"} and applications(found, []) == {}
    assert [row["app_id"] for row in search(found, "公司", 9)] == ["A1"] and [row["app_id"] for row in search(found, "a", 9)] == ["A1", "A2"], "an application without a number has no page to be found"


HELD = [("G2", "乙片（西）", "M2", "2023-01-01", "2024-05-31"), ("G1", "甲片", "M1", "2023-01-01", "2024-02-29"), ("G1", "甲片（东）", "M2", "2024-04-01", "")]


def held(*terms, as_of=datetime(2024, 6, 1), **rows):
    told = [{"grid_code": code, "grid_name": name, "manager_id": who, "manager_name": f"{who} {code}", "valid_from": since} | ({"valid_to": until} if until else {}) for code, name, who, since, until in terms]
    return facts.engine(facts.typed({"term": told, **rows}), as_of)


def test_grids_are_those_of_the_register_or_else_of_the_applications():
    found = held(*HELD, application=[{"app_id": "A1", "grid_code": "G9", "applied_at": "2024-04-01"}])
    assert grids(found) == [{"grid": "G1", "name": "甲片（东）"}, {"grid": "G2", "name": "乙片（西）"}], "by code, named as last told"
    assert grids(held(("G1", "", "M1", "2023-01-01", ""))) == [{"grid": "G1", "name": "G1"}]
    rows = [{"app_id": "A1", "grid_code": "西片", "applied_at": "2024-04-01"}, {"app_id": "A2", "grid_code": "东片", "applied_at": "2024-04-01"}, {"app_id": "A3", "applied_at": "2024-04-01"}]
    assert sorted(row["grid"] for row in grids(held(application=rows))) == sorted(("西片", "东片")) and grids(held()) == []
    assert [named_grid(found, word) for word in ("乙片（西）", "乙片", "G2", "丙片", "", None)] == ["G2", "G2", "G2", "丙片", "", None]


def test_a_grid_is_held_from_the_first_day_of_a_term_to_its_last():
    found = held(*HELD)
    edges = {"2022-12-31 23:59": None, "2023-01-01": "M1", "2024-02-29 23:59": "M1", "2024-03-01": None, "2024-03-31 23:59": None, "2024-04-01": "M2"}
    for at, manager in ((datetime.fromisoformat(at), manager) for at, manager in edges.items()):
        assert (holder(found, "G1", at) or {"manager": None})["manager"] == manager, at
    assert holder(found, "G1", datetime(2024, 5, 1)) == {"manager": "M2", "since": datetime(2024, 4, 1)} and holder(found, "G9", datetime(2024, 5, 1)) is None
    assert [(row["manager"], row["name"]) for row in managers(found)] == [("M1", "M1 G1"), ("M2", "M2 G1")], "by number, named as last told"


def test_an_application_is_in_the_hands_of_who_holds_its_grid_as_as_of_comes():
    """The term of M2 in G2 ends with the day before as-of, so that he is the last to hold it; one that begins at as-of has not begun."""
    rows = {"application": [{"app_id": f"A{n}", "grid_code": f"G{n}", "applied_at": "2024-04-01"} for n in (1, 2, 3)]}
    found = held(*HELD, ("G3", "丙片", "M1", "2023-01-01", "2024-05-30"), ("G2", "乙片（西）", "M3", "2024-06-01", ""), **rows)
    assert {id: told["manager"] for id, told in applications(found, ["A1", "A2", "A3"]).items()} == {"A1": "M2", "A2": "M2", "A3": None}


def test_applications_are_found_by_number_name_or_project_in_order_and_only_so_many():
    rows = [
        {"app_id": "B2", "grid_code": "G1", "applied_at": "2024-04-01", "customer_name": "甲公司", "project_id": "P1"}, {"app_id": "B1", "grid_code": "G1", "applied_at": "2024-04-02", "customer_name": "乙公司"},
        {"app_id": "A1", "applied_at": "2024-04-03", "customer_name": "丙厂", "gas_on_at": "2024-05-01"},
    ]
    found = held(*HELD, application=rows, project=[{"project_id": "P1", "name": "城东B区", "first_known_at": "2024-03-01"}])
    assert [row["app_id"] for row in search(found, "公司", 9)] == ["B1", "B2"] and [row["app_id"] for row in search(found, "b", 9)] == ["B1", "B2"] and [row["app_id"] for row in search(found, "B", 1)] == ["B1"]
    assert [row["app_id"] for row in search(found, "城东", 9)] == ["B2"] and search(found, "东", 9) == [] and [row["app_id"] for row in search(found, "丙厂", 9)] == ["A1"]
    (row,) = search(found, "a1", 9)
    assert (row["customer"], row["project"], row["grid"], row["gas_on_at"], row["applied_at_p"]) == ("丙厂", None, "(未填)", datetime(2024, 5, 1), "day") and search(found, "B2", 9)[0]["project"] == "城东B区"


def test_a_grid_reports_a_month_by_any_dated_row_of_it():
    appeals = [{"case_id": "Q1", "grid_code": "G1", "level": "一般", "accepted_at": "2024-05-06 09:00"}]
    found = held(*HELD, application=[{"app_id": f"A{n}", "grid_code": grid, "applied_at": f"2024-0{n}-02", "gas_on_at": "2024-05-08"} for n, grid in ((3, "G1"), (4, "G2"), (2, ""))], appeal=appeals)
    assert [reported(found, month) for month in ("2024-02", "2024-03", "2024-04", "2024-05")] == [[], ["G1"], ["G2"], ["G1", "G2"]]
