"""What stands behind ratings: five levels and means, who answered and who asked, whether users' words agree with the ledger, bad ratings put right."""

from __future__ import annotations

from kpi.metrics.model import Count, Example, Mean, Metric, Ratio
from kpi.words import Text

_GAS_ON = {"applied_at": "2024-04-01", "gas_on_at": "2024-05-06 11:00"}
_TERM = [{"grid_code": "G1", "grid_name": "一号网格", "manager_id": "M1", "manager_name": "示例甲", "valid_from": "2024-01-01"}]
_ASKED = {
    "term": _TERM,
    "application": [{"app_id": f"A{n}", **_GAS_ON, "grid_code": "G1"} for n in range(1, 5)],
    "followup": [
        {"fu_id": "H1", "app_id": "A1", "fu_at": "2024-05-13", "reached": "接通", "score_company": "非常满意", "score_manager": "满意", "surveyor": "示例甲"},
        {"fu_id": "H2", "app_id": "A2", "fu_at": "2024-05-13", "reached": "接通", "score_company": "不满意", "score_manager": "系统默认好评", "surveyor": "示例乙"},
        {"fu_id": "H3", "app_id": "A3", "fu_at": "2024-05-13", "reached": "拒访"},
        {"fu_id": "H4", "app_id": "A4", "fu_at": "2024-05-13", "score_company": "满意"},
    ],
}
_SAID = {
    "application": [
        {"app_id": "A1", **_GAS_ON, "docs_requested_n": "0"}, {"app_id": "A2", **_GAS_ON, "docs_requested_n": "0"}, {"app_id": "A3", **_GAS_ON, "docs_requested_n": "1"}, {"app_id": "A4", **_GAS_ON},
    ],
    "visit": [{"visit_id": "V1", "app_id": "A1", "kind": "通气", "direction": "上门", "booked_at": "2024-05-05", "arrived_at": "2024-05-06 10:30", "errand_n": "0"}],
    "charge": [{"charge_id": "F1", "app_id": "A1", "item": "红线外接驳费", "amount": "免", "payer": "用户", "paid_on": "2024-05-05"}],
    "followup": [
        {"fu_id": "H1", "app_id": "A1", "fu_at": "2024-05-13", "reached": "接通", "docs_said": "0", "errands_said": "1", "fee_said": "0"},
        {"fu_id": "H2", "app_id": "A2", "fu_at": "2024-05-13", "reached": "接通", "docs_said": "2"},
        {"fu_id": "H4", "app_id": "A4", "fu_at": "2024-05-13", "reached": "接通", "docs_said": "0"},
    ],
}
_BAD = {
    "application": [{"app_id": f"A{n}", "applied_at": "2024-03-01", "gas_on_at": "2024-04-20 11:00"} for n in range(1, 4)],
    "followup": [
        {"fu_id": "H1", "app_id": "A1", "fu_at": "2024-05-06", "reached": "接通", "score_company": "不满意", "rectified_at": "2024-05-20", "revisit_at": "2024-05-22"},
        {"fu_id": "H2", "app_id": "A2", "fu_at": "2024-05-06", "reached": "接通", "score_company": "满意", "score_manager": "非常不满意", "rectified_at": "2024-05-30", "revisit_at": "2024-05-20"},
        {"fu_id": "H3", "app_id": "A3", "fu_at": "2024-05-27", "reached": "接通", "score_company": "不满意"},
    ],
}

_ASKED_IN = Text("该次回访所在月", "month of that follow-up")
_GAS = Text("通气所在月", "month of gas-on")
_WHOM = {"company": Text("公司", "the company"), "manager": Text("客户经理", "the manager")}
_LEVELS = ((5, "非常满意", "very satisfied"), (4, "满意", "satisfied"), (3, "基本满意", "acceptable"), (2, "不满意", "dissatisfied"), (1, "非常不满意", "very dissatisfied"))
_DEFAULTS = Text("未评价、系统默认好评不算有效评价", "default and missing ratings are no ratings")


def _example(rows: dict, **expect: float | int | None) -> Example:
    return Example(rows=rows, as_of="2024-06-01", month="2024-05", expect=expect)


