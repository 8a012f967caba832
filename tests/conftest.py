"""Fixtures of all tests: the sample ledgers loaded once for the whole run, whatever the number of workers."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from filelock import FileLock

from kpi import pipeline

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples"


LONGEST = (
    "pipeline/test_drafts.py", "pages/test_sweep.py", "pages/test_pages_browser.py", "mutation/test_mutants.py", "pages/test_intake_browser.py", "reports/test_workbook.py",
    "oracle/test_oracle.py", "quality/test_rules.py", "store/test_power.py", "oracle/test_shapes.py", "pages/test_pages_app.py", "pages/test_intake_app.py", "store/test_disk.py",
    "pages/test_tasks.py", "store/test_load.py", "pages/test_export_app.py", "closing/test_closing.py", "store/test_corrections.py", "reports/test_papers.py", "metrics/test_examples.py",
    "store/test_together.py", "closing/test_kept.py", "closing/test_compared.py", "metrics/test_rollups.py", "quality/test_random.py", "exports/test_corpus.py", "store/test_kill.py",
    "pages/test_close_app.py", "exports/test_template.py", "metrics/test_story.py", "forms/test_forms.py",
)
"""Files that take longest, as measured, the longest first: begun first, no worker is left alone with one of them at the end of a run of several."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; within a file, and among the others, the order stays."""
    place = {str(Path("tests") / name): i for i, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(str(item.path.relative_to(item.config.rootpath)) if item.path.is_relative_to(item.config.rootpath) else "", len(place)))


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory):
    """Load data/samples once into a store of this run, or take the one that KPI_SAMPLE_STORE names; returns (home, report of the load)."""
    if given := os.environ.get("KPI_SAMPLE_STORE"):
        return Path(given), json.loads(Path(given).with_name("sample-report.json").read_text(encoding="utf-8"))
    shared = tmp_path_factory.getbasetemp().parent if os.environ.get("PYTEST_XDIST_WORKER") else tmp_path_factory.getbasetemp()
    home, report = shared / "sample-store", shared / "sample-report.json"
    with FileLock(shared / "sample.lock"):
        if not report.exists():
            found = pipeline.load([SAMPLES], home)
            report.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return home, json.loads(report.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def sample_home(sample_store):
    """Folder of a store that holds the samples."""
    return sample_store[0]


@pytest.fixture(scope="session")
def sample_report(sample_store):
    """What loading the samples reported."""
    return sample_store[1]
