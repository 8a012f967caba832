"""Wilson's interval against published figures; bounds of evidence by hand."""

from __future__ import annotations

import pytest

from kpi.stats.intervals import Z998, evidence, wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(65, 100, 0.552544, 0.736358), (1045, 5000, 0.197955, 0.220491), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
     (1, 29, 0.0061, 0.1718), (3, 3, 0.4385, 1), (30, 30, 0.8865, 1), (44, 47, 0.8284, 0.9781)],
)
def test_wilson_gold(hits, n, low, high):
    assert wilson(hits, n) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


def test_wilson_at_998():
    assert wilson(65, 100, Z998) == (pytest.approx(0.495495, abs=1e-6), pytest.approx(0.778354, abs=1e-6))


def test_nothing_has_no_range():
    assert wilson(0, 0) is None
    assert evidence(0, 0, 0) is None and evidence(0, 0, 1) == (0, 1) and evidence(1, 1, 0) == (1, 1)


def test_evidence_bounds():
    assert evidence(41, 43, 4) == (41 / 47, 45 / 47)
