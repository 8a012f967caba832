"""Scores on the page: shares and means only from ten cases, a named manager's ratings not below them, response and coverage always beside."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from pages.parts import surveys
from pages.parts.data import Figures


def figures(rated: int, grid: str | None = None) -> Figures:
    """Return figures of `rated` cases, all rated 4, of twice as many that were asked."""
    view = SimpleNamespace(grid=grid, manager=None, lang="zh", word=lambda key, **values: key.split(".")[-1])
    rows = []
    for id in surveys.IDS:
        whole = 2 * rated if id in surveys.COVERAGE.values() or id.startswith("survey_response") else rated
        ratio = id.startswith(("survey", "satisfied", "bad_ratings_r"))
        counted = rated if not id.startswith("ratings_") or id.endswith("_4") else 0
        rows.append({"metric": id, "month": None, "grid": grid, "unit": "ratio" if ratio else "count", "n": whole if ratio else counted, "unknown": 0, "hits": rated if ratio else None,
                     "value": 4.0 if id.startswith("mean") else 0.5, "convention": 0})
    return Figures(view, rows)


@pytest.mark.parametrize("whom", surveys.WHOM)
def test_shares_and_means_from_ten_cases(whom):
    for rated, share, mean in ((9, "9/9", "few"), (10, "10/10 (100.0%)", "4分")):
        told = figures(rated)
        column = surveys._column(told.view, told, whom)
        assert column[0].startswith(f"{rated}/{2 * rated}") and column[1] == column[0]
        assert column[2:7] == ["0", str(rated), "0", "0", "0"]
        assert column[7:] == [share, share, mean]


def test_ratings_of_a_named_manager_are_not_shown_below_ten():
    for rated, shown in ((9, False), (10, True)):
        told = figures(rated, "G03")
        column = surveys._column(told.view, told, "manager")
        assert column[0].startswith(f"{rated}/") and (column[2:] == ["few"] * 8) is not shown
        assert surveys._column(told.view, told, "company")[3] == str(rated)


def test_nothing_rated_is_no_zero():
    told = figures(0)
    assert set(surveys._column(told.view, told, "company")) == {"—"}
