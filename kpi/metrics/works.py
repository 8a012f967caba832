"""Works outside the red line: in step with roads, who paid, how long they took; and who builds inside it."""

from __future__ import annotations

from kpi.metrics.model import Count, Example, Mean, Metric, Quantile, Ratio
from kpi.words import Text

_ROADS = {
    "application": [{"app_id": "A1", "applied_at": "2024-05-01"}],
    "work": [
        {
            "work_id": "W1",
            "road": "一路",
            "road_plan_on": "2024-05-02",
            "gas_plan_on": "2024-05-02",
            "road_start_on": "2024-05-06",
            "gas_start_on": "2024-05-04",
            "road_done_on": "2024-05-28",
            "gas_done_on": "2024-05-28",
        },
        {
            "work_id": "W2",
            "road": "二路",
            "road_plan_on": "2024-05-02",
            "gas_plan_on": "2024-05-02",
            "road_start_on": "2024-05-06",
            "gas_start_on": "2024-05-13",
            "road_done_on": "2024-05-28",
        },
        {"work_id": "W3", "road": "三路", "road_done_on": "2024-05-28", "gas_done_on": "2024-05-27"},
    ],
}
_PAID = {
    "application": [{"app_id": "A1", "applied_at": "2024-04-01"}],
    "work": [
        {
            "work_id": "W1",
            "gas_start_on": "2024-05-06",
            "boundary_ready_on": "2024-05-20",
            "settle": "20万元",
            "paid_by_gov": "15万元",
            "paid_by_company": "5万元",
        },
        {"work_id": "W2", "gas_start_on": "2024-05-06", "boundary_ready_on": "2024-05-10", "settle": "20万元", "paid_by_gov": "20万元", "paid_by_user": "0"},
        {"work_id": "W3", "boundary_ready_on": "2024-05-21"},
    ],
    "clock_stop": [
        {
            "stop_id": "T1",
            "work_id": "W1",
            "reason": "占掘路审批",
            "owner": "政府",
            "start_at": "2024-05-09",
            "end_at": "2024-05-13",
            "noticed_on": "2024-05-09",
        }
    ],
}
_MODES = {"application": [{"app_id": f"A{n}", "applied_at": "2024-05-06", "build_mode": mode} for n, mode in enumerate(("自建", "代建", "代建", ""), start=1)]}

_ENDED = Text("送气至红线所在月（缺则管道验收投产所在月）", "month in which the pipe reached the boundary (else was finished)")
_BLANK = Text("没有记录的计入“无法核验”", "no record stands as unknown")


def _example(rows: dict, **expect: float | int | None) -> Example:
    return Example(rows=rows, as_of="2024-06-01", month="2024-05", expect=expect)


def _in_step(milestone: str, id: str, label: Text, what: Text, dated_by: Text, **expect: float | int | None) -> Ratio:
    return Ratio(
        id=id,
        code="K15",
        unit="ratio",
        better="up",
        fact="fact_road",
        where=f"milestone = '{milestone}'",
        verdict="verdict",
        value="lag_days",
        reason="reason",
        table="work",
        sources=("work",),
        label=label,
        meaning=Text(
            f"道路{what.zh}已到的路段中，燃气管道不晚于道路的占比；管道还没办的也算。",
            f"Share of road sections past {what.en} whose gas pipe was not later than the road; pipes not yet there count as misses.",
        ),
        formula=Text("管道日期不晚于道路日期为做到", "pipe date not after the road's is a hit"),
        dated_by=dated_by,
        exclusions=Text("没有道路日期的工程不计；日期不准的计入“无法核验”", "works without a date of a road are out; vague dates stand as unknown"),
        clause="一(二)1",
        controller="公司",
        example=_example(_ROADS, **expect),
    )


def _payer(name: str, label: Text, value: float | None, n: int) -> Count:
    return Count(
        id=f"outside_paid_{name}",
        code="K17",
        unit="yuan",
        better="none",
        fact="fact_outside",
        counted=f"{name}_yuan is not null",
        unknown=f"{name}_yuan is null",
        value=f"{name}_yuan",
        table="work",
        sources=("work",),
        label=label,
        meaning=Text(
            "当月到红线的外线工程，台账记录的该方出资合计。", "Sum that this party paid, by the ledger, for works that reached the boundary in that month."
        ),
        formula=Text("出资额相加", "sum of amounts"),
        dated_by=_ENDED,
        exclusions=_BLANK,
        clause="一(二)2；一(七)",
        controller="政府",
        example=_example(_PAID, value=value, n=n),
    )


