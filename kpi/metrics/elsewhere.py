"""Entries of the catalogue that are no figure of their own: made up of other KPIs, reckoned elsewhere, or not measured, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.words import Text


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of an entry: the ids it is read from, and what stands beside them."""

    label: Text
    ids: tuple[str, ...] = ()
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Linked:
    """An entry whose figures exist already: they are named here and reckoned nowhere twice."""

    code: str
    label: Text
    meaning: Text
    clause: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class Unmeasured:
    """What the ledgers cannot tell, and why."""

    code: str
    label: Text
    reason: Text
    clause: str


LINKED: tuple[Linked, ...] = (
    Linked(
        code="R03", clause="一；二", label=Text("获得用气五项评价指标", "Five indicators by which getting gas is evaluated"),
        meaning=Text("外部评价的五项二级指标，各由下列指标回答；不另算，也不合成总分。",
            "Five second-level indicators of outside evaluations, each answered by the KPIs below; nothing is reckoned again, and no total is made of them."),
        parts=(
            Part(label=Text("时间", "Time"), ids=("whole_wait_median", "whole_wait_p85", "valve_on_time", "valve_time_p50", "company_time_p50", "connected_by_agreed_day")),
            Part(label=Text("环节（材料数在内）", "Steps (documents included)"), ids=("one_process", "zero_material", "docs_self_sourced", "turnkey_whole")),
            Part(label=Text("成本", "Cost"), ids=("zero_fee", "user_charge_count", "user_charge_amount", "outside_by_government")),
            Part(
                label=Text("创新与服务", "Innovation and service"), ids=("zero_errand", "visit_appointed", "appointment_kept", "feedback_24h", "feedback_3wd", "told_once_in_full", "enquiries_answered"),
                note=Text("创新举措以文件为证，台账里没有：未测量。", "Innovations are shown by documents, not by ledgers: not measured."),
            ),
            Part(label=Text("市场主体感受", "What users feel"), ids=("satisfied_company", "satisfied_company_with_basic", "satisfied_manager", "survey_coverage", "complaints_per_100",
                "bad_ratings_rectified")),
        ),
    ),
    Linked(
        code="R11", clause="一；二(二)", label=Text("承诺兑现情况表", "How each promise was kept"),
        meaning=Text("每项承诺：受理 = 做到 + 按规定剔除 + 未做到 + 无法核验。前者取该项指标的户数，剔除取下列件数，逐户写明原因；月报工作簿“承诺兑现”页按此列出。",
                     "For each promise: taken in = kept + left out by the rules + not kept + cannot be told. Counts are the KPI's, what is left out is counted below; a sheet of the workbook lists it."),
        parts=(
            Part(label=Text("0.5个工作日通气", "Gas on within 0.5 working day"), ids=("valve_on_time", "valve_excluded")),
            Part(label=Text("1个流程", "One process"), ids=("one_process",)),
            Part(label=Text("零资料", "No documents"), ids=("zero_material",)),
            Part(label=Text("零跑腿", "No errands"), ids=("zero_errand",)),
            Part(label=Text("红线外零费用", "No fee outside the red line"), ids=("zero_fee",)),
            Part(label=Text("24小时、3个工作日内反馈", "Feedback within 24 hours or 3 working days"), ids=("feedback_24h", "feedback_3wd", "major_matters")),
            Part(label=Text("按约上门", "Appointments kept"), ids=("appointment_kept", "appointment_excluded")),
            Part(label=Text("代建按合同工期", "Entrusted works by contract date"), ids=("contract_kept", "contract_excluded")),
        ),
    ),
    Linked(
        code="R13", clause="—", label=Text("台账质量", "Quality of the ledgers"), meaning=Text("不合成得分：各项在“台账质量”页按网格、台账、月份列出，并可追到行。",
            "No score is made of it: each measure stands on the page of the ledgers' quality by grid, ledger and month, down to the row."),
        parts=(
            Part(label=Text("必填项填写率", "Needed cells filled"), note=Text("“台账质量”页：完整", "page on the ledgers' quality: complete")),
            Part(label=Text("记到时刻的占比", "Times with a time of day"), note=Text("“台账质量”页：记时", "page on the ledgers' quality: precise")),
            Part(label=Text("自相矛盾、退回、警告", "Contradictions, rejects, warnings"), note=Text("“台账质量”页：问题清单", "page on the ledgers' quality: findings")),
            Part(label=Text("凭据", "Evidence"), ids=("zero_fee", "zero_errand", "zero_material"), note=Text("各项的“无法核验”即没有凭据的户", "their unknown cases are those without evidence")),
        ),
    ),
)

UNMEASURED: tuple[Unmeasured, ...] = (
    Unmeasured(
        code="R09", label=Text("信息公开完整、及时", "Disclosure complete and in time"), clause="燃气条例17；优化营商环境条例28、70",
        reason=Text("公开了什么、何时公开，要看网站和营业厅的公示，报装、费用、诉求各台账里没有。需要一份公开事项台账（事项、应公开日、公开日、地址）才能计算。",
                    "What was published and when stands on the website and in the halls, in none of the ledgers. It would take a register of disclosures (item, due day, day published, address)."),
    ),
    Unmeasured(
        code="R11", label=Text("未达标赔付笔数、金额", "Payments for promises not kept"), clause="—",
        reason=Text("纪要没有赔付办法，台账没有赔付记录；有了办法和记录再增列。", "The minutes set no scheme of payments and no ledger records any; to be added once both exist."),
    ),
    Unmeasured(
        code="R03", label=Text("创新举措", "Innovations"), clause="—", reason=Text("以文件和案例为证，由评价人判断，台账里没有可计数的记录。",
            "Shown by documents and cases and judged by the evaluator; no ledger holds anything to count."),
    ),
)
"""Written 未测量 / not measured in the dictionary."""


def linked(code: str) -> list[Linked]:
    """Return the entries of a code that are made up of other KPIs."""
    return [entry for entry in LINKED if entry.code == code.upper()]


def unmeasured(code: str) -> list[Unmeasured]:
    """Return what of a code is not measured."""
    return [entry for entry in UNMEASURED if entry.code == code.upper()]
