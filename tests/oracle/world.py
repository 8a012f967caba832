"""Random ledgers full of what offices write badly: vague dates, contradictions, overlaps, blanks, edges of sessions and months."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from kpi.exports.tables import TABLES

START = datetime(2023, 2, 20)
HOURS = ("00:00", "07:50", "08:30", "08:31", "10:07", "11:59", "12:00", "13:15", "14:29", "14:30", "14:31", "16:20", "17:29", "17:30", "19:45", "23:59")
GRIDS = ("G1", "G2", "甲网格(东)", "甲网格", "乙网格(西)", "查无此格", None)

Row = dict[str, Any]
Spanned = tuple[datetime, datetime, str]


def blurred(dice: Random, at: datetime, exact: float) -> Spanned:
    """Return the span in which a clerk wrote a moment down."""
    day = datetime(at.year, at.month, at.day)
    if dice.random() < exact:
        return at, at, "moment"
    kind = dice.choice(("half", "half", "half", "day", "day", "day", "day", "month", "vague"))
    if kind == "half":
        noon = day + timedelta(hours=12)
        return (day, noon, kind) if at < noon else (noon, day + timedelta(days=1), kind)
    if kind == "day":
        return day, day + timedelta(days=1), kind
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return (first, after, kind) if kind == "month" else (first, first + timedelta(days=10), kind)


class World:
    """Ledgers of one seed: `rows` by table, with typed values as staged."""

    def __init__(self, seed: int, applications: int = 120, start: datetime = START) -> None:
        self.random = Random(seed)
        self.start = start
        self.rows: dict[str, list[Row]] = {table.name: [] for table in TABLES}
        self._terms()
        self._projects()
        for number in range(applications):
            self._application(f"A{number:03d}")
        for number in range(applications // 2):
            self._appeal(number)
        for number in range(8):
            self._stray(number)
        self._duties()
        self._outside()
        self._contacts()
        self._asked()
        self._completion()

    def pick(self, *options: Any) -> Any:
        return self.random.choice(options)

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    def moment(self, around: datetime, days: float) -> datetime:
        """Return a moment within days after another, as a rule on an edge of the working day."""
        day = (around + timedelta(days=self.random.random() * days)).date()
        at = datetime.fromisoformat(f"{day} {self.pick(*HOURS)}")
        return at if at >= around or self.chance(0.1) else around + timedelta(minutes=self.random.randint(0, 600))

    def blur(self, at: datetime, exact: float = 0.6) -> Spanned:
        return blurred(self.random, at, exact)

    def maybe(self, p: float, at: datetime, exact: float = 0.6) -> Spanned | None:
        return self.blur(at, exact) if self.chance(p) else None

    def _terms(self) -> None:
        def day(text: str) -> Spanned:
            at = datetime.fromisoformat(text)
            return at, at + timedelta(days=1), "day"

        for grid, name, number, who, since, until in (
            ("G1", "甲网格(东)", "M1", "赵一", "2022-01-01", "2023-03-31"), ("G1", "甲网格(东)", "M2", "钱二", "2023-03-20", None),
            ("G2", "乙网格(西)", "M3", "孙三", "2023-03-01", "2023-04-15"), ("G3", "丙网格", "M1", "赵一", "2022-01-01", None),
        ):
            self.rows["term"].append({"grid_code": grid, "grid_name": name, "manager_id": number, "manager_name": who, "valid_from": day(since), "valid_to": day(until) if until else None})

    def _projects(self) -> None:
        for number in range(30):
            at = self.moment(self.start, 90)
            text = ("甲", None, "待定", "不详")
            self.rows["project"].append(
                {"project_id": f"P{number}", "name": self.pick("甲", "乙"), "contact_name": self.pick(*text[:2]), "landed_on": self.maybe(0.8, self.moment(at, 30), 0.3),
                 "location": self.pick("甲", "甲", *text), "progress": self.pick("主体", "主体", *text), "planned_production": self.maybe(0.8, at + timedelta(days=300), 0.1),
                 "needs_gas": self.pick(True, True, False, None), "gov_lead": self.pick("甲", "甲", None), "first_known_at": self.maybe(0.8, at, 0.3),
                 "updated_on": self.blur(at), "grid_code": self.pick(*GRIDS), "park": self.pick("甲园", None)}
            )

    def _application(self, app_id: str) -> None:
        applied = self.moment(self.start, 80)
        inside = self.moment(applied, 15)
        ready = self.moment(inside, 6)
        asked = self.moment(ready, 3)
        moved = self.chance(0.2)
        slot = self.moment(asked, 3)
        gas = self.moment(max(ready, asked, slot if moved and self.chance(0.7) else asked), self.pick(0.3, 1, 2, 4))
        if self.chance(0.06):
            gas = self.moment(applied - timedelta(days=4), 9)
        exact = self.pick(1.0, 1.0, 0.5, 0.0)
        self.rows["application"].append(
            {"app_id": app_id, "user_type": self.pick("工业", "商业", None), "park": self.pick("甲园", None), "grid_code": self.pick("G1", "G1", *GRIDS),
                "channel": self.pick("线上", "电话", "营业厅", None),
             "applied_at": self.blur(applied, exact), "project_id": self.pick(None, f"P{self.random.randint(0, 33)}"), "build_mode": self.pick("自建", "代建", None),
             "docs_requested_n": self.pick(0, 0, 1, None), "docs_online_n": self.pick(0, 3, None), "docs_needed_n": self.pick(0, 4, None, None), "steps_n": self.pick(1, 1, 1, 2, None),
             "inside_done_on": self.maybe(0.8, inside, 0.3), "ready_at": self.maybe(0.9, ready, exact), "gas_requested_at": self.maybe(0.4, asked, exact),
             "appt_start": (slot, slot + timedelta(hours=2), "slot") if self.chance(0.3) else self.maybe(0.5, slot), "appt_by": self.pick("用户", "公司", None) if moved else None,
             "gas_on_at": self.maybe(0.85, gas, exact), "cancelled_on": self.maybe(0.12, self.moment(ready, 5)), "outside_line": self.pick("有", "有", "无", None),
             "confirm_signed": self.pick(True, False, None, None, None)}
        )
        self._around(app_id, applied, inside, ready, slot, gas, moved)

    def _around(self, app_id: str, applied: datetime, inside: datetime, ready: datetime, slot: datetime, gas: datetime, moved: bool) -> None:
        draw = self.random.randint
        for _ in range(self.pick(0, 0, 0, 1, 2, 3)):
            begin = self.moment(self.pick(ready - timedelta(days=1), ready, applied), 3)
            owner, reason = self.pick(("用户", "无法入户"), ("政府", "占掘路审批"), ("公司", "公司表具"), ("不可抗力", "恶劣天气"), ("用户", "公司材料"), (None, "疫情"), ("第三方", None))
            end = begin + timedelta(minutes=draw(1, 4000))
            self._add("clock_stop", app_id, reason=reason, owner=owner, start_at=self.blur(begin), end_at=self._after(begin, end), noticed_on=self.maybe(0.8, self.moment(begin, 3)))
        for _ in range(self.pick(0, 1, 1, 1, 2)):
            self._visit(app_id, "通气", self.moment(gas - timedelta(days=1), 2), self.pick("完成", "完成", "条件不具备", "用户改约" if moved else "完成", "公司改约", None), slot)
        for _ in range(self.pick(0, 0, 1)):
            self._visit(app_id, self.pick("用户到厅", "到政府窗口", "现场勘察", "上门", None), self.moment(applied - timedelta(days=2), 30), self.pick("完成", None), self.moment(applied, 20))
        for _ in range(self.pick(0, 0, 1, 1, 2)):
            paid = self.moment(applied, 40)
            self._add("charge", app_id, item=self.pick("红线外接驳费", "户内安装", "代建工程款（含红线外接驳）", "预存燃气费", "服务费", None),
                scope=self.pick(None, None, None, "红线外", "红线内", "表具"),
                      amount=self.pick(0.0, 0.0, 500.0, 300.0, None), payer=self.pick("用户", "用户", "政府", "燃气公司", None), paid_on=self.blur(paid),
                      status=self.pick("已收", "已收", "减免", "退费", None), refund_amount=self.pick(None, None, 200.0, 500.0), refunded_on=self.maybe(0.5, self.moment(paid, 30)))
        for _ in range(self.pick(0, 0, 1, 2, 3)):
            self._follow_up(app_id, self.moment(gas - timedelta(days=2), 45))
        for _ in range(self.pick(0, 0, 1, 2)):
            self._add("work", app_id, paid_by_user=self.pick(0.0, 0.0, 800.0, None, None), boundary_ready_on=self.maybe(0.8, self.moment(inside - timedelta(days=3), 5), 0.3))

    def _after(self, begin: datetime, end: datetime) -> Spanned | None:
        span = self.maybe(0.8, end)
        return span if span and span[0] >= begin else None

    def _add(self, table: str, app_id: str | None, **cells: Any) -> None:
        key = {"clock_stop": "stop_id", "work": "work_id", "visit": "visit_id", "charge": "charge_id", "followup": "fu_id", "appeal": "case_id"}[table]
        self.rows[table].append({key: f"{table[0]}{len(self.rows[table]):04d}", "app_id": app_id, "grid_code": self.pick(None, None, *GRIDS), **cells})

    def _visit(self, app_id: str | None, kind: str | None, arrived: datetime, result: str | None, slot: datetime) -> None:
        errand = kind in ("用户到厅", "到政府窗口")
        begins = self.maybe(0.8, slot, 0.7)
        ends = self.blur(begins[0] + timedelta(hours=2), 1.0) if begins and begins[2] == "moment" and self.chance(0.7) else None
        if begins and begins[2] == "moment" and ends is None and self.chance(0.5):
            begins = (begins[0], begins[0] + timedelta(hours=2), "slot")
        if self.chance(0.4):
            arrived = slot + timedelta(minutes=self.pick(-30, 0, 0, 60, 120, 121, 300))
        self._add("visit", app_id, kind=kind, direction=self.pick("用户跑腿", None) if errand else self.pick("上门", "上门", None), result=result,
                  booked_at=self.maybe(0.7, self.moment(arrived - timedelta(days=2), 2.5)), appt_start=begins, appt_end=ends, appt_place=self.pick("厂区", "厂区", None),
                  arrived_at=self.maybe(0.75, arrived), errand_n=self.pick(None, None, 0, 1, 2) if errand else self.pick(None, None, 0, 0, 1),
                  errand_reason=self.pick("签字", "自愿", "自愿到厅", None) if errand else None)

    def _follow_up(self, app_id: str | None, at: datetime) -> None:
        scores = (5, 4, 3, 2, 1, None, None)
        self._add("followup", app_id, round=self.pick("1", "2", None), fu_at=self.blur(at, 0.7), reached=self.pick("接通", "接通", "接通", "未接", "拒访", None),
                  score_company=self.pick(*scores), score_manager=self.pick(*scores), errands_said=self.pick(None, 0, 0, 1, 2), fee_said=self.pick(None, 0.0, 0.0, 300.0),
                  docs_said=self.pick(None, 0, 0, 1))

    def _appeal(self, number: int) -> None:
        accepted = self.moment(self.start, 80)
        self._add("appeal", self.pick(None, f"A{number:03d}"), level=self.pick("一般", "一般", "复杂", "复杂", "重大", None), level_first=self.pick(None, None, "一般", "复杂"),
            accepted_at=self.blur(accepted),
                  fb_customer_at=self.maybe(0.8, accepted + timedelta(minutes=self.pick(-60, 30, 1439, 1440, 1441, 2900, 4300, 7000))), owner=self.pick("赵一", "钱二", "M3", "无名", None))

    def _duties(self) -> None:
        """What is owed to each applicant and to whoever appealed, drawn last so that the rest of a seed stays as it was."""
        for app in self.rows["application"]:
            applied = app["applied_at"][0]
            due = self.moment(applied, 30)
            app |= {
                "dept": self.pick("规划开发部", "规划部", "营业厅", None), "accept_attended": self.pick(True, True, False, None), "accept_first_result": self.pick("合格", "合格", "整改", None),
                "accept_passed_at": self.maybe(0.7, self.moment(applied, 25), 0.3), "contract_due_on": self.maybe(0.8, due, 0.1), "contract_extended_to": self.maybe(0.2, due + timedelta(days=7), 0.1),
                **{name: self.maybe(0.6, self.moment(applied, 30), 0.2) for name in ("told_process_on", "told_gas_on_on", "told_safety_on")},
            }
        for appeal in self.rows["appeal"]:
            accepted = appeal["accepted_at"][0]
            appeal |= {
                "fb_dept_at": self.maybe(0.6, self.moment(accepted, 4)), "closed_at": self.maybe(0.7, self.moment(accepted, 20)), "confirmed": self.pick(True, True, False, None),
                "reopened_n": self.pick(None, 0, 0, 1), "first_handler": self.pick("赵一", "无名", None), "told_once": self.pick(True, False, None),
            }

    def _outside(self) -> None:
        """Roads, payers and stops of works, projects followed, parks: drawn after all else."""
        for project in self.rows["project"]:
            known = (project["first_known_at"] or project["landed_on"] or (self.start,))[0]
            project |= {"updated_on": self.maybe(0.85, self.moment(known, 60), 0.3), "status": self.pick("跟踪中", "跟踪中", "已报装", "不用气", None), "park": self.pick("甲园", "乙园", None)}
        for _ in range(25):
            self._add("work", None, project_id=self.pick(*(f"P{n}" for n in range(30)), None))
        for work in self.rows["work"]:
            begun = self.moment(self.start - timedelta(days=20), 60)
            for name, days in (("plan", -30), ("start", 0), ("done", 20)):
                road = begun + timedelta(days=days)
                work |= {f"road_{name}_on": self.maybe(0.4, road, 0.2), f"gas_{name}_on": self.maybe(0.7, road + timedelta(days=self.pick(-3, 0, 0, 1, 9)), 0.2)}
            work |= {"settle": self.pick(None, 1000.0, 2500.0, 0.0), "paid_by_gov": self.pick(None, 1000.0, 700.0), "paid_by_company": self.pick(None, 0.0, 300.0), "park": self.pick("甲园", None, None)}
            for _ in range(self.pick(0, 0, 1, 2)):
                begin = begun + timedelta(days=self.random.randint(-2, 15))
                owner, reason = self.pick(("政府", "占掘路审批"), ("政府", "占掘路审批"), ("公司", "公司材料"), ("第三方", None))
                self._add("clock_stop", None, work_id=work["work_id"], reason=reason, owner=owner, start_at=self.blur(begin), end_at=self._after(begin, begin + timedelta(days=self.random.randint(0, 9))),
                          noticed_on=self.maybe(0.8, self.moment(begin, 3)))
        for name in ("甲园", "乙园", "丙园"):
            since = self.maybe(0.8, self.moment(self.start - timedelta(days=30), 120), 0.1)
            self.rows["park"].append({"park": name, "manager": self.pick("赵一", None), "channel": self.pick("微信群", "微信群", None), "liaison_since": since, "grid_code": self.pick(*GRIDS)})

    def _contacts(self) -> None:
        """Who asked for what, how it was weighed, signed for and found: drawn after all else."""
        for app in self.rows["application"]:
            app["customer_name"] = self.pick("甲公司", "乙公司", "丙公司", None)
        for appeal in self.rows["appeal"]:
            accepted = appeal["accepted_at"][0]
            appeal |= {
                "customer": self.pick("甲公司", "乙公司", None), "kind": self.pick("咨询", "咨询", "投诉", "投诉建议", "查询", "求助", None), "topic": self.pick("通气", "通气", "费用", None),
                "source": self.pick("客服热线", "12345热线", "12345", None), "owner_dept": self.pick("工程部", None), "shirk": self.pick(True, False, None), "upheld": self.pick(True, False, None),
                "signed_at": self.maybe(0.7, accepted + timedelta(minutes=self.pick(-60, 0, 30, 1439, 1440, 1441, 2900))), "due_at": self.maybe(0.7, self.moment(accepted, 10), 0.3),
                "office_meeting_due": self.maybe(0.6, self.moment(accepted, 15), 0.3), "satisfied": self.pick(5, 4, 3, 2, None), "returned_n": self.pick(0, 0, 1, None),
                "level_changed_at": self.maybe(0.6, self.moment(accepted, 5)),
            }

    def _asked(self) -> None:
        """Who asked for ratings, and what became of bad ones: drawn after all else."""
        for row in self.rows["followup"]:
            asked = row["fu_at"][0]
            row |= {
                "surveyor": self.pick("赵一", "钱二", "M3", "孙三", "客服", None), "rectify_due": self.maybe(0.3, self.moment(asked, 20), 0.2), "rectified_at": self.maybe(0.6, self.moment(asked, 25)),
                "revisit_at": self.maybe(0.6, self.moment(asked, 25)),
            }

    def _completion(self) -> None:
        """Steps of turnkey work, answers, archives and filings: drawn after all else."""
        for app in self.rows["application"]:
            applied = app["applied_at"][0]
            app |= {
                **{name: self.maybe(0.7, self.moment(applied, days), 0.2) for name, days in (("design_on", 9), ("approval_done_on", 20), ("account_opened_on", 35), ("supply_contract_on", 30),
                    ("quoted_on", 14))},
                "accepted_at": self.maybe(0.7, self.moment(applied, 1), 0.3), "uscc": self.pick("9142", "9142", None), "address": self.pick("示例路", "示例路", "待定", None),
                "contact_name": self.pick("李某", "李某", "不详"),
                "contact_phone": self.pick("13800000000", "13800000000", None), "meter": self.pick("G25", "G25", "待定", None), "demand_h": self.pick(30.0, None), "demand_y": self.pick(9000.0, None),
            }
        for work in self.rows["work"]:
            done = (work["gas_done_on"] or (self.start,))[0]
            work["filing_on"] = self.maybe(0.6, done + timedelta(days=self.pick(-1, 0, 3, 14, 15, 16, 30)), 0.3)

    def _stray(self, number: int) -> None:
        """Rows that name no application, or one that nobody knows."""
        app_id = self.pick(None, f"X{number}")
        at = self.moment(self.start, 80)
        self._visit(app_id, "上门", at, "完成", at)
        self._follow_up(app_id, at)
        self._add("charge", app_id, item="接驳费", amount=90.0, payer="用户", paid_on=self.blur(at), status="已收")
