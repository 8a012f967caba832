"""What offices wrote down of the world: rows of Chinese headers and texts, exact or vague, complete or not, never false."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from kpi.sample import noted, spelling
from kpi.sample.offices import Row, known, manager_of, random_of, seen
from kpi.sample.world import Case, World, grid_code, grid_name

PARKS = "东湾示例产业园 南岭示例工业园 西溪示例物流园 北塘示例科技园 中台示例食品园".split()


def applications(world: World, cases: list[Case], cut: datetime, projects: Mapping[int, str]) -> list[Row]:
    """Return the ledger of applications as it stood at `cut`; `projects` holds the project's number of cases that came of one."""
    return [_application(world, case, cut) | {"项目编号": projects.get(case.number, "")} for case in cases if case.applied < cut]


def _application(world: World, case: Case, cut: datetime) -> Row:
    rng = random_of(world, "application", case.number)
    style = rng.randrange(6)

    def write(at: datetime | None, precision: str = "day") -> str:
        shown = seen(at, cut)
        return spelling.moment(shown, precision, style) if shown else ""

    gas_on = seen(case.gas_on, cut)
    cancelled = seen(case.cancelled, cut)
    ready = None if cancelled else seen(case.ready, cut)
    recorded = known(rng, case.applied)
    status = "已通气" if gas_on else "用户取消" if cancelled else "具备通气条件" if ready else "施工中"
    exact = case.precision
    return {
        "报装编号": case.app_id, "用户名称": spelling.company(rng, case.user_type, case.number), "用户类型": case.user_type,
        "用气地址": f"示例路{case.number}号", "园区": rng.choice(PARKS) if rng.random() < 0.4 else "",
        "网格": grid_code(case.grid) if rng.random() < 0.5 else grid_name(case.grid),
        "联系人": spelling.person(rng), "联系电话": spelling.phone(rng), "报装渠道": case.channel,
        "报装日期": spelling.moment(case.applied, "moment" if exact == "moment" else "day", style), "受理日期": write(case.accepted),
        "红线内建设方式": "委托" if case.build_mode == "代建" and style % 2 else case.build_mode,
        "用户提供资料数": str(case.documents) if recorded or case.documents and rng.random() < 0.7 else "",
        "网上获取资料数": str(5 - case.documents) if recorded else "",
        "环节数": ("1" if case.visits == 1 else "2") if known(rng, case.applied) else "",
        "红线内开工日期": "" if cancelled else write(case.inside_start), "红线内完工日期": "" if cancelled else write(case.inside_done),
        "验收日期": "" if cancelled else write(case.accept_passed),
        "具备通气条件时间": write(ready, exact) if rng.random() < 0.985 else "",
        "申请通气时间": write(case.asked, exact) if case.asked and not cancelled else "",
        "预约上门时间": spelling.moment(case.slot, "moment", 0) if case.slot and ready else "", "预约改期方": "用户" if case.slot and ready else "",
        "通气时间": write(gas_on, exact), "办理时长": "0.5天" if gas_on and rng.random() < 0.6 else "",
        "有无外线": "有" if case.outside else "无", "用户确认单": "是" if gas_on and not (case.documents or case.errands or case.fee) and rng.random() < 0.22 else "",
        "取消日期": write(cancelled), "超时原因": case.cause if gas_on and case.kept is False else "", "状态": status,
        "客户经理": manager_of(world, case.grid, case.applied), **noted.of_application(world, case, cut, write), "备注": "",
    }


