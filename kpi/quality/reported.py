"""What a ledger reports of itself against what its own timestamps say."""

from __future__ import annotations

from kpi.quality.model import Example, Rule
from kpi.quality.phrases import PLACE, digits
from kpi.words import Text

_TEXT = digits("a.duration_reported")

_SELECT = f"""
    with
    said as (
        select a._key, a._file, a._sheet, a._row, a.duration_reported,
            case
                when strpos({_TEXT}, '半') > 0 then 0.5
                else try_cast(regexp_extract({_TEXT}, '^[^0-9]{{0,4}}([0-9]+([.][0-9]+)?) *(个|天|日|工作日|小时|分|d|D|h|H|$)', 1) as double)
            end as number,
            case
                when strpos({_TEXT}, '时') > 0 or strpos(lower({_TEXT}), 'h') > 0 then 'h'
                when strpos({_TEXT}, '分') > 0 then 'm'
                else 'wd'
            end as unit
        from application as a
        where a.duration_reported is not null
            and strpos(a.duration_reported, '月') = 0 and strpos(a.duration_reported, '周') = 0 and strpos(a.duration_reported, '年') = 0 and strpos(a.duration_reported, '以上') = 0
    )
    select t._key as key, 'duration_reported' as field, {PLACE}, t.duration_reported as value, round(v.low_wd, 2) as computed, round(v.low_h, 1) as hours
    from said as t
    join valve as v on v.key = t._key
    where t.number is not null and v.verdict <> 'hit' and v.gas_on_at is not null and (
        (t.unit = 'wd' and v.low_wd > t.number + 0.005) or (t.unit = 'h' and v.low_h > t.number + 0.05) or (t.unit = 'm' and v.low_h * 60 > t.number + 1)
    )
"""
"""Only understatement is certain: days counted by the calendar are never fewer than working days. An hour and a half written
in words, months and weeks are left alone."""

_APP = {"applied_at": "2024-04-01", "ready_at": "2024-05-06 09:00"}

RULES: tuple[Rule, ...] = (
    Rule(
        code="duration_understated", severity="warning", uses=("duration_reported", "gas_on_at"),
        table="application", label=Text("自报用时短于时间记录", "Reported duration shorter than the timestamps"), args=("computed", "hours"),
        select=_SELECT,
        example=Example(
            rows={"application": [
                _APP | {"app_id": "A1", "gas_on_at": "2024-05-08 09:00", "duration_reported": "0.5天"}, _APP | {"app_id": "A2", "gas_on_at": "2024-05-06 11:00", "duration_reported": "0.5天"},
                _APP | {"app_id": "A3", "gas_on_at": "2024-05-08 09:00", "duration_reported": "2个工作日"}, _APP | {"app_id": "A4", "gas_on_at": "2024-05-08 09:00", "duration_reported": "4小时"},
                _APP | {"app_id": "A5", "ready_at": "2024-05-06", "gas_on_at": "2024-05-07", "duration_reported": "半天"},
                _APP | {"app_id": "A6", "gas_on_at": "2024-05-08 09:00", "duration_reported": "半个工作日"}, _APP | {"app_id": "A7", "gas_on_at": "2024-05-08 09:00", "duration_reported": "1周"},
            ]},
            expect=[{"key": "A1", "value": "0.5天", "computed": 2.0, "hours": 13.0}, {"key": "A4", "value": "4小时"}, {"key": "A6"}],
        ),
    ),
)
