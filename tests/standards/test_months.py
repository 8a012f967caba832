"""Months written like 2024-05: turns of years, both ways."""

from kpi.standards.months import between, shift


def test_shifts_cross_turns_of_years():
    assert shift("2024-01", -1) == "2023-12" and shift("2024-12", -24) == "2022-12" and shift("2023-12", 1) == "2024-01" and shift("2024-05", 0) == "2024-05"


def test_both_ends_are_between():
    assert between("2023-11", "2024-02") == ["2023-11", "2023-12", "2024-01", "2024-02"]
    assert between("2024-05", "2024-05") == ["2024-05"] and between("2024-06", "2024-05") == []
