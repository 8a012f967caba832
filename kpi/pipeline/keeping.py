"""Files handed to a person, in a folder of theirs: nothing that lies there is ever overwritten."""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path

from kpi.exports.marked import numbered


def place(content: Path, out: Path, name: str) -> Path:
    """Copy a file into a folder under a name, or under the next number where another file has it already; returns where it lies."""
    out.mkdir(parents=True, exist_ok=True)
    number = 1
    while (target := out / numbered(name, number)).exists():
        if target.is_file() and filecmp.cmp(content, target, shallow=False):
            return target
        number += 1
    shutil.copyfile(content, target)
    return target