def visits(world: World) -> list[Row]:
    """Return visits of staff and errands of users."""
    rows: list[Row] = []

    def add(case: Case, rng: random.Random, **cells: str) -> None:
        rows.append({"记录编号": f"SM{len(rows) + 1:06d}", "报装编号": case.app_id, "服务类型": "", "方向": "上门", "预约时间": "", "预约时段开始": "", "预约时段结束": "",
                     "办结地点": "", "到达时间": "", "离开时间": "", "结果": "完成", "跑腿次数": "", "跑腿原因": "", "网格": grid_code(case.grid)} | cells)

    for case in world.cases:
        rng = random_of(world, "visit", case.number)
        survey = case.accepted
        if survey < world.end and rng.random() < 0.7:
            _visit(rng, add, case, survey, "现场勘察", late=rng.random() < 0.06)
        for n in range(case.errands - case.voluntary):
            at = case.accepted + timedelta(days=n)
            if at < (case.gas_on or case.cancelled or world.end) and rng.random() < 0.85:
                add(case, rng, 服务类型="用户到厅" if rng.random() < 0.7 else "到政府窗口", 方向="用户跑腿", 到达时间=spelling.moment(at, "day", 0), 跑腿次数="1",
                    跑腿原因=rng.choice(("补资料", "签字", "缴费")))
        if case.slot and case.slot < world.end and case.gas_on:
            add(case, rng, 服务类型="通气", 预约时间=spelling.moment(case.ready, "day", 0), 预约时段开始=spelling.moment(case.slot - timedelta(days=1), "moment", 0), 结果="用户改约")
        if case.gas_on and known(rng, case.gas_on):
            for n in range(case.visits):
                last = n == case.visits - 1
                at = case.gas_on - timedelta(minutes=rng.randrange(10, 40)) if last else max(case.ready, case.gas_on - timedelta(hours=3))
                clean = last and case.errands == 0 and rng.random() < 0.6
                _visit(rng, add, case, at, "通气", late=rng.random() < 0.05, 跑腿次数="0" if clean else "", 结果="完成" if last else "条件不具备", exact=case.precision)
    return rows


def _visit(rng: random.Random, add, case: Case, at: datetime, kind: str, late: bool, exact: str = "moment", **cells: str) -> None:
    slot = at.replace(minute=0) - timedelta(hours=1 + late)
    booked = slot - timedelta(days=1)
    booking = {} if rng.random() < 0.12 else {
        "预约时间": spelling.moment(booked, "moment", 0), "预约时段开始": spelling.moment(slot, "moment", 0),
        "预约时段结束": spelling.moment(slot + timedelta(hours=2 - late), "moment", 0), "办结地点": "用户现场",
    }
    add(case, rng, 服务类型=kind, 到达时间=spelling.moment(at, exact, 0), **booking, **cells)


def charges(world: World) -> list[Row]:
    """Return charges: outside the red line mostly waived, inside works of turnkey cases, gas paid in advance, refunds."""
    rows: list[Row] = []

    def add(case: Case, item: str, amount: str, payer: str, at: datetime, **cells: str) -> None:
        style = len(rows) % 6
        rows.append({"费用编号": f"FY{len(rows) + 1:06d}", "报装编号": case.app_id, "费用项目": item, "金额": amount, "付费方": payer, "收费日期": spelling.day(at, style),
                     "票据号": f"{20000000 + len(rows)}", "收费状态": "已收", "退费金额": "", "退费日期": "", "网格": grid_code(case.grid)} | cells)

    for case in world.cases:
        rng = random_of(world, "charge", case.number)
        at = case.inside_done
        if case.gas_on is None or at >= world.end:
            continue
        if case.bundled:
            add(case, "代建工程款（含红线外接驳）", spelling.amount(noted.contract_sum(case), case.number), "用户", at)
        elif case.build_mode == "代建":
            add(case, "户内安装工程款", spelling.amount(noted.contract_sum(case), case.number), "用户", at)
        if case.fee:
            add(case, rng.choice(("红线外接驳费", "碰口费", "开口费")), spelling.amount(case.fee, case.number), "用户", at)
        elif case.outside and not case.bundled and known(rng, at):
            if rng.random() < 0.02:
                back = at + timedelta(days=10)
                add(case, "红线外接驳费", "600", "用户", at, 收费状态="退费", 退费金额="600", 退费日期=spelling.day(back, 0))
            else:
                add(case, "红线外接驳费", spelling.amount(0, case.number), "用户", at, 收费状态="减免")
        if rng.random() < 0.3:
            add(case, "预存燃气费", spelling.amount(2000, case.number), "用户", case.gas_on)
    return rows