def _level(whom: str, level: int, zh: str, en: str) -> Count:
    given = {("company", 5): 1, ("company", 2): 1, ("company", 4): 1, ("manager", 4): 1}.get((whom, level), 0)
    return Count(
        id=f"ratings_{whom}_{level}", code="K42", unit="count", better={5: "up", 4: "up"}.get(level, "none" if level == 3 else "down"), fact="fact_rating", where=f"about = '{whom}'",
        counted=f"score = {level}",
        verdict="'hit'" if level >= 3 else "'miss'", reason="case when score <= 2 then 'bad_rating' else 'counted' end", table="followup", sources=("followup",),
        label=Text(f"对{_WHOM[whom].zh}{zh}户数", f"Cases {en} with {_WHOM[whom].en}"), meaning=Text(f"每户最近一次有效评价为{zh}的户数。", f"Cases whose latest valid rating is '{en}'."),
        formula=Text(f"最近一次有效评价为{level}分的户数", f"cases whose latest valid rating is {level}"), dated_by=_ASKED_IN, exclusions=_DEFAULTS, clause="二(三)", controller="公司",
        example=_example(_ASKED, n=given, value=given or None),
    )


def _mean(whom: str, value: float, n: int) -> Mean:
    return Mean(
        id=f"mean_rating_{whom}", code="K42", unit="score", better="up", fact="fact_rating", where=f"about = '{whom}'", value="score", good="score >= 4",
        reason="case when score <= 2 then 'bad_rating' else 'counted' end", table="followup", sources=("followup",), label=Text(f"对{_WHOM[whom].zh}评价平均分", f"Mean rating of {_WHOM[whom].en}"),
        meaning=Text("每户最近一次有效评价的平均分（1至5分）；不满10户不印。", "Mean of the latest valid rating of each case (1 to 5); not shown below 10 cases."),
        formula=Text("评分之和 ÷ 有效评价户数", "sum of ratings ÷ cases rated"),
        dated_by=_ASKED_IN, exclusions=_DEFAULTS, clause="二(三)", controller="公司", example=_example(_ASKED, value=value, n=n),
    )


def _response(whom: str, **expect: int) -> Ratio:
    return Ratio(
        id=f"survey_response_{whom}", code="K41", unit="ratio", better="up", fact="fact_answer", where=f"about = '{whom}'", verdict="verdict", reason="reason", table="followup", sources=("followup",),
        label=Text(f"回访应答率（对{_WHOM[whom].zh}）", f"Response (about {_WHOM[whom].en})"), meaning=Text("接通或拒访的回访中，给出有效评价的占比，与满意率并列。",
            "Share of follow-ups answered or refused that gave a valid rating; it stands beside every score."),
        formula=Text("有有效评价的回访 ÷ 接通与拒访的回访", "follow-ups with a valid rating ÷ follow-ups answered or refused"), dated_by=_ASKED_IN,
        exclusions=Text("未接、空号不计；没有接通记录也没有评价的计入“无法核验”；默认好评不算",
            "not reached: out; neither a record of reaching nor a rating: unknown; default ratings do not count"), clause="二(三)", controller="公司",
        example=_example(_ASKED, **expect),
    )


def _agreement(matter: str, zh: str, en: str, **expect: int) -> Ratio:
    return Ratio(
        id=f"survey_agrees_{matter}", code="K41", unit="ratio", better="up", fact="fact_said", where=f"matter = '{matter}'", verdict="verdict", value="said", reason="reason",
        sources=("application", "followup", *{"errands": ("visit",), "fee": ("charge", "work")}.get(matter, ())), label=Text(f"{zh}：自述与台账一致率", f"{en}: user's words agree with the ledger"),
        meaning=Text(f"用户回访自述和台账都有{zh}记录的通气户中，两者一致（都有或都没有）的占比；矛盾的逐户列出。",
                     f"Of connected cases whose {en.lower()} both the user and the ledger speak of, the share in which they agree (some or none); contradictions are listed case by case."),
        formula=Text("自述与台账同为零或同大于零为一致", "both zero or both above zero agree"), dated_by=_GAS, exclusions=Text("用户没有说、台账没有记的计入“无法核验”",
            "not said, or not in the ledger, stands as unknown"), clause="二(三)",
        controller="公司", example=_example(_SAID, **expect),
    )


