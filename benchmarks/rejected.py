"""How long ledgers take of which hardly a row can be loaded, beside one that is loaded whole: each of a million rows, read by a process of its own.

    python -m benchmarks.rejected [ROWS]

Prints a line for each: processor seconds of the reading process, peak memory, what became of the rows.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kpi.exports import child
from kpi.exports.limits import Limits

HEAD = "报装编号,用户名称,用户类型,网格编号,客户经理,报装日期,具备通气条件时间,通气时间,合同金额,备注"
WHOLE = "工业,G01,示例甲,2023-03-01,2023-03-02 09:00,2023-03-02 15:00,12000,x"

LEDGERS: dict[str, Callable[[int], str]] = {
    "clean": lambda i: f"BZ{i:07d},示例{i}厂,{WHOLE}",
    "no key, times that cannot be read": lambda i: f",,工业,G01,示例甲,不详{i % 9977},未知{i % 977},待定{i % 99},若干{i % 999},x",
    "every time in other words": lambda i: f"BZ{i:07d},示例{i}厂,工业,G01,示例甲,不详{i},未知{i % 977},待定{i % 99},若干{i % 999},x",
    "no date in any row": lambda i: f"BZ{i:07d},示例{i}厂,工业,G01,示例甲,,,,,x",
    "only times of day": lambda i: f"BZ{i:07d},示例{i}厂,工业,G01,示例甲,,{i % 24:02d}:{i % 60:02d},{i % 24:02d}:{i * 7 % 60:02d},0,x",
    "each number twice, told differently": lambda i: f"BZ{i // 2:07d},示例{i}厂,{WHOLE}",
    "a comma too many in every other row": lambda i: f"BZ{i:07d},示例{i}厂,{WHOLE}" + (",多" if i % 2 else ",,,多"),
    "nothing but totals": lambda i: f"合计,,,,,,,,{i},",
    "nothing but residents": lambda i: f"BZ{i:07d},示例{i}户,居民,{WHOLE.partition(',')[2]}",
    "one cell in each row": lambda i: f"BZ{i:07d}",
}


def read(path: Path, out: Path) -> tuple[float, float, dict[str, Any]]:
    """Read a ledger in a process of its own; returns (processor seconds, peak memory in MB, its sheet as reported)."""
    options = out / "options.json"
    options.write_text(json.dumps({"name": path.name, "period": None, "submitter": None, "mapping": None, "limits": Limits().as_dict()}), encoding="utf-8")
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os._exit(child.main([str(path), str(out), str(options)]))
    _, status, used = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{path.name} was not read")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, json.loads((out / "report.json").read_text(encoding="utf-8"))["sheets"][0]


def main() -> int:
    """Read each ledger and print what it took."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(f"{'':40} {'s':>6} {'MB':>6} {'staged':>9} {'rejected':>9} {'skipped':>9}")
    for name, line in LEDGERS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "台账.csv"
            with path.open("w", encoding="utf-8") as file:
                file.write(HEAD + "\n")
                file.writelines(line(i) + "\n" for i in range(rows))
            seconds, memory, sheet = read(path, Path(folder))
            print(f"{name:40} {seconds:6.1f} {memory:6.0f} {sheet['staged']:9,} {sheet['rejected']:9,} {sheet['skipped']:9,}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
