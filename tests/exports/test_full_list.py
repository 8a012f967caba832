"""Where the list of a sheet is full, everything goes on being counted as if it were listed."""

from __future__ import annotations

import pyarrow.parquet as pq
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kpi.exports import child
from kpi.exports.limits import Limits
from tests.exports.conftest import text, xlsx

HEADER = ["报装编号", "用户名称", "用户类型", "报装日期", "受理时间", "通气时间", "合同金额（万元）"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "BZ1", "BZ2", "BZ3", "BZ4", "BZ05", "#N/A", "合计"]), st.sampled_from(["", "甲公司", "乙公司"]), st.sampled_from(["工业", "居民", "火星"]),
        st.sampled_from(["", "2024-05-06", "某日", "9:30", "13/5/2024", "5/6/2024"]), st.sampled_from(["", "2024-05-07 09:00", "上周", "10:15"]), st.sampled_from(["", "2024-05-08", "待定", "11:00"]),
        st.sampled_from(["", "1.5", "若干", "免"]), st.sampled_from(["", "", "", "多出来的"]),
    ),
    min_size=1, max_size=60,
)
ALL = 1_000_000


def read(path, folder, listed):
    """Return (report, staged rows) of a file of which so many entries of each kind are listed."""
    folder.mkdir()
    report = child.run(path, folder, {"name": path.name}, Limits(listed=listed, chunk_rows=9), lambda rows: None)
    return report, [row for found in sorted(folder.glob("*.parquet")) for row in pq.read_table(found).to_pylist()]


def entries(report):
    """Return what is listed, without the sentence on what is not, and how many that says are not."""
    told = [finding for finding in report["findings"] if finding["code"] == "not_all_listed"]
    listed = [entry for kind in ("rejects", "findings", "skips") for entry in report[kind] if entry not in told]
    return listed, sum(finding["args"]["count"] for finding in told)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, listed=st.integers(0, 12), kind=st.sampled_from(["xlsx", "csv"]))
@example(rows=[("", "甲公司", "工业", "某日", "上周", "待定", "若干", "")] * 30, listed=4, kind="csv")
@example(rows=[(f"BZ{i // 2}", "甲公司", "工业", "2024-05-06", "上周", "", str(i), "") for i in range(30)], listed=4, kind="xlsx")
@example(rows=[(f"BZ{i:02d}", "甲公司", "火星", "9:30", "10:15", "11:00", "若干", "") for i in range(30)], listed=3, kind="xlsx")
def test_counts_of_a_full_list(rows, listed, kind, tmp_path_factory):
    folder = tmp_path_factory.mktemp("list")
    cells = [HEADER, *[list(row) if row[-1] else list(row[:-1]) for row in rows]]
    path = xlsx(folder / "台账.xlsx", {"台账": cells}) if kind == "xlsx" else text(folder / "台账.csv", cells)
    (few, staged), (whole, same) = read(path, folder / "few", listed), read(path, folder / "whole", ALL)
    assert (few["sheets"], staged) == (whole["sheets"], same)
    assert all(len(few[what]) <= listed for what in ("rejects", "skips"))
    (some, unlisted), (every, none) = entries(few), entries(whole)
    assert (len(some) + unlisted, none) == (len(every), 0)
    if few["rejects"]:
        assert [r["row"] for r in few["rejects"]] == sorted(r["row"] for r in few["rejects"])
