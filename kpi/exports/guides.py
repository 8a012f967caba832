"""How a column is filled in: its header with unit, format, allowed words and an example, as a template tells it."""

from __future__ import annotations

from kpi.exports.choices import CHOICES
from kpi.exports.fields import Field, Table
from kpi.words import word

SCORES = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
"""Words of the five ratings, best first (kpi/standards)."""

YES_NO = ("是", "否")

_WAN = {"work": "万元", "project": "万元"}
"""Tables whose amounts offices give in 万元."""
_EXAMPLES = {
    "app_id": "BZ202405001", "project_id": "XM202405001", "work_id": "GC202405001", "visit_id": "SM202405001", "charge_id": "FY202405001", "case_id": "SQ202405001",
    "fu_id": "HF202405001", "stop_id": "TB202405001", "contract_no": "HT202405001", "receipt_no": "00123456", "uscc": "示例代码", "grid_code": "G01", "manager_id": "0012",
    "customer_name": "示例食品有限公司", "customer": "示例食品有限公司", "investor": "示例投资有限公司", "name": "示例食品加工项目", "contact_name": "示例联系人", "address": "示例路1号",
    "location": "示例路1号", "landed_basis": "签订合同", "progress": "主体施工", "industry": "食品加工", "gov_lead": "示例领导", "road": "示例路", "contractor": "示例施工单位",
    "park": "示例工业园", "parks": "示例工业园", "grid_name": "一号网格", "district": "示例区", "boundary": "示例路以北", "manager": "示例经理", "manager_name": "示例经理",
    "first_handler": "示例人员", "owner": "示例经理", "staff": "示例人员", "surveyor": "示例人员", "backup": "示例人员", "dept": "规划开发部", "accept_dept": "客服中心", "owner_dept": "规划开发部",
    "docs_list": "营业执照", "duration_reported": "0.5个工作日", "pressure": "中压A", "meter": "G25", "dn": "DN110", "funding_source": "政府出资", "item": "安装费", "basis": "合同",
    "appt_place": "示例路1号", "place": "营业厅", "errand_reason": "补资料", "evidence": "工单照片", "method": "电话", "topic": "通气预约", "content": "咨询何时通气", "closed_basis": "客户确认",
    "application.status": "已通气", "project.status": "跟踪中", "work.status": "施工", "appeal.status": "已办结", "project.source": "园区专班", "appeal.source": "客服热线", "appeal.kind": "咨询",
    "work.name": "示例路中压管道工程", "park.channel": "微信群",
}


def allowed(field: Field) -> list[str]:
    """Return the words a column may hold, empty where anything goes."""
    if field.kind == "choice":
        return list(CHOICES[field.choice])
    return list(YES_NO) if field.kind == "yesno" else list(SCORES) if field.kind == "score" else []


def offered(field: Field) -> list[str]:
    """Return the words a template offers: those allowed, without residents, who are out of scope."""
    return [text for text in allowed(field) if text != "居民"]


def unit(table: Table, field: Field) -> str:
    """Return the unit a column is filled in, empty where it has none."""
    if field.kind == "yuan":
        return field.default_unit or _WAN.get(table.name, "元")
    return field.default_unit


def needed(table: Table, field: Field) -> str:
    """Return "must" for a column that may not be blank, "one" where one of several must be filled, else an empty string."""
    if field.name in table.key:
        return "must"
    groups = [group for group in table.required if field.name in group]
    return "" if not groups else "must" if any(len(group) == 1 for group in groups) else "one"


MARKS = {"must": "*", "one": "△", "": ""}
"""Signs before a header; the reader drops them."""


def header(table: Table, field: Field) -> str:
    """Return the header of a column: sign, usual name, unit."""
    given = unit(table, field)
    return MARKS[needed(table, field)] + field.zh + (f"（{given}）" if given else "")


def example(table: Table, field: Field) -> str | float:
    """Return what the example row holds in a column."""
    if options := offered(field):
        return options[0]
    for key in (f"{table.name}.{field.name}", field.name):
        if key in _EXAMPLES:
            return _EXAMPLES[key]
    if field.kind == "time":
        return "2024-05-20" if field.planned or field.name.endswith("_on") or field.name in ("valid_from", "valid_to") else "2024-05-20 14:30"
    return {"id": "0012", "phone": "13800000000", "yuan": 1200.5, "number": 12.5, "count": 1}.get(field.kind, "")


def format_of(table: Table, field: Field, lang: str = "zh") -> str:
    """Return in one sentence how a column is filled in."""
    key = "planned" if field.kind == "time" and field.planned else "list" if allowed(field) else field.kind
    return word(f"files.format.{key}", lang, options="、".join(offered(field)), unit=unit(table, field))
