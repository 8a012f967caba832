"""Ledgers that stand beside the cases: outside works, projects, clock-stops, terms of office, parks."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime, timedelta
from itertools import islice

from kpi.sample import noted, spelling
from kpi.sample.ledgers import PARKS
from kpi.sample.offices import Row, manager_of, managers, random_of, seen
from kpi.sample.world import EFFECTIVE, Case, World, first_of, grid_code, grid_name


def works(world: World) -> list[Row]:
    """Return outside works, amounts in units of 10,000 yuan."""
    rows: list[Row] = []
    for case in world.cases:
        rng = random_of(world, "work", case.number)
        if not case.outside or rng.random() < 0.06:
            continue
        ready = seen(case.boundary, world.end)
        cost = round(rng.uniform(3, 60), 2)
        settled = ready is not None and rng.random() < 0.55 and not case.fee
        more = random_of(world, "road", case.number)
        advanced = round(cost * 0.2, 2) if settled and more.random() < 0.15 else 0.0
        rows.append({
            "工程编号": f"GC{len(rows) + 1:05d}", "工程名称": f"示例路{case.number}号支管", "类别": "支管", "服务对象报装编号": case.app_id, "长度": str(rng.randrange(40, 900)),
            "管径": rng.choice(("DN100", "DN150", "dn110")), "管道开工日期": spelling.day(case.applied + timedelta(days=2), len(rows)),
            "送气至红线交接处日期": spelling.day(ready, len(rows)) if ready else "", "资金来源": "政府出资", "概算": f"{cost:.2f}", "结算": f"{cost * 0.95:.2f}" if settled else "",
            "政府出资": f"{cost * 0.95 - advanced:.2f}" if settled else "", "公司出资": f"{advanced:.2f}" if settled else "", "用户出资": "0" if settled else "", "状态": "投运" if ready else "施工",
            "滞后原因": "" if ready and ready <= case.inside_done else rng.choice(("占掘路审批", "管线迁改", "")), **noted.of_work(world, case, ready), "网格": grid_code(case.grid),
            **_road(world, case, len(rows)),
        })
    return rows


def _road(world: World, case: Case, style: int) -> Row:
    """Return the milestones of the road that a third of the works lie along; most pipes keep step, some are planned, begun or finished later."""
    blank = dict.fromkeys(("道路名称", "道路规划日期", "管道规划日期", "道路开工日期", "道路竣工日期"), "")
    rng = random_of(world, "milestones", case.number)
    if case.number % 3:
        return blank
    begun = case.applied + timedelta(days=2)
    planned = begun - timedelta(days=rng.randrange(20, 60))
    laid = begun - timedelta(days=rng.choice((-3, 0, 0, 0, 6)))
    done = max(laid + timedelta(days=4), case.boundary - timedelta(days=rng.choice((-6, -2, 0, 0, 0, 8, 25))))
    days = {
        "道路规划日期": planned, "管道规划日期": planned + timedelta(days=rng.choice((-5, 0, 0, 0, 0, 0, 9))), "道路开工日期": laid,
        "道路竣工日期": done,
    }
    shown = {name: at if "规划" in name else seen(at, world.end) for name, at in days.items()}
    return blank | {"道路名称": f"示例{case.number}号路"} | {name: spelling.day(at, style) if at else "" for name, at in shown.items()}


def links(world: World) -> dict[int, str]:
    """Return for the cases that came of a project its number; a case lies in the project's grid and was applied for two to five months after it was first known."""
    rng = random_of(world, "links")
    by_grid: dict[int, list[Case]] = {}
    for case in sorted(world.cases, key=lambda case: case.applied):
        by_grid.setdefault(case.grid, []).append(case)
    found: dict[int, str] = {}
    for row, first, grid in _projects(world):
        cases = by_grid.get(grid, [])
        begin = bisect_left(cases, first + timedelta(60), key=lambda case: case.applied)
        for case in islice(cases, begin, begin + 50):
            if case.applied > first + timedelta(150) or rng.random() < 0.25:
                break
            if case.number not in found:
                found[case.number] = row["项目编号"]
                break
    return found