def followups(world: World) -> list[Row]:
    """Return follow-ups: two planned for each connection, some not reached, some ratings by default."""
    rows: list[Row] = []
    for case in world.cases:
        rng = random_of(world, "followup", case.number)
        if case.gas_on is None:
            continue
        for round_, days, chance in (("第一次", rng.randrange(5, 10), 0.93), ("第二次", rng.randrange(27, 34), 0.86)):
            at = case.gas_on.replace(hour=9, minute=30) + timedelta(days=days)
            if at >= world.end or rng.random() > chance:
                continue
            reached = rng.random() < 0.9
            words = _ratings(rng, case) if reached else ("", "")
            tells = reached and rng.random() < 0.55
            rows.append({
                "回访编号": f"HF{len(rows) + 1:06d}", "报装编号": case.app_id, "回访次序": round_, "回访时间": spelling.moment(at, "day", len(rows)),
                "回访方式": rng.choice(("电话", "上门", "微信")), "是否接通": "接通" if reached else rng.choice(("未接", "拒访")),
                "对公司评价": words[0], "对客户经理评价": words[1],
                "自述跑腿次数": str(case.errands) if tells else "", "自述红线外缴费": spelling.amount(case.fee, len(rows)) if tells and not case.bundled else "",
                "自述提供资料数": str(case.documents) if tells else "", "意见建议": "", "回访人": spelling.person(rng),
            })
            rows[-1] |= noted.of_followup(world, case, rows[-1], at)
    return rows


def _ratings(rng: random.Random, case: Case) -> tuple[str, str]:
    if rng.random() < 0.05:
        return ("系统默认好评", "系统默认好评")
    poor = 0.16 if case.kept is False or case.fee else 0.02
    weights = (48, 36, 12 - 100 * 0.02, 100 * poor, 20 * poor)
    levels = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
    return rng.choices(levels, weights)[0], rng.choices((*levels[:4], ""), (50, 34, 9, 50 * poor, 6))[0]


def appeals(world: World) -> list[Row]:
    """Return appeals of three levels; most answered in time, some late, some not at all."""
    rows: list[Row] = []
    for case in world.cases:
        rng = random_of(world, "appeal", case.number)
        if rng.random() > 0.4:
            continue
        at = case.applied + timedelta(days=rng.uniform(0.5, 25), minutes=rng.randrange(600))
        at = at.replace(second=0, microsecond=0)
        if at >= world.end:
            continue
        level = rng.choices(("一般", "复杂", "重大", ""), (76, 19, 2, 3))[0]
        late = rng.random() < (0.07 if case.grid != 9 else 0.16)
        hours = rng.uniform(26, 90) if late and level != "复杂" else rng.uniform(0.3, 22)
        answered = at + (timedelta(days=rng.uniform(6, 12)) if late and level == "复杂" else timedelta(hours=hours))
        answered = answered.replace(second=0, microsecond=0)
        silent = rng.random() < 0.02
        exact = "moment" if at >= datetime(2023, 4, 1) or rng.random() < 0.6 else "day"
        told = None if silent else seen(answered, world.end)
        rows.append({
            "诉求编号": f"SQ{len(rows) + 1:06d}", "报装编号": case.app_id, "诉求人": spelling.company(random_of(world, "application", case.number), case.user_type, case.number),
            "诉求来源": rng.choice(("客服热线", "12345", "微信", "营业厅")), "诉求类型": rng.choice(("咨询", "求助", "投诉", "建议")), "诉求内容": "咨询办理进度",
            "事项等级": level, "受理时间": spelling.moment(at, exact, len(rows)), "受理部门": "客户服务部", "承办人": manager_of(world, case.grid, at),
            "反馈客户时间": spelling.moment(told, exact, len(rows)) if told else "", "反馈受理部门时间": spelling.moment(told, "day", 0) if told and rng.random() < 0.8 else "",
            "办结时间": spelling.moment(told + timedelta(days=1), "day", 0) if told and told + timedelta(days=1) < world.end else "",
            "超时原因": "承办人外出" if late and told else "", "网格": grid_code(case.grid),
        })
        rows[-1] |= noted.of_appeal(world, case, rows[-1], at)
    return rows
