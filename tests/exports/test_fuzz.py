"""Broken files: no crash, no hang over ten seconds, no memory over 1 GB, and loaded + rejected + skipped = rows, every time.

KPI_FUZZ says how many (200), KPI_FUZZ_SEED which; `make fuzz` reads 5000. A file that fails stays in the folder that the message names.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COUNT, SEED = int(os.environ.get("KPI_FUZZ", "200")), int(os.environ.get("KPI_FUZZ_SEED", "20230310"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked")
def test_broken_files(tmp_path):
    ran = subprocess.run([sys.executable, "-m", "tests.exports.fuzzing.run", str(COUNT), str(SEED), str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    broken = [f"{one['number']} ({one['source']}): {'; '.join(one['faults'])}" for one in found if one["faults"]]
    ends = Counter(one["ended"].split(" ")[0] for one in found)
    print(f"\nseed {SEED}: {dict(ends)}, slowest {max(one['seconds'] for one in found)} s, most memory {max(one['memory'] for one in found)} MB")
    assert not broken, f"seed {SEED}, files in {tmp_path}:\n" + "\n".join(broken[:20])
    assert (ran.returncode, len(found)) == (0, COUNT), ran.stderr[-2000:]
    assert min(ends["read"], ends["refused"]) > COUNT / 10, "files are broken neither too little nor too much"
