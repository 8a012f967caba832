"""Ledgers of which every cell is drawn by itself from what its column may hold: few moments and few numbers, so that all that can coincide, contradict or be missing soon does."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from kpi.exports.choices import CHOICES
from kpi.exports.fields import Field, Table
from kpi.exports.tables import TABLES
from tests.oracle.clock import rows_of
from tests.oracle.service import UNDECIDED
from tests.oracle.works import LOST
from tests.oracle.world import GRIDS, HOURS, Row, Spanned, blurred

BEGINNINGS = (datetime(2023, 2, 27), datetime(2023, 3, 27), datetime(2023, 9, 25), datetime(2023, 12, 25), datetime(2024, 2, 19), datetime(2026, 12, 14))
"""First days: before the change of process, holidays and worked weekends, New Year, 29 February, the first day of which no notice tells whether it is worked."""

LONG_AGO = datetime(2018, 6, 1, 10, 7)
BEGINS = ("applied_at", "ready_at", "gas_requested_at", "accepted_at")
"""A moment before the calendar begins, and what may have been then."""

DAYS, TURN = 45, 11
"""How many days a ledger tells of, and the one of the first beginning on which the process changed: always among them."""

ROWS = {"term": 6, "project": 20, "park": 4, "work": 40, "clock_stop": 60, "application": 60, "appeal": 60, "visit": 90}
"""How many rows a ledger has; the others have 70."""

IDS = {"app_id": ("A", 60), "project_id": ("P", 20), "work_id": ("W", 40)}
"""What other ledgers refer to, and how many there are; some refer to more."""

FEES = tuple(row["word"] for row in rows_of("fee_words.csv"))

WORDS = {
    "item": ("代建工程款（含红线外接驳）", "服务费", *FEES),
    "kind": ("咨询", "投诉", "投诉建议", "查询", "求助"), "topic": ("通气", "费用"), "source": ("客服热线", "12345热线", "12345"),
    "errand_reason": ("签字", "自愿", "自愿到厅"), "dept": ("规划开发部", "规划部", "营业厅"), "status": ("跟踪中", "已报装", *LOST), "progress": ("主体", *UNDECIDED), "location": ("甲", *UNDECIDED),
    "meter": ("G25", *UNDECIDED), "address": ("示例路", *UNDECIDED), "contact_name": ("李某", *UNDECIDED),
    "park": ("甲园", "乙园"), "channel": ("微信群",), "uscc": ("9142", *UNDECIDED), "contact_phone": ("13800000000",),
    "grid_code": tuple(filter(None, GRIDS)), "manager_id": ("M1", "M2", "M3"), "customer": ("甲公司", "乙公司"), "customer_name": ("甲公司", "乙公司", *UNDECIDED),
}
"""What texts say, where a figure asks for it."""

LIKELY = {("visit", "kind"): "通气", ("visit", "result"): "用户改约", ("followup", "reached"): "接通", ("application", "appt_by"): "公司"}
"""What is said more often than the rest, for much to hang on it."""

NAMES = {"G1": "甲网格(东)", "G2": "乙网格(西)", "G3": "丙网格"}
"""Grids of the register and what they are called."""

PEOPLE = ("赵一", "钱二", "孙三", "M3", "无名", "客服", "待定", "不明")


def ledgers(seed: int) -> tuple[dict[str, list[Row]], datetime]:
    """Return (rows by table, as-of) of a seed; as-of is, as a rule, a moment that the ledgers name too."""
    wild = _Wild(seed)
    return {table.name: wild.rows(table) for table in TABLES}, wild.as_of


class _Wild:
    def __init__(self, seed: int) -> None:
        self.dice = dice = Random(f"wild {seed}")
        first, hours = dice.choice(BEGINNINGS), ("00:00", *dice.sample((*HOURS[1:], "00:01"), 3))
        self.moments = [datetime.fromisoformat(f"{first + timedelta(days=day):%Y-%m-%d} {hour}") for day in sorted({TURN, *dice.sample(range(DAYS), 8)}) for hour in hours]
        self.as_of = dice.choice(self.moments[len(self.moments) // 2:])
        self.exact = dice.choice((0.3, 0.7, 0.95))

    def rows(self, table: Table) -> list[Row]:
        """Return the rows of a table; columns differ in how often they are blank, some always."""
        blank = {f.name: 0.0 if f.name in table.key else self.dice.choice((0.05, 0.05, 0.2, 0.5, 1.0)) for f in table.fields}
        for group in table.required:
            blank[self.dice.choice(group)] = 0.0
        found = {}
        for nth in range(ROWS.get(table.name, 70)):
            row = {f.name: self._cell(table, f) for f in table.fields if self.dice.random() >= blank[f.name] and f.name != "is_test"}
            if len(table.key) == 1 and table.name != "park":
                letter, _ = IDS.get(table.key[0], (table.name[0], 0))
                row[table.key[0]] = f"{letter}{nth:02d}"
            if table.name == "term":
                row["grid_code"] = self.dice.choice(tuple(NAMES))
                row["grid_name"] = NAMES[row["grid_code"]]
            found[tuple(str(row[name]) for name in table.key)] = row
        return list(found.values())

    def _cell(self, table: Table, field: Field) -> Any:
        pick = self.dice.choice
        if field.kind == "time":
            return self._time(table, field)
        if field.kind == "choice":
            likely = LIKELY.get((table.name, field.name))
            return likely if likely and self.dice.random() < 0.4 else pick([word for word in CHOICES[field.choice] if word != "居民"])
        if field.name in IDS:
            letter, most = IDS[field.name]
            return f"{letter}{self.dice.randrange(most + 2):02d}"
        if field.name in WORDS:
            return pick(WORDS[field.name])
        return {"yesno": lambda: pick((True, False)), "score": lambda: pick((1, 2, 3, 4, 5)), "count": lambda: pick((0, 0, 1, 2)), "yuan": lambda: pick((0.0, 0.0, 300.0, 1000.0)),
                "number": lambda: 30.0, "name": lambda: pick(PEOPLE)}.get(field.kind, lambda: pick(("甲", "乙")))()

    def _time(self, table: Table, field: Field) -> Spanned:
        at = LONG_AGO if field.name in BEGINS and self.dice.random() < 0.03 else self.dice.choice(self.moments)
        if table.name == "term":
            day = datetime(at.year, at.month, at.day)
            return day, day + timedelta(days=1), "day"
        if self.dice.random() < 0.1:
            return at, at + timedelta(minutes=125), "slot"
        return blurred(self.dice, at, self.exact)
