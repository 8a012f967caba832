"""Sample exports that look like the real thing: fictional ledgers of a seeded world, as offices keep them, with the truth beside."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kpi.sample import boundaries, files, ledgers, registers
from kpi.sample.offices import Row
from kpi.sample.story import STORY
from kpi.sample.world import World, first_of, grid_code, make

Progress = Callable[[str, int, int], None]

OFFICE = "规划开发部"


def write(out: Path, applications: int = 1500, months: int = 24, seed: int = 15, grids: int = 12, progress: Progress | None = None) -> dict[str, Any]:
    """Write all ledgers, story.md and truth.json below `out` and return {files, applications, months, seed}; equal arguments give equal bytes."""
    out.mkdir(parents=True, exist_ok=True)
    world = make(applications, months, seed, grids)
    tell = progress or (lambda *_: None)
    steps: list[Callable[[], list[str]]] = [
        lambda: _grids(out, world), lambda: _applications(out, world), lambda: _service(out, world), lambda: _works(out, world), lambda: _truth(out, world),
    ]
    written: list[str] = []
    for done, step in enumerate(steps, start=1):
        written += step()
        tell("sample", done, len(steps))
    return {"files": written, "applications": len(world.cases), "months": months, "seed": seed}


def _cut(world: World) -> str:
    last = world.end - timedelta(days=1)
    return f"截至{last.year}年{last.month}月{last.day}日"


def _grids(out: Path, world: World) -> list[str]:
    book = files.Book(out / "网格与客户经理.xlsx", large=False)
    book.sheet("网格与客户经理", "网格划分与客户经理任职表", f"填报部门：{OFFICE}", registers.terms(world), foot="填表人：示例员    审核人：示例员")
    book.sheet("园区对接", "园区对接台账", f"填报部门：{OFFICE}", registers.parks(world))
    book.close()
    (out / "网格边界.geojson").write_text(json.dumps(boundaries.features(world), ensure_ascii=False) + "\n", encoding="utf-8")
    return ["网格与客户经理.xlsx", "网格边界.geojson"]


def _periods(world: World) -> list[tuple[str, datetime, datetime]]:
    """Return half-years as (name, begin, end); the last may be shorter."""
    found = []
    for month in range(0, world.months, 6):
        begin, end = first_of(month), first_of(min(month + 6, world.months))
        found.append((f"{begin.year}年{'上' if begin.month < 7 else '下'}半年", begin, end))
    return found


def _applications(out: Path, world: World) -> list[str]:
    """One ledger for each half-year as it stood at its end, cases still open carried over from the one before."""
    written = []
    periods, projects = _periods(world), registers.links(world)
    for i, (name, begin, end) in enumerate(periods):
        new = [case for case in world.cases if begin <= case.applied < end]
        carried = [case for case in world.cases if case.applied < begin and not any(at is not None and at < begin for at in (case.gas_on, case.cancelled))]
        last = end - timedelta(days=1)
        title = f"{name}用气报装台账（数据截至{last.year}年{last.month}月{last.day}日）"
        rows = ledgers.applications(world, new, end, projects)
        old = ledgers.applications(world, carried, end, projects)
        _spoil(rows, i)
        note = f"填报部门：{OFFICE}    填报日期：{end.year}年{end.month}月1日"
        if i == 0 and len(rows) < files.XLS_ROWS:
            files.xls(out / f"用气报装台账{name}.xls", name, title, note, rows, "合计")
            written.append(f"用气报装台账{name}.xls")
            continue
        large = len(rows) > 5000
        book = files.Book(out / f"用气报装台账{name}.xlsx", large)
        latest = i == len(periods) - 1
        if latest and not large:
            rows.sort(key=lambda row: (row["园区"] == "", row["园区"]))
        book.sheet(name, title, note, rows, two_rows=latest and not large, total="合计", foot="填表人：示例员    审核人：示例员", merge="园区" if latest else "")
        if old:
            book.sheet("上期结转", f"{name}用气报装台账（上期结转，数据截至{last.year}年{last.month}月{last.day}日）", note, old, total="合计")
        book.close()
        written.append(f"用气报装台账{name}.xlsx")
    return written


def _spoil(rows: list[Row], period: int) -> None:
    """Plant what must be refused or passed over: see `planted` in truth.json."""
    if len(rows) < 60:
        return
    rows[20]["受理日期"] = "2023-02-30"
    rows[30]["环节数"] = "一次办好"
    rows[40]["红线内建设方式"] = "其他方式"
    extra = dict(rows[50])
    rows.append(extra | {"报装编号": f"JM{period:05d}", "用户类型": "居民"})
    rows.append(extra | {"报装编号": "", "用户名称": "", "用气地址": ""})


PLANTED = {"cell rejects per ledger": 3, "row rejects per ledger": 1, "residents per ledger": 1, "totals per sheet": 1}


def _service(out: Path, world: World) -> list[str]:
    note = f"填报部门：{OFFICE}    {_cut(world)}"
    large = len(world.cases) > 5000
    files.text(out / "上门服务与跑腿记录.csv", ledgers.visits(world), "gb18030")
    files.text(out / "回访满意度台账.csv", ledgers.followups(world), "utf-8-sig", f"企业用户回访与满意度台账（{_cut(world)}）")
    book = files.Book(out / "费用台账.xlsx", large)
    book.sheet("费用", f"企业用户费用台账（{_cut(world)}）", f"{note}    单位：元", ledgers.charges(world), total="合计", foot="备注：免、零表示未向用户收费")
    book.close()
    book = files.Book(out / "诉求办理台账.xlsx", large)
    book.sheet("诉求", f"客户诉求办理台账（{_cut(world)}）", note, ledgers.appeals(world), foot="填表人：示例员")
    book.close()
    return ["上门服务与跑腿记录.csv", "回访满意度台账.csv", "费用台账.xlsx", "诉求办理台账.xlsx"]


def _works(out: Path, world: World) -> list[str]:
    note = f"填报部门：{OFFICE}    {_cut(world)}"
    large = len(world.cases) > 5000
    book = files.Book(out / "红线外工程与停表.xlsx", large)
    book.sheet("红线外管网工程", f"红线外管网工程台账（{_cut(world)}）", f"{note}    单位：万元", registers.works(world), total="合计")
    book.sheet("停表记录", f"停表记录（{_cut(world)}）", note, registers.stops(world))
    book.close()
    book = files.Book(out / "招商落地项目台账.xlsx", large)
    book.sheet("落地项目", f"招商引资落地项目台账（{_cut(world)}）", note, registers.projects(world))
    book.close()
    return ["红线外工程与停表.xlsx", "招商落地项目台账.xlsx"]


def _truth(out: Path, world: World) -> list[str]:
    """Write what truly happened, for tests: the ledgers may be vague about it, never false."""
    cases = [
        {
            "app_id": case.app_id, "grid": grid_code(case.grid), "applied": case.applied.isoformat(), "gas_on": case.gas_on.isoformat() if case.gas_on else None,
            "half_day_units": case.elapsed, "valve": case.kept, "process": case.visits == 1, "documents": case.documents, "errands": case.errands,
            "errands_excl_voluntary": case.errands - case.voluntary, "fee": case.fee, "bundled": case.bundled, "cause": case.cause,
        }
        for case in world.cases
    ]
    truth = {"seed": world.seed, "unit": world.calendar.unit, "end": world.end.isoformat(), "planted": PLANTED, "cases": cases}
    (out / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    (out / "story.md").write_text(STORY, encoding="utf-8")
    return ["truth.json", "story.md"]
