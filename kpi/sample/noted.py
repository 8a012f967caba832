"""What offices note beside the times: steps and duties of an application, how an appeal was handled, who asked for a rating, filings.

Each part has its own random numbers, so that nothing else of the ledgers shifts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from kpi.sample import spelling
from kpi.sample.offices import Row, known, manager_of, random_of, seen
from kpi.sample.world import Case, World

TOPICS = ("通气预约", "办理进度", "费用标准", "管道位置")
METERS = ("G6", "G16", "G25", "G40", "G65")
BAD = ("不满意", "非常不满意")


SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Signs of a unified credit code, in the order of their values."""


def credit_code(number: int) -> str:
    """Return a credit code whose last sign is right, of a region that does not exist."""
    body = f"91000000{number:09d}"
    return body + SIGNS[-sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body)) % 31]


def contract_sum(case: Case) -> int:
    """Return what the works inside cost by contract, in yuan: what the ledger of charges shows as paid."""
    return 38000 + 100 * (case.number % 90) if case.bundled else 26000 + 100 * (case.number % 120)


def of_application(world: World, case: Case, cut: datetime, write: Callable[..., str]) -> Row:
    """Return the cells of steps, duties and archive of an application as known at `cut`; `write` spells a time that has happened."""
    rng = random_of(world, "noted", case.number)
    entrusted, gone = case.build_mode == "代建", case.cancelled is not None and case.cancelled < cut
    told = [rng.random() < share for share in (0.96, 0.93, 0.9)]
    passed = None if gone else case.accept_passed
    signed = min(case.accepted + timedelta(days=rng.randrange(2, 9)), case.inside_start)
    answered = case.accepted + timedelta(days=rng.randrange(1, 8) if rng.random() < 0.93 else rng.randrange(12, 25))
    promised = max(case.inside_done + timedelta(days=rng.randrange(0, 12) if rng.random() < 0.9 else -rng.randrange(1, 9)), signed + timedelta(days=1))
    kept = {name: rng.random() < 0.95 and known(rng, case.applied) for name in ("design", "approval", "account", "supply", "answer", "archive")}
    gas = seen(case.gas_on, cut)
    first, attended, dept = rng.choices(("合格", "整改"), (91, 9))[0], rng.choices(("是", "否"), (95, 5))[0], rng.choices(("规划开发部", "营业厅"), (96, 4))[0]
    meter, demand = rng.choice(METERS), rng.randrange(5, 260)
    account, supply = (case.gas_on or world.end) + timedelta(days=rng.randrange(0, 4)), case.ready - timedelta(days=rng.randrange(0, 5))
    return {
        "受理部门": dept, "统一社会信用代码": credit_code(case.number) if kept["archive"] else "", "表型": meter if gas and kept["archive"] else "", "小时用气量": str(demand) if kept["archive"] else "",
        "方案答复日期": write(answered) if kept["answer"] else "", "方案设计日期": write(min(case.accepted + timedelta(days=2), case.inside_start)) if entrusted and kept["design"] else "",
        "合同金额（元）": str(contract_sum(case)) if entrusted and signed < cut else "", "合同签订日期": write(signed) if entrusted else "",
        "约定完工日期": spelling.day(promised, 0) if entrusted and signed < cut else "",
        "行政审批办结日期": write(case.inside_start) if entrusted and kept["approval"] and not gone else "",
        "首次验收结论": first if passed and passed < cut else "", "燃气公司参与验收": attended if passed and passed < cut and not entrusted else "",
        "告知建设流程日期": write(case.accepted) if not entrusted and told[0] else "", "告知通气手续日期": write(passed) if passed and not entrusted and told[1] else "",
        "告知后期注意事项日期": write(case.gas_on) if not entrusted and told[2] else "", "供用气合同签订日期": write(supply) if gas and kept["supply"] else "",
        "建档立户日期": write(account) if gas and kept["account"] else "",
    }


def of_appeal(world: World, case: Case, row: Row, at: datetime) -> Row:
    """Return the cells of how an appeal was handled; `row` is the appeal as noted so far."""
    rng = random_of(world, "handled", case.number)
    hotline, complaint, level = row["诉求来源"] == "12345", row["诉求类型"] == "投诉", row["事项等级"]
    raised = level == "复杂" and rng.random() < 0.06
    closed = row["办结时间"] != ""
    signed = at + timedelta(minutes=rng.randrange(10, 700)) if rng.random() < 0.95 else at + timedelta(hours=rng.randrange(25, 60))
    return {
        "诉求主题": rng.choice(TOPICS), "首问责任人": spelling.person(rng) if known(rng, at) else "", "承办部门": rng.choice(("规划开发部", "客户服务部", "工程部")),
        "一次性告知": rng.choices(("是", "否", ""), (90, 4, 6))[0], "受理时等级": "一般" if raised else level,
        "等级变更时间": spelling.moment(seen(at + timedelta(hours=rng.choice((4, 30))), world.end) or at, "moment", 0) if raised else "",
        "办公会要求时限": spelling.day(at + timedelta(days=rng.randrange(10, 40)), 0) if level == "重大" and rng.random() < 0.8 else "",
        "客户确认": rng.choices(("是", "否", ""), (90, 3, 7))[0] if closed else "", "重办次数": str(int(rng.random() < 0.03)) if closed else "",
        "是否推诿": "是" if complaint and rng.random() < 0.05 else "否", "是否属实": rng.choices(("是", "否", ""), (40, 45, 15))[0] if complaint else "",
        "签收时间": spelling.moment(signed, "moment", 0) if hotline and signed < world.end else "", "办结期限": spelling.day(at + timedelta(days=7), 0) if hotline else "",
        "满意度": rng.choices(("非常满意", "满意", "基本满意", "不满意", ""), (40, 35, 10, 5, 10))[0] if hotline and closed else "",
        "发回重办次数": str(int(rng.random() < 0.05)) if hotline and closed else "",
    }


def of_followup(world: World, case: Case, row: Row, at: datetime) -> Row:
    """Return who asked, and of a bad rating when it was put right and asked again."""
    rng = random_of(world, "asked", case.number, row["回访次序"])
    own = rng.random() < 0.14
    right, again = at + timedelta(days=rng.randrange(3, 16) if rng.random() < 0.85 else rng.randrange(22, 40)), timedelta(days=rng.randrange(1, 4))
    poor = row["对公司评价"] in BAD or row["对客户经理评价"] in BAD
    put_right = seen(right, world.end) if poor and rng.random() < 0.9 else None
    asked_again = seen(right + again, world.end) if put_right and rng.random() < 0.92 else None
    return {"回访人": manager_of(world, case.grid, at) if own else row["回访人"], "整改时间": spelling.day(put_right, 0) if put_right else "",
        "再回访时间": spelling.day(asked_again, 0) if asked_again else ""}


def of_work(world: World, case: Case, ready: datetime | None) -> Row:
    """Return when an outside work was accepted and when its completion was filed."""
    rng = random_of(world, "filed", case.number)
    filed = ready + timedelta(days=rng.randrange(4, 15) if rng.random() < 0.9 else rng.randrange(17, 35)) if ready else None
    shown = seen(filed, world.end) if rng.random() < 0.95 else None
    return {"管道验收投产日期": spelling.day(ready, 0) if ready else "", "竣工备案日期": spelling.day(shown, 0) if shown else ""}
