"""Projects followed: parks in touch, known early, up to date, and how far they came."""

from __future__ import annotations

from kpi.metrics.model import Count, Example, Metric, Quantile, Ratio
from kpi.words import Text

_FOLLOWED = {
    "project": [
        {"project_id": "P1", "first_known_at": "2024-05-02", "landed_on": "2024-05-20", "needs_gas": "需要", "updated_on": "2024-05-25"},
        {"project_id": "P2", "first_known_at": "2024-05-08", "landed_on": "2024-05-18", "needs_gas": "不需要", "updated_on": "2024-04-20"},
        {"project_id": "P3", "first_known_at": "2024-05-09", "landed_on": "2024-05-30", "needs_gas": "待定"},
    ],
    "application": [{"app_id": "A1", "applied_at": "2024-05-21", "project_id": "P1", "outside_line": "无"}],
}
_PARKS = {
    "application": [{"app_id": "A1", "applied_at": "2024-05-01"}],
    "park": [
        {"park": "甲园", "manager": "示例甲", "liaison_since": "2024-03-01", "channel": "微信群"},
        {"park": "乙园", "manager": "示例乙", "liaison_since": "2024-06-20", "channel": "微信群"},
        {"park": "丙园", "manager": "示例丙"},
    ],
}

_KNOWN = Text("首次获知所在月（缺则落地所在月）", "month first known (else landed)")
_LANDED = Text("落地所在月（缺则报装所在月）", "month of landing (else of application)")
_END = Text("每月月末（不满月的为统计截至）", "end of each month (as-of in a month not over)")


def _example(rows: dict, **expect: float | int | None) -> Example:
    return Example(rows=rows, as_of="2024-06-01", month="2024-05", expect=expect)


_STAGES = (
    ("known", 1, Text("获知的项目数", "Projects known"), 3),
    ("need_gas", 2, Text("其中需要天然气", "of these, in need of gas"), 1),
    ("applied", 3, Text("其中已报装", "of these, applied"), 1),
    ("outside_ready", 4, Text("其中管道已到红线", "of these, pipe at the boundary"), 1),
    ("ready", 5, Text("其中具备通气条件", "of these, ready for gas"), 0),
    ("gas_on", 6, Text("其中已通气", "of these, gas on"), 0),
)


def _stage(name: str, place: int, label: Text, expect: int) -> Count:
    return Count(
        id=f"journey_{name}",
        code="K14",
        unit="count",
        better="none",
        fact="fact_journey",
        counted=f"reached >= {place}",
        unknown="undecided" if name == "need_gas" else "false",
        table="project",
        sources=("project",),
        label=label,
        meaning=Text(
            "当月获知的项目，到统计截至时走到了这一步的个数；后面的步骤已到，前面的视为已到。",
            "Projects first known in that month that had come this far by the as-of moment; a later step stands for the earlier ones.",
        ),
        formula=Text("按项目计数，不按报装", "counted by project, not by application"),
        dated_by=_KNOWN,
        exclusions=Text("没有写明是否需要用气的，在“需要天然气”一步单列", "projects that do not say whether they need gas stand apart at that step")
        if name == "need_gas"
        else Text("无", "none"),
        clause="一(一)2",
        controller="用户",
        example=_example(_FOLLOWED, value=expect or None, n=expect),
    )


METRICS: tuple[Metric, ...] = (
    Ratio(
        id="park_liaison",
        code="K10",
        unit="ratio",
        better="up",
        fact="fact_park",
        verdict="verdict",
        reason="reason",
        table="park",
        sources=("park",),
        snapshot=True,
        label=Text("园区对接覆盖率", "Parks in touch"),
        meaning=Text(
            "园区对接台账中的园区，到月末已有对接客户经理和沟通渠道的占比。",
            "Share of the parks of the register that had a manager in charge and a channel by the end of the month.",
        ),
        formula=Text("有对接人、有渠道且已开始对接为做到", "manager, channel and begun is a hit"),
        dated_by=_END,
        exclusions=Text("没有写明对接人或渠道的计入“无法核验”", "without a manager or channel on record: unknown"),
        clause="一(一)1",
        controller="公司",
        example=_example(_PARKS, hits=1, n=2, unknown=1),
    ),
    Quantile(
        id="info_lead_days_p50",
        code="K11",
        unit="d",
        better="up",
        fact="fact_lead",
        p=0.5,
        value="days",
        low="low_days",
        high="high_days",
        reason="reason",
        table="project",
        sources=("project",),
        label=Text("信息提前获取天数（中位）", "Lead of information, median days"),
        meaning=Text("项目落地之前多少天就已获知；负数为落地以后才知道。", "Days by which a project was known before it landed; negative: learned late."),
        formula=Text("落地日期（缺则报装日期）− 首次获知日期，取中位", "median of landing (else application) − first known"),
        dated_by=_LANDED,
        exclusions=Text("没有首次获知日期的不计；日期不准的单列", "without a date first known: out; vague dates apart"),
        clause="一(一)2",
        controller="公司",
        example=_example(_FOLLOWED, value=18.0, n=3, unknown=0),
    ),
    Ratio(
        id="projects_updated",
        code="K13",
        unit="ratio",
        better="up",
        fact="fact_tracked",
        verdict="verdict",
        value="age",
        reason="reason",
        table="project",
        sources=("project",),
        snapshot=True,
        label=Text("30天内更新过的项目占比", "Projects updated within 30 days"),
        meaning=Text(
            "月末仍在跟踪的项目中，30天内更新过信息的占比。", "Share of the projects still followed at the end of the month that were updated within 30 days."
        ),
        formula=Text("月末距最近更新不超过30天为做到", "at most 30 days since the last update is a hit"),
        dated_by=_END,
        exclusions=Text(
            "已通气、不用气、流失的不计；没有更新日期的，或台账只留下月末之后的更新日期的，计入“无法核验”",
            "gas on, no need of gas, or lost: out; no date of update, or only a later one, stands as unknown",
        ),
        clause="一(一)2",
        controller="公司",
        example=_example(_FOLLOWED, hits=1, n=2, unknown=1),
    ),
    Count(
        id="projects_stale",
        code="K13",
        unit="count",
        better="down",
        fact="fact_tracked",
        counted="verdict = 'miss'",
        unknown="verdict = 'unknown'",
        value="age",
        verdict="'miss'",
        reason="reason",
        table="project",
        sources=("project",),
        snapshot=True,
        label=Text("超30天未更新项目", "Projects not updated for over 30 days"),
        meaning=Text(
            "月末仍在跟踪、超过30天没有更新信息的项目个数。", "Projects still followed at the end of the month whose last update was over 30 days ago."
        ),
        formula=Text("按项目计数", "counted by project"),
        dated_by=_END,
        exclusions=Text("同上一项", "as above"),
        clause="一(一)2",
        controller="公司",
        example=_example(_FOLLOWED, value=1, n=1, unknown=1),
    ),
    *(_stage(*stage) for stage in _STAGES),
)
