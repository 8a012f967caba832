"""Time: the 0.5-working-day promise, the valve clock, the company's own time, the whole wait, and what is still open."""

from __future__ import annotations

from kpi.metrics.model import Count, Example, Metric, Quantile, Ratio, Wait
from kpi.words import Text

_GAS_ON = Text("通气所在月", "month of gas-on")
_VALVE_SOURCES = ("application", "clock_stop", "visit")

_LADDER = Example(
    rows={
        "application": [
            {"app_id": "A1", "applied_at": "2024-04-01", "ready_at": "2024-05-06 09:00", "gas_on_at": "2024-05-06 11:00"},
            {"app_id": "A2", "applied_at": "2024-04-01", "ready_at": "2024-05-06 09:00", "gas_on_at": "2024-05-07 09:00"},
            {"app_id": "A3", "applied_at": "2024-04-01", "ready_at": "2024-05-08", "gas_on_at": "2024-05-08"},
            {"app_id": "A4", "applied_at": "2024-04-01", "ready_at": "2024-05-09 09:00"},
        ]
    },
    as_of="2024-06-01",
    month="2024-05",
    expect={"hits": 1, "n": 3, "unknown": 1, "convention": 1, "value": 1 / 3},
)


def _times(example: Example, **expect: float | int | None) -> Example:
    return Example(rows=example.rows, as_of=example.as_of, month=example.month, expect=expect)


def _valve(id: str, zh: str, en: str, p: float, unit: str, expect: dict[str, float | int | None]) -> Quantile:
    return Quantile(
        id=id, code="K02", unit=unit, better="down", fact="fact_connection", p=p, value=f"valve_{unit}", low=f"valve_low_{unit}", high=f"valve_high_{unit}",
        limit=0.5 if unit == "wd" else None, sources=_VALVE_SOURCES, reason="valve_reason",
        label=Text(zh, en),
        meaning=Text("具备通气条件（及用户要求的时间）到开阀通气，按工作时间计；只算已完成、时刻记全的户。",
                     "From ready for gas (and the moment the user asked for) to valve open, in working time; completed cases with exact times only."),
        formula=Text("已通气户办理用时的分位数；一个工作半天恒为0.5个工作日", "quantile of the elapsed time of cases with gas on; a half-day session is exactly 0.5 working day"),
        dated_by=_GAS_ON,
        exclusions=Text("只记到日期、无法精确计时的户计入“无法核验”；有效停表扣除", "cases without exact times stand as unknown; valid clock-stops are taken out"),
        clause="一(八)", controller="公司", example=_times(_LADDER, **expect),
    )


def _company(id: str, zh: str, en: str, p: float, value: float) -> Quantile:
    return Quantile(
        id=id, code="R02", unit="wd", better="down", fact="fact_connection", p=p, value="company_wd", low="company_low_wd", high="company_high_wd",
        sources=("application", "clock_stop"),
        label=Text(zh, en),
        meaning=Text("报装到通气的工作日，扣除用户、政府、第三方和不可抗力的有效停表时间。",
                     "Working days from application to gas-on less valid stops of user, government, third party and force majeure."),
        formula=Text("（报装到通气的工作半天 − 有效停表）÷ 2 的分位数", "quantile of (working half-days from application to gas-on − valid stops) ÷ 2"),
        dated_by=_GAS_ON, exclusions=Text("时间不精确的户计入“无法核验”", "cases without exact times stand as unknown"),
        clause="二(二)", controller="公司",
        example=Example(
            rows={"application": [{"app_id": "A1", "applied_at": "2024-05-06 08:30", "gas_on_at": "2024-05-10 12:00"}],
                  "clock_stop": [{"stop_id": "S1", "app_id": "A1", "reason": "用户未完工", "start_at": "2024-05-07 08:30", "end_at": "2024-05-08 17:30",
                                  "owner": "用户", "noticed_on": "2024-05-07"}]},
            as_of="2024-06-01", month="2024-05", expect={"value": value, "n": 1}),
    )


_COHORT = Example(
    rows={
        "application": [
            {"app_id": "A1", "applied_at": "2024-05-01", "gas_on_at": "2024-05-11"},
            {"app_id": "A2", "applied_at": "2024-05-01", "gas_on_at": "2024-05-21"},
            {"app_id": "A3", "applied_at": "2024-05-01"},
            {"app_id": "A4", "applied_at": "2024-05-01", "cancelled_on": "2024-05-16"},
        ]
    },
    as_of="2024-07-30", month="2024-05", expect={},
)


def _wait(id: str, zh: str, en: str, expect: dict[str, float | int | None], p: float | None = None, days: int | None = None, outcome: int = 1) -> Wait:
    return Wait(
        id=id, code="R01", unit="d" if days is None else "ratio", better={1: "down" if days is None else "up", 2: "none"}[outcome], fact="fact_wait",
        p=p, days=days, outcome=outcome,
        label=Text(zh, en),
        meaning=Text("同一时期报装的户从报装到通气的自然日；还没通气的户也算在内，中途取消的单列。",
                     "Calendar days from application to gas-on of those who applied in the same period; open cases are counted, cancelled ones stand apart."),
        formula=Text("Kaplan-Meier 分位数（取消作删失）；N天内占比用 Aalen-Johansen 累积发生率", "Kaplan-Meier quantile (cancelled = censored); shares within N days are the Aalen-Johansen incidence"),
        dated_by=Text("报装所在月（同期报装的户）", "month of application (start cohort)"),
        exclusions=Text("报装、通气或取消只记到月的户，通气或取消早于报装的户，计入“无法核验”", "cases dated only to a month, or with gas on or cancellation before application, stand as unknown"),
        clause="二(二)", controller="公司", example=_times(_COHORT, **expect),
    )