def _bad(id: str, verdict: str, reason: str, label: Text, meaning: Text, formula: Text, **expect: float | int) -> Ratio:
    return Ratio(
        id=id, code="K43", unit="ratio", better="up", fact="fact_rectify", where="about = 'due'", verdict=verdict, value="score", reason=reason, table="followup", sources=("followup",),
        label=label, meaning=meaning,
        formula=formula, dated_by=Text("整改期限届满所在月", "month in which the limit ended"),
        exclusions=Text("期限取台账的整改期限，没有的按回访次日起15个工作日（参考值）；台账从不登记的计入“无法核验”",
            "limit: the one recorded, else 15 working days after the follow-up (a reference); never noted in the ledger: unknown"), clause="二(三)",
        controller="公司", example=_example(_BAD, **expect),
    )


METRICS: tuple[Metric, ...] = (
    Ratio(
        id="survey_coverage_manager", code="K41", unit="ratio", better="up", fact="fact_coverage", verdict="verdict", reason="reason", sources=("application", "followup"),
        label=Text("对客户经理有效评价率", "Cases with a valid rating of the manager"),
        meaning=Text("应评价的通气户中，给出有效客户经理评价的占比。", "Share of connected cases due for a survey that gave a valid rating of their manager."),
        formula=Text("有有效评价的户数 ÷ 应评价户数", "cases with a valid rating ÷ cases due"), dated_by=_GAS,
        exclusions=Text("首次回访尚未到期的不计；默认好评不算", "first follow-up not yet due: out; default ratings do not count"), clause="二(三)", controller="公司",
        example=_example(_ASKED, hits=1, n=4, unknown=0),
    ),
    _response("company", hits=3, n=4, unknown=0), _response("manager", hits=1, n=3, unknown=1),
    Mean(
        id="self_surveyed", code="K41", unit="ratio", better="down", fact="fact_surveyor", value="self_asked", good="self_asked = 0", reason="reason", table="followup", sources=("followup", "term"),
        label=Text("客户经理自访占比", "Rated when asked by the manager himself"), meaning=Text("有有效评价的回访中，回访人就是该网格当日客户经理的占比：自己问自己的评价，可信度低。",
            "Share of rated follow-ups in which the one who asked was the grid's own manager of that day: such ratings carry less weight."),
        formula=Text("回访人为本网格客户经理的回访 ÷ 能辨认回访人的回访", "asked by the grid's manager ÷ follow-ups whose asker is known"), dated_by=_ASKED_IN,
        exclusions=Text("没有回访人或当日没有客户经理的单列", "without an asker, or no manager in office: apart"),
        clause="二(三)", controller="公司", example=_example(_ASKED, value=0.5, n=2, unknown=1),
    ),
    _agreement("errands", "跑腿", "Errands", hits=0, n=1, unknown=3), _agreement("fee", "红线外费用", "Fees outside", hits=1, n=1, unknown=3), _agreement("documents", "资料", "Documents", hits=1,
        n=2, unknown=2),
    *(_level(whom, *level) for whom in _WHOM for level in _LEVELS),
    _mean("company", 11 / 3, 3), _mean("manager", 4.0, 1),
    Count(
        id="bad_ratings", code="K43", unit="count", better="down", fact="fact_rectify", where="about = 'rated'", value="", verdict="'miss'", reason="reason", table="followup",
        sources=("followup",), label=Text("差评件数", "Bad ratings"),
        meaning=Text("对公司或对客户经理评价为不满意、非常不满意的回访件数。", "Follow-ups that rated the company or the manager as dissatisfied or very dissatisfied."),
        formula=Text("任一评价为1、2分的回访件数", "follow-ups with a rating of 1 or 2"), dated_by=_ASKED_IN, exclusions=_DEFAULTS, clause="二(三)",
        controller="公司", example=_example(_BAD, value=3, n=3),
    ),
    _bad("bad_ratings_rectified", "verdict", "reason", Text("差评按期整改回访率", "Bad ratings put right and asked again in time"),
        Text("期限到期的差评，按期整改并再次回访的占比；到期没整改或没回访的也算。", "Share of bad ratings whose limit ended that were put right and asked again by it; those not done count as misses."),
         Text("整改时间、再回访时间都不晚于期限为做到", "both put right and asked again by the limit is a hit"), hits=1, n=2, unknown=0),
    _bad("bad_ratings_revisited", "revisited", "revisit_reason", Text("差评按期再回访率", "Bad ratings asked again in time"),
        Text("期限到期的差评，按期再次回访的占比。", "Share of bad ratings whose limit ended that were asked again by it."), Text("再回访时间不晚于期限为做到", "asked again by the limit is a hit"),
         hits=2, n=2, unknown=0),
)
