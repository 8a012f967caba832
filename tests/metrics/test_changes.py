"""What a chart promises about the value to reach, as far as it can be judged."""

from __future__ import annotations

import pytest

from kpi.metrics.changes import Change


@pytest.mark.parametrize(
    ("state", "assurance", "target", "outlook"),
    [("usual", "pass", 0.9, "pass"), ("worse", "fail", 0.9, "fail"), ("better", "hit_or_miss", 0.9, "hit_or_miss"), ("usual", None, 0.9, "few"), ("few", "pass", 0.9, "few"),
     ("ceiling", "pass", 0.9, "ceiling"), ("usual", "pass", None, "")],
)
def test_outlook(state, assurance, target, outlook):
    assert Change("zero_fee", {"assurance": assurance}, state, target=target).outlook == outlook
