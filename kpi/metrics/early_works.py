"""Early information and early pipes: the eight items of a project, and whether the pipe was there before the site was."""

from __future__ import annotations

from kpi.metrics.model import Example, Mean, Metric, Quantile, Ratio
from kpi.words import Text

_FULL = {"name": "甲项目", "contact_name": "李某", "landed_on": "2024-05-20", "location": "示例路1号", "progress": "未开工", "planned_production": "2025年6月",
         "needs_gas": "需要", "gov_lead": "王某", "first_known_at": "2024-05-06"}
_PROJECTS = {"project": [{"project_id": "P1", **_FULL}, {"project_id": "P2", **_FULL, "progress": "待定", "gov_lead": ""}]}

_PIPES = {
    "application": [
        {"app_id": "A1", "applied_at": "2024-03-01", "inside_done_on": "2024-05-10"},
        {"app_id": "A2", "applied_at": "2024-03-01", "inside_done_on": "2024-05-10"},
        {"app_id": "A3", "applied_at": "2024-03-01", "inside_done_on": "2024-05-10"},
    ],
    "work": [{"work_id": "W1", "app_id": "A1", "boundary_ready_on": "2024-05-04"}, {"work_id": "W2", "app_id": "A2"}],
}


def _example(rows: dict, **expect: float | int | None) -> Example:
    return Example(rows=rows, as_of="2024-06-01", month="2024-05", expect=expect)


_KNOWN = Text("首次获知所在月（缺则落地所在月）", "month first known (else landed)")
_DONE = Text("红线内完工所在月", "month in which the works inside were finished")

METRICS: tuple[Metric, ...] = (
    Ratio(
        id="project_info_complete", code="K12", unit="ratio", better="up", fact="fact_project", verdict="verdict", value="filled", reason="reason",
        table="project", sources=("project",),
        label=Text("八项信息齐全率", "Projects with all eight items"),
        meaning=Text("落地项目中，纪要要求的八项信息全部填写的占比。", "Share of projects for which all eight items of the minutes are filled in."),
        formula=Text("八项齐全的项目数 ÷ 项目数", "projects with 8 of 8 ÷ projects"), dated_by=_KNOWN,
        exclusions=Text("“待定”“不详”不算填写", "'to be decided' and 'not known' are not filled in"), clause="一(一)2", controller="公司",
        example=_example(_PROJECTS, hits=1, n=2, unknown=0, value=0.5),
    ),
    Mean(
        id="project_info_items", code="K12", unit="ratio", better="up", fact="fact_project", value="filled", weight="8", good="filled = 8", reason="reason",
        table="project", sources=("project",),
        label=Text("八项信息填写率", "Items filled in"),
        meaning=Text("八项信息中已填写的占比。", "Share of the eight items that are filled in."),
        formula=Text("已填项数 ÷（8 × 项目数）", "items filled ÷ (8 × projects)"), dated_by=_KNOWN,
        exclusions=Text("“待定”“不详”不算填写", "'to be decided' and 'not known' are not filled in"), clause="一(一)2", controller="公司",
        example=_example(_PROJECTS, value=14 / 16, n=2),
    ),
    Ratio(
        id="pipe_ready_first", code="K16", unit="ratio", better="up", fact="fact_inside", verdict="verdict", value="lead_days", reason="reason",
        sources=("application", "work"),
        label=Text("红线外管道先到率", "Pipe at the boundary before the site was ready"),
        meaning=Text("红线内工程完工时，红线外管道已送气至红线交接处的户占比；未建成的也算。",
                     "Share of cases whose outside pipe reached the boundary by the day the inside works were finished; pipes not built count as misses."),
        formula=Text("送气至红线日期不晚于红线内完工日期为做到", "boundary date not after the inside finish date is a hit"), dated_by=_DONE,
        exclusions=Text("无外线的户不计；没有外线工程记录的计入“无法核验”", "cases without an outside line are out; no record of works stands as unknown"),
        clause="一(二)2", controller="公司", example=_example(_PIPES, hits=1, n=2, unknown=1, value=0.5),
    ),
    Quantile(
        id="pipe_lead_days_p50", code="K16", unit="d", better="up", fact="fact_inside", p=0.5, value="lead_days", reason="reason",
        low="lead_days", high="lead_days", sources=("application", "work"),
        label=Text("红线外管道提前天数（中位）", "Lead of the pipe, median days"),
        meaning=Text("送气至红线比红线内完工提前的天数；负数为晚到。", "Days by which the pipe was ahead of the inside works; negative means late."),
        formula=Text("红线内完工日期 − 送气至红线日期，取中位", "median of inside finish date − boundary date"), dated_by=_DONE,
        exclusions=Text("未建成或没有记录的单列", "not built or not recorded stands apart"), clause="一(二)2", controller="公司",
        example=_example(_PIPES, value=6.0, n=1, unknown=2),
    ),
)
