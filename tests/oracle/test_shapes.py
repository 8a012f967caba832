"""Every KPI equals its recomputation on random ledgers of every named shape: 20 worlds, KPI_WORLDS more in `make soak`."""

from __future__ import annotations

import os
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings

from kpi.engine import DuckEngine
from tests.facts import engine, typed
from tests.metrics import test_scenarios
from tests.oracle import standing
from tests.oracle.cases import frame
from tests.oracle.compare import differences
from tests.oracle.rows import unlike
from tests.oracle.shapes import SHAPES, ledgers, worlds

WORLDS = int(os.environ.get("KPI_WORLDS", "20"))


def check(shape: str, seed: int) -> None:
    agree(engine(*ledgers(shape, seed)))


def agree(found: DuckEngine) -> None:
    """Hold every case and figure of a build against its recomputation."""
    expected = frame(found)
    assert not (wrong := unlike(found, expected)), (len(wrong), wrong[:10])
    assert not (wrong := standing.unlike(found, standing.told(found))), (len(wrong), wrong[:10])
    month = f"{found.as_of:%Y-%m}"
    for by, start, end in (((), None, None), (("grid",), month, month)):
        compared, wrong = differences(found, expected, by, start, end)
        assert compared and not wrong, (by, len(wrong), wrong[:10])


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape(shape):
    check(shape, 5)


def test_hand_made_ledgers():
    agree(engine(typed(test_scenarios.ledgers()), datetime(2024, 7, 1)))


@settings(max_examples=max(1, WORLDS - len(SHAPES)), deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck))
@given(worlds)
@example(("one_grid", 65))
@example(("all_open", 933265))
def test_any_shape(world):
    check(*world)