def _length(id: str, p: float, column: str, label: Text, meaning: Text, value: float) -> Quantile:
    return Quantile(
        id=id,
        code="K18",
        unit="wd",
        better="down",
        fact="fact_outside",
        p=p,
        value="net_wd" if column == "net" else "value_wd",
        low="net_low_wd" if column == "net" else "low_wd",
        high="net_high_wd" if column == "net" else "high_wd",
        reason="reason",
        table="work",
        sources=("work",),
        label=label,
        meaning=meaning,
        formula=Text(
            "管道开工次日起数到送气至红线当日的工作日" + ("，减去停表的工作日（首尾两天都减）" if column == "net" else ""),
            "working days after the day of beginning up to the day the pipe was there"
            + (", less the working days stopped, both ends included" if column == "net" else ""),
        ),
        dated_by=_ENDED,
        exclusions=Text("没有开工日期或日期不准的单列", "without a date of beginning, or vague: apart"),
        clause="一(二)2",
        controller="公司",
        example=_example(_PAID, value=value, n=2, unknown=1),
    )


def _mode(id: str, mode: str, label: Text, value: int) -> Count:
    return Count(
        id=id,
        code="K19",
        unit="count",
        better="none",
        fact="fact_wait",
        counted=f"build_mode = '{mode}'",
        unknown="build_mode = '(未填)'",
        label=label,
        meaning=Text(
            "当月报装中选择这种红线内建设方式的件数。由用户自愿选择，只观察，不设目标。",
            "Applications of that month with this way of building inside the red line. The user's free choice: watched, never a target.",
        ),
        formula=Text("按报装计数", "counted by application"),
        dated_by=Text("报装所在月", "month of application"),
        exclusions=Text("没有填写的单列", "not stated stands apart"),
        clause="一(三)1",
        controller="用户",
        example=_example(_MODES, value=value, n=value, unknown=1),
    )


METRICS: tuple[Metric, ...] = (
    _in_step(
        "whole",
        "road_in_step",
        Text("管道与道路三同步率", "Pipes in step with roads"),
        Text("竣工", "completion"),
        Text("道路竣工所在月", "month in which the road was done"),
        hits=1,
        n=2,
        unknown=1,
    ),
    _in_step(
        "plan",
        "road_in_step_plan",
        Text("同步规划率", "Planned in step"),
        Text("规划", "planning"),
        Text("道路规划所在月", "month of the road's plan"),
        hits=2,
        n=2,
        unknown=0,
    ),
    _in_step(
        "start",
        "road_in_step_start",
        Text("同步施工率", "Begun in step"),
        Text("开工", "start"),
        Text("道路开工所在月", "month in which the road was begun"),
        hits=1,
        n=2,
        unknown=0,
    ),
    _in_step(
        "done",
        "road_in_step_done",
        Text("同步验收投产率", "Finished in step"),
        Text("竣工", "completion"),
        Text("道路竣工所在月", "month in which the road was done"),
        hits=2,
        n=3,
        unknown=0,
    ),
    Mean(
        id="outside_by_government",
        code="K17",
        unit="ratio",
        better="up",
        fact="fact_outside",
        value="gov_yuan",
        weight="cost_yuan",
        good="gov_yuan >= cost_yuan",
        reason="reason",
        table="work",
        sources=("work",),
        label=Text("红线外政府出资率", "Outside works paid by the government"),
        meaning=Text(
            "当月到红线的外线工程，政府出资占结算金额的比例；燃气公司垫资不算政府出资。",
            "Share of the settled cost of works that reached the boundary in that month that the government paid; money advanced by the company is not the government's.",
        ),
        formula=Text("政府出资合计 ÷ 结算合计", "sum paid by government ÷ sum settled"),
        dated_by=_ENDED,
        exclusions=Text("没有结算（或三方出资）金额的计入“无法核验”", "without a settled sum (or all three payers): unknown"),
        clause="一(二)2；一(七)",
        controller="政府",
        example=_example(_PAID, value=35 / 40, n=2, unknown=1),
    ),
    _payer("gov", Text("红线外政府出资额", "Paid by the government"), 350_000.0, 2),
    _payer("company", Text("红线外燃气公司垫资额", "Advanced by the gas company"), 50_000.0, 1),
    _payer("user", Text("红线外用户出资额", "Paid by users"), 0.0, 1),
    _length(
        "outside_works_p50",
        0.5,
        "value",
        Text("红线外工期（中位）", "Duration of outside works, median"),
        Text(
            "一半的外线工程在这么多工作日内从开工到送气至红线，含停工。",
            "Half of the works took at most this many working days from beginning to boundary, stops included.",
        ),
        7.5,
    ),
    _length(
        "outside_works_p85",
        0.85,
        "value",
        Text("红线外工期（85%）", "Duration of outside works, most"),
        Text("85%的外线工程在这么多工作日内从开工到送气至红线，含停工。", "85 % of the works took at most this many working days, stops included."),
        9.95,
    ),
    _length(
        "outside_works_net_p50",
        0.5,
        "net",
        Text("红线外工期（中位，扣除停表）", "Duration of outside works without stops, median"),
        Text("同上，扣除用户、政府、第三方和不可抗力造成且已告知的停工。", "The same without stops caused by others and told in advance."),
        5.5,
    ),
    _mode("built_by_user", "自建", Text("自建件数", "Self-built applications"), 1),
    _mode("built_by_company", "代建", Text("代建件数", "Entrusted applications"), 2),
)