def _open(id: str, zh: str, en: str, counted: str, value: int | None) -> Count:
    return Count(
        id=id, code="R04", unit="count", better="down", fact="fact_open", counted=counted, value="age", snapshot=True,
        label=Text(zh, en),
        meaning=Text("月末（或统计截至时）仍在办的户及其在办天数。", "Applications open at the end of the month (or at as-of), by age in days."),
        formula=Text("月末未通气、未取消的户数", "applications with neither gas on nor cancellation at month end"),
        dated_by=Text("每月月末；合计取最后一个月月末", "end of each month; the span shows its last month"),
        exclusions=Text("取消的户不在内", "cancelled cases are out"), clause="二(三)", controller="公司",
        example=Example(
            rows={"application": [{"app_id": "A1", "applied_at": "2024-05-01"}, {"app_id": "A2", "applied_at": "2024-03-01"},
                                  {"app_id": "A3", "applied_at": "2024-05-01", "gas_on_at": "2024-05-09"}]},
            as_of="2024-06-01", month="2024-05", expect={"value": value}),
    )


METRICS: tuple[Metric, ...] = (
    Ratio(
        id="valve_on_time", code="K01", unit="ratio", better="up", fact="fact_valve", verdict="verdict", convention="convention",
        value="value_wd", low="low_wd", high="high_wd", reason="reason", sources=_VALVE_SOURCES,
        label=Text("0.5个工作日通气达标率", "Valve open within 0.5 working day"),
        meaning=Text("具备通气条件、用户提出需求后，0.5个工作日内开阀通气的户占到期户的比例；到期没办的也算。",
                     "Share of cases whose 0.5-day limit fell due in which the valve was opened in time; cases still open count as misses."),
        formula=Text("做到 ÷（做到 + 未做到）；能否核验按记录精度的上下限判断", "hits ÷ (hits + misses); bounds by the precision of the records decide what can be told"),
        dated_by=Text("0.5个工作日期限届满所在月", "month in which the 0.5-day limit ended"),
        exclusions=Text("期限届满前取消的户不计；有效停表顺延期限；只记日期无法判断的计入“无法核验”", "cancelled before the limit: out; valid stops lengthen the limit; what the dates cannot tell stands as unknown"),
        clause="一(八)", controller="公司", example=_LADDER,
    ),
    _valve("valve_time_p50", "开阀通气用时（中位，已完成）", "Valve time, median (completed)", 0.5, "wd", {"n": 2, "unknown": 1, "value": (120 / 210 * 0.5 + 1) / 2}),
    _valve("valve_time_p85", "开阀通气用时（85%，已完成）", "Valve time, P85 (completed)", 0.85, "wd", {"n": 2, "unknown": 1}),
    _valve("valve_time_max", "开阀通气用时（最长，已完成）", "Valve time, longest (completed)", 1.0, "wd", {"n": 2, "unknown": 1, "value": 1.0}),
    _valve("valve_hours_p50", "开阀通气工作小时（中位，已完成）", "Valve working hours, median (completed)", 0.5, "h", {"n": 2, "unknown": 1, "value": 4.25}),
    _valve("valve_hours_p85", "开阀通气工作小时（85%，已完成）", "Valve working hours, P85 (completed)", 0.85, "h", {"n": 2, "unknown": 1}),
    _valve("valve_hours_max", "开阀通气工作小时（最长，已完成）", "Valve working hours, longest (completed)", 1.0, "h", {"n": 2, "unknown": 1, "value": 6.5}),
    _wait("whole_wait_median", "全流程用时（一半的户，自然日）", "Whole wait, median (calendar days)", {"n": 4, "value": 20.0}, p=0.5),
    _wait("whole_wait_p85", "全流程用时（85%的户，自然日）", "Whole wait, P85 (calendar days)", {"n": 4, "value": None}, p=0.85),
    *(
        _wait(f"whole_wait_within_{n}", f"{n}天内通气占比", f"Connected within {n} days", {"n": 4, "value": value}, days=n)
        for n, value in ((30, 0.5), (60, 0.5), (90, 0.5))
    ),
    *(
        _wait(f"cancelled_within_{n}", f"{n}天内取消占比", f"Cancelled within {n} days", {"n": 4, "value": value}, days=n, outcome=2)
        for n, value in ((30, 0.25), (60, 0.25), (90, 0.25))
    ),
    _company("company_time_p50", "燃气公司办理用时（中位，已完成）", "Company-controllable time, median", 0.5, 2.5),
    _company("company_time_p85", "燃气公司办理用时（85%，已完成）", "Company-controllable time, P85", 0.85, 2.5),
    _company("company_time_max", "燃气公司办理用时（最长，已完成）", "Company-controllable time, longest", 1.0, 2.5),
    _open("open_cases", "在办户数", "Open cases", "true", 2),
    _open("open_0_30", "在办0—30天户数", "Open 0 to 30 days", "age <= 30", 1),
    _open("open_31_60", "在办31—60天户数", "Open 31 to 60 days", "age between 31 and 60", None),
    _open("open_61_90", "在办61—90天户数", "Open 61 to 90 days", "age between 61 and 90", None),
    _open("open_over_90", "在办90天以上户数", "Open over 90 days", "age > 90", 1),
)
