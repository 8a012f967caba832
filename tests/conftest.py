"""Fixtures of all tests: the sample ledgers loaded once for the whole run, whatever the number of workers."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from filelock import FileLock

from kpi import pipeline

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples"


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory):
    """Load data/samples once into a store of this run; returns (home, report of the load)."""
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
