"""Mutated workbooks and text files: no crash, no hang, no flood of memory, and every row counted once.

KPI_FUZZ says how many (make fuzz: 5,000), KPI_FUZZ_SEED from which number on; a fault names its number, which makes it again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COUNT, SEED = int(os.environ.get("KPI_FUZZ", "200")), int(os.environ.get("KPI_FUZZ_SEED", "1"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks are of POSIX systems")
def test_mutants(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.exports.fuzzing", str(COUNT), str(SEED), str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2"},
    )
    told = json.loads(done.stdout)
    print(json.dumps(told, ensure_ascii=False, indent=1))
    assert told["faults"] == []
    assert told["read"] + sum(told["refused"].values()) + sum(told["ended"].values()) == COUNT
    # broken enough to be refused, sound enough to be read: both ways are walked
    assert told["read"] > COUNT * 0.15 and sum(told["refused"].values()) > COUNT * 0.15 and told["rows"] > COUNT
