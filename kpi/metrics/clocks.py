"""The clocks with their stops left in or taken out, and whose stops they were: what a time says depends on it, so both stand side by side."""

from __future__ import annotations

from kpi.metrics.model import Example, Mean, Metric, Quantile, Wait
from kpi.words import Text

_STOPPED = Example(
    rows={
        "application": [
            {"app_id": "A1", "applied_at": "2024-05-06 08:30", "ready_at": "2024-05-09 08:30", "gas_on_at": "2024-05-10 12:00"},
            {"app_id": "A2", "applied_at": "2024-05-13 08:30", "ready_at": "2024-05-13 08:30", "gas_on_at": "2024-05-13 17:30"},
        ],
        "clock_stop": [
            {"stop_id": "S1", "app_id": "A1", "reason": "用户未完工", "start_at": "2024-05-07 08:30", "end_at": "2024-05-08 12:00", "owner": "用户", "noticed_on": "2024-05-07"},
            {"stop_id": "S2", "app_id": "A1", "reason": "占掘路审批", "start_at": "2024-05-08 08:30", "end_at": "2024-05-08 17:30", "owner": "政府", "noticed_on": "2024-05-08"},
            {"stop_id": "S3", "app_id": "A1", "reason": "恶劣天气", "start_at": "2024-05-09 08:30", "end_at": "2024-05-09 17:30", "owner": "不可抗力", "noticed_on": "2024-05-09"},
        ],
    },
    as_of="2024-06-01", month="2024-05", expect={},
)


def _expect(**expect: float | int | None) -> Example:
    return Example(rows=_STOPPED.rows, as_of=_STOPPED.as_of, month=_STOPPED.month, expect=expect)


_SOURCES = ("application", "clock_stop")
_GAS_ON = Text("通气所在月", "month of gas-on")
_INEXACT = Text("时间不精确的户计入“无法核验”", "cases without exact times stand as unknown")


def _gross(id: str, code: str, zh: str, en: str, clock: str, p: float, value: float, meaning: Text, clause: str) -> Quantile:
    return Quantile(
        id=id, code=code, unit="wd", better="down", fact="fact_clock", p=p, value=f"{clock}_wd", low=f"{clock}_low_wd", high=f"{clock}_high_wd", sources=_SOURCES,
        label=Text(zh, en), meaning=meaning,
        formula=Text("经过的工作半天 ÷ 2 的分位数，停表不扣除", "quantile of the working half-days ÷ 2, clock-stops left in"),
        dated_by=_GAS_ON, exclusions=_INEXACT, clause=clause, controller="公司", example=_expect(n=2, value=value),
    )


_COMPANY = Text("报装到通气的工作日，停表不扣除；与扣除停表的数并列。", "Working days from application to gas-on with the clock-stops left in; stands beside the figure without them.")
_VALVE = Text("具备通气条件（及用户要求的时间）到开阀通气的工作时间，停表不扣除；与扣除停表的数并列。",
              "Working time from ready for gas (and the moment the user asked for) to valve open, clock-stops left in; stands beside the figure without them.")


def _net(id: str, zh: str, en: str, p: float, value: float) -> Wait:
    return Wait(
        id=id, code="R01", unit="d", better="down", fact="fact_wait_net", p=p, sources=_SOURCES,
        label=Text(zh, en),
        meaning=Text("同一时期报装的户从报装到通气的自然日，扣除有效停表的日子；还没通气的户也算在内。",
                     "Calendar days from application to gas-on of those who applied in the same period, without the days on which the clock stood; open cases are counted."),
        formula=Text("（报装到通气的自然日 − 有效停表）的 Kaplan-Meier 分位数；取消作删失", "Kaplan-Meier quantile of (calendar days from application to gas-on − valid stops); cancelled = censored"),
        dated_by=Text("报装所在月（同期报装的户）", "month of application (start cohort)"),
        exclusions=Text("报装、通气或取消只记到月的户，通气或取消早于报装的户，计入“无法核验”", "cases dated only to a month, or ended before application, stand as unknown"),
        clause="二(二)", controller="公司", example=_expect(n=2, value=value),
    )


def _share(id: str, zh: str, en: str, column: str, whose: Text, controller: str, value: float) -> Mean:
    return Mean(
        id=id, code="R02", unit="ratio", better="none", fact="fact_clock", value=column, weight="company_high_wd", good=f"{column} = 0", sources=_SOURCES,
        label=Text(zh, en),
        meaning=Text(f"已通气的户从报装到通气的工作时间里，因{whose.zh}停表的占多少。", f"Of the working time from application to gas-on of completed cases, the part that stood still because of {whose.en}."),
        formula=Text("停表的工作日 ÷ 报装到通气的工作日（都取最长的算法）；几方同时停的单列", "working days stopped ÷ working days from application to gas-on, both at their longest; by several at once stands apart"),
        dated_by=_GAS_ON,
        exclusions=Text("通气早于报装的户计入“无法核验”；没有告知或没有写明责任方的停表不算停表", "cases with gas on before application stand as unknown; a stop without notice or owner is none"),
        clause="二(二)", controller=controller, example=_expect(n=2, value=value),
    )


METRICS: tuple[Metric, ...] = (
    _gross("valve_time_gross_p50", "K02", "开阀通气用时（中位，未扣停表）", "Valve time, median (stops left in)", "valve", 0.5, 1.25, _VALVE, "一(八)"),
    _gross("valve_time_gross_p85", "K02", "开阀通气用时（85%，未扣停表）", "Valve time, P85 (stops left in)", "valve", 0.85, 1.425, _VALVE, "一(八)"),
    _gross("company_time_gross_p50", "R02", "报装到通气工作日（中位，未扣停表）", "Working days to gas-on, median (stops left in)", "company", 0.5, 2.75, _COMPANY, "二(二)"),
    _gross("company_time_gross_p85", "R02", "报装到通气工作日（85%，未扣停表）", "Working days to gas-on, P85 (stops left in)", "company", 0.85, 3.975, _COMPANY, "二(二)"),
    _net("whole_wait_net_median", "全流程用时（一半的户，扣除停表）", "Whole wait, median (stops taken out)", 0.5, (0.375 + 4 + 3.5 / 24 - 1.75) / 2),
    _net("whole_wait_net_p85", "全流程用时（85%的户，扣除停表）", "Whole wait, P85 (stops taken out)", 0.85, 4 + 3.5 / 24 - 1.75),
    _share("stopped_share", "停表占比", "Share of time stopped", "stopped_wd", Text("用户、政府、第三方、不可抗力", "user, government, third party and force majeure"), "第三方", 3 / 5.5),
    _share("stopped_by_user", "停表占比（用户原因）", "Share of time stopped by the user", "user_wd", Text("用户", "the user"), "用户", 1 / 5.5),
    _share("stopped_by_government", "停表占比（政府原因）", "Share of time stopped by government", "government_wd", Text("政府", "government"), "政府", 0.5 / 5.5),
    _share("stopped_by_third_party", "停表占比（第三方原因）", "Share of time stopped by a third party", "third_wd", Text("第三方", "a third party"), "第三方", 0.0),
    _share("stopped_by_force_majeure", "停表占比（不可抗力）", "Share of time stopped by force majeure", "force_wd", Text("不可抗力", "force majeure"), "第三方", 1 / 5.5),
    _share("stopped_by_several", "停表占比（几方同时）", "Share of time stopped by several at once", "several_wd", Text("几方同时", "several parties at once"), "第三方", 0.5 / 5.5),
)