def projects(world: World) -> list[Row]:
    """Return projects landed or on their way, with the eight items of the minutes as far as known."""
    return [row for row, _, _ in _projects(world)]


def _projects(world: World) -> list[tuple[Row, datetime, int]]:
    """Return (row, first known, grid) of every project."""
    rng = random_of(world, "project")
    found: list[tuple[Row, datetime, int]] = []
    for month in range(world.months):
        for _ in range(max(1, round(len(world.cases) / world.months * 0.16))):
            first = first_of(month) + timedelta(days=rng.randrange(27))
            grid = rng.randrange(1, world.grids + 1)
            full = 0.97 if month > 8 else 0.88

            def told(text: str, full: float = full) -> str:
                return text if rng.random() < full else rng.choice(("", "待定", "不详"))

            row = {
                "项目编号": f"XM{len(found) + 1:04d}", "项目名称": f"{rng.choice(spelling.BRANDS)}示例项目{len(found) + 1}", "联系人": told(spelling.person(rng)), "联系电话": spelling.phone(rng),
                "落地时间": told(spelling.day(first + timedelta(days=rng.randrange(5, 60)), len(found))), "落地位置": told(f"{rng.choice(PARKS)}{len(found) % 30 + 1}号地块"),
                "建设进度": told(rng.choice(("签约", "未开工", "平场", "基础", "主体", "设备安装"))), "拟投产时间": told(f"{first.year + 1}年{rng.choice(('下半年', '6月', '年底前', '三季度'))}"),
                "是否需要天然气": rng.choice(("需要", "是", "√")) if rng.random() < full else "待定", "政府包联领导": told(spelling.person(rng)),
                "信息获取时间": spelling.day(first, len(found)), "信息来源": rng.choice(("园区专班", "自规局", "微信群", "招商局")),
                "更新时间": spelling.day(min(first + timedelta(days=rng.randrange(10, 90)), world.end - timedelta(days=1)), len(found)),
                "总投资（万元）": str(rng.randrange(500, 90000)), "网格": grid_code(grid), "客户经理": manager_of(world, grid, first), "跟踪状态": rng.choice(("跟踪中", "已报装")),
            }
            found.append((row, first, grid))
    return found


def stops(world: World) -> list[Row]:
    """Return clock-stops, some without notice and some for the company's own reasons."""
    rows: list[Row] = []
    for case in world.cases:
        for stop in case.stops:
            if stop.begins < world.end and not (case.cancelled and case.cancelled < stop.begins):
                ended = seen(stop.ends, world.end)
                rows.append({
                    "停表编号": f"TB{len(rows) + 1:05d}", "报装编号": case.app_id, "停表原因": stop.reason, "停表开始": spelling.moment(stop.begins, "moment", 0),
                    "停表结束": spelling.moment(ended, "moment", 0) if ended else "", "责任方": stop.owner,
                    "告知日期": spelling.day(stop.noticed, 0) if stop.noticed else "", "凭证": "书面告知书" if stop.noticed else "",
                })
    return rows


def terms(world: World) -> list[Row]:
    """Return grids and terms of office."""
    rng = random_of(world, "terms")
    return [
        {"网格编号": grid_code(grid), "网格名称": grid_name(grid), "行政区": f"示例{'东南西北'[grid % 4]}区", "客户经理工号": number, "客户经理": name, "联系电话": spelling.phone(rng),
         "任职开始": spelling.day(begins, 0), "任职结束": spelling.day(last, 0) if last else "", "在岗": "否" if last else "是"}
        for grid, number, name, begins, last in managers(world)
    ]


def parks(world: World) -> list[Row]:
    """Return parks and who keeps contact."""
    rng = random_of(world, "parks")
    return [
        {"园区名称": park, "对接客户经理": manager_of(world, grid, EFFECTIVE), "对接日期": spelling.day(EFFECTIVE + timedelta(days=rng.randrange(40)), 0), "对接渠道": "微信群", "网格": grid_code(grid)}
        for park, grid in ((park, i % world.grids + 1) for i, park in enumerate(PARKS))
    ]
