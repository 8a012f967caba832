"""Follow-ups and satisfaction: two follow-ups done, valid ratings given, company and manager rated apart."""

from __future__ import annotations

from kpi.metrics.model import Example, Metric, Ratio
from kpi.words import Text

_GAS_ON = {"applied_at": "2024-03-01", "gas_on_at": "2024-04-10 11:00"}
_ROWS = {
    "application": [{"app_id": "A1", **_GAS_ON}, {"app_id": "A2", **_GAS_ON}],
    "followup": [
        {"fu_id": "H1", "app_id": "A1", "round": "1", "fu_at": "2024-04-17", "reached": "接通", "score_company": "满意", "score_manager": "非常满意"},
        {"fu_id": "H2", "app_id": "A1", "round": "2", "fu_at": "2024-05-10", "reached": "接通", "score_company": "基本满意"},
        {"fu_id": "H3", "app_id": "A2", "round": "1", "fu_at": "2024-04-17", "reached": "接通", "score_company": "不满意"},
        {"fu_id": "H4", "app_id": "A2", "round": "2", "fu_at": "2024-05-10", "reached": "未接"},
    ],
}


def _example(month: str, **expect: float | int | None) -> Example:
    return Example(rows=_ROWS, as_of="2024-06-01", month=month, expect=expect)


def _rating(id: str, about: str, least: int, zh: str, en: str, example: Example) -> Ratio:
    basic = least == 3
    return Ratio(
        id=id, code="K42", unit="ratio", better="up", fact="fact_rating", where=f"about = '{about}'", verdict=f"(case when score >= {least} then 'hit' else 'miss' end)",
        value="score", low="score", high="score", reason=f"case when score >= {least} then 'kept' else 'low_rating' end", table="followup", sources=("followup",),
        label=Text(zh, en),
        meaning=Text(f"每户最近一次有效评价中，{'基本满意' if basic else '满意'}及以上的占比（{'含' if basic else '不含'}基本满意）。",
                     f"Share of the latest valid rating of each case that is {'acceptable' if basic else 'satisfied'} or better."),
        formula=Text(f"评分 ≥ {least} 的户数 ÷ 有效评价户数", f"ratings of {least} or more ÷ valid ratings"),
        dated_by=Text("该次回访所在月", "month of that follow-up"),
        exclusions=Text("未评价、系统默认好评不算有效评价", "default and missing ratings are no ratings"), clause="二(三)", controller="公司", example=example,
    )


METRICS: tuple[Metric, ...] = (
    Ratio(
        id="two_follow_ups", code="K40", unit="ratio", better="up", fact="fact_followup", verdict="verdict", value="reached_days", reason="reason",
        sources=("application", "followup"),
        label=Text("两次回访完成率", "Two follow-ups done"),
        meaning=Text("应完成第二次回访的户中，已有两次不同日期有效回访的占比。", "Share of cases due for their second follow-up that had two effective ones on different days."),
        formula=Text("接通的回访有两个不同日期为做到（参考期限：通气后第7天、第30天）", "two dates with the user reached is a hit (reference: day 7 and day 30 after gas-on)"),
        dated_by=Text("第二次回访到期所在月", "month in which the second follow-up fell due"),
        exclusions=Text("未到期的不计；未接通不算有效", "not yet due: out; not reached is not effective"), clause="二(三)", controller="公司",
        example=_example("2024-05", hits=1, n=2, unknown=0, value=0.5),
    ),
    Ratio(
        id="survey_coverage", code="K41", unit="ratio", better="up", fact="fact_survey", verdict="verdict", reason="reason", sources=("application", "followup"),
        label=Text("有效评价率", "Cases with a valid rating"),
        meaning=Text("应评价的通气户中，给出有效公司评价的占比。", "Share of connected cases due for a survey that gave a valid rating of the company."),
        formula=Text("有有效评价的户数 ÷ 应评价户数", "cases with a valid rating ÷ cases due"), dated_by=Text("通气所在月", "month of gas-on"),
        exclusions=Text("首次回访尚未到期的不计；默认好评不算", "first follow-up not yet due: out; default ratings do not count"), clause="二(三)", controller="公司",
        example=_example("2024-04", hits=2, n=2, value=1.0),
    ),
    _rating("satisfied_company", "company", 4, "对公司满意及以上占比", "Satisfied with the company (top two)", _example("2024-05", hits=0, n=1)),
    _rating("satisfied_company_with_basic", "company", 3, "对公司满意率（含基本满意）", "Satisfied with the company (acceptable included)", _example("2024-05", hits=1, n=1)),
    _rating("satisfied_manager", "manager", 4, "对客户经理满意及以上占比", "Satisfied with the manager (top two)", _example("2024-04", hits=1, n=1)),
    _rating("satisfied_manager_with_basic", "manager", 3, "对客户经理满意率（含基本满意）", "Satisfied with the manager (acceptable included)", _example("2024-04", hits=1, n=1)),
)
