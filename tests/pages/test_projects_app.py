"""The page of projects, topic by topic, over ledgers with roads, payers and parks."""

from __future__ import annotations

import pytest

from pages.parts.projects import TOPICS
from tests.metrics.ledgers import load
from tests.metrics.test_tracking import ROADS
from tests.pages.test_pages_app import figures, open_page, text


@pytest.fixture(scope="module")
def roads(tmp_path_factory):
    return load(tmp_path_factory.mktemp("roads"), ROADS, "2024-06-30")


def test_every_topic_stands(roads, monkeypatch):
    monkeypatch.setenv("KPI_HOME", str(roads))
    said = {}
    for name in TOPICS:
        app = open_page("pages/review/projects.py", month="2024-05", topic=name)
        assert not app.exception and not app.error and len(figures(app)) <= 6
        said[name] = "".join(text(app).split())
    assert "缺得最多的是" in said["info"] and "获知1个项目，已报装1个" in said["journey"]
    assert "5个节点中，3个管道晚于道路或还没办" in said["road"] and "晚4天" in said["road"] and "早0.5天" in said["road"]
    assert "政府出资15万元，公司垫资5万元，用户出资0万元" in said["works"] and "代建1件" in said["journey"]
