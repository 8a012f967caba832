"""Clock-stops: ends before starts, stops that overlap, stand open after gas on, or do not count for want of a notice."""

from __future__ import annotations

from kpi.quality.model import Example, Rule
from kpi.quality.phrases import PLACE, last, pick, written
from kpi.words import Text

_APP = {"app_id": "A1", "applied_at": "2024-04-01"}
_STOP = {"app_id": "A1", "reason": "用户停工", "owner": "用户", "noticed_on": "2024-04-30"}

RULES: tuple[Rule, ...] = (
    Rule(
        code="stop_reversed", severity="warning", uses=("end_at",), table="clock_stop", label=Text("停表结束早于开始", "Stop ends before it starts"), args=("first_at", "then_at"),
        select=pick("clock_stop", "end_at", written("t.end_at"), f"t.start_at > {last('t.end_at')}", first_at=written("t.start_at"), then_at=written("t.end_at")),
        example=Example(
            rows={"clock_stop": [_STOP | {"stop_id": "T1", "start_at": "2024-05-08", "end_at": "2024-05-06"}, _STOP | {"stop_id": "T2", "start_at": "2024-05-06 14:00", "end_at": "2024-05-06"}]},
            expect=[{"key": "T1", "field": "end_at", "first_at": "2024-05-08T00:00|day", "then_at": "2024-05-06T00:00|day"}],
        ),
    ),
    Rule(
        code="stop_overlaps", severity="warning", uses=("app_id", "end_at"), table="clock_stop", label=Text("停表时间重叠", "Stops overlap"), args=("other", "until", "since"),
        select=f"""
            select t._key as key, 'start_at' as field, {PLACE}, {written("t.start_at")} as value, t.before_id as other,
                strftime(t.before_end, '%Y-%m-%dT%H:%M') || '|moment' as until, {written("t.start_at")} as since
            from (
                select s.*, max(s.end_at) over earlier as before_end, arg_max(s.stop_id, s.end_at) over earlier as before_id
                from clock_stop as s
                where s.app_id is not null and s.start_at is not null
                window earlier as (partition by s.app_id order by s.start_at, s._key rows between unbounded preceding and 1 preceding)
            ) as t
            where {last("t.start_at")} < t.before_end
        """,
        example=Example(
            rows={"clock_stop": [
                _STOP | {"stop_id": "T1", "start_at": "2024-05-06 09:00", "end_at": "2024-05-10 09:00"}, _STOP | {"stop_id": "T2", "start_at": "2024-05-08 09:00", "end_at": "2024-05-09 09:00"},
                _STOP | {"stop_id": "T3", "start_at": "2024-05-10 09:00"}, _STOP | {"stop_id": "T4", "app_id": "A2", "start_at": "2024-05-08 09:00"},
            ]},
            expect=[{"key": "T2", "other": "T1", "until": "2024-05-10T09:00|moment", "since": "2024-05-08T09:00|moment"}],
        ),
    ),
    Rule(
        code="stop_open_after_gas_on", severity="warning", uses=("app_id",), table="clock_stop", label=Text("已通气，停表没有结束", "Stop still open after gas on"), args=("gas_on_at",), needs=("application",),
        select=pick("clock_stop", "end_at", "''", "t.end_at is null and a.gas_on_at < c.as_of", more="join application as a on a.app_id = t.app_id cross join clock as c",
                    gas_on_at=written("a.gas_on_at")),
        example=Example(
            rows={"application": [_APP | {"gas_on_at": "2024-05-20"}, _APP | {"app_id": "A2"}],
                  "clock_stop": [_STOP | {"stop_id": "T1", "start_at": "2024-05-06"}, _STOP | {"stop_id": "T2", "app_id": "A2", "start_at": "2024-05-06"},
                                 _STOP | {"stop_id": "T3", "start_at": "2024-05-07", "end_at": "2024-05-08"}]},
            expect=[{"key": "T1", "field": "end_at", "gas_on_at": "2024-05-20T00:00|day"}],
        ),
    ),
    Rule(
        code="stop_after_gas_on", severity="warning", uses=("app_id",), table="clock_stop", label=Text("停表开始晚于通气", "Stop begins after gas on"), args=("gas_on_at", "at"), needs=("application",),
        select=pick("clock_stop", "start_at", written("t.start_at"), f"t.start_at > {last('a.gas_on_at')}", more="join application as a on a.app_id = t.app_id",
                    gas_on_at=written("a.gas_on_at"), at=written("t.start_at")),
        example=Example(
            rows={"application": [_APP | {"gas_on_at": "2024-05-06"}],
                  "clock_stop": [_STOP | {"stop_id": "T1", "start_at": "2024-05-07", "end_at": "2024-05-08"}, _STOP | {"stop_id": "T2", "start_at": "2024-05-06", "end_at": "2024-05-06"}]},
            expect=[{"key": "T1", "gas_on_at": "2024-05-06T00:00|day", "at": "2024-05-07T00:00|day"}],
        ),
    ),
    Rule(
        code="stop_not_counted", severity="info", table="clock_stop", label=Text("停表不予扣除：没有告知日期", "Stop does not count: no notice"), args=("why",),
        select=pick("clock_stop", "noticed_on", "''", why="coalesce(t.reason, '')", where="t.noticed_on is null and t.reason not in ('公司人员', '公司材料', '公司表具', '公司气源') and coalesce(t.owner, '') <> '公司'"),
        example=Example(
            rows={"clock_stop": [_STOP | {"stop_id": "T1", "start_at": "2024-05-06", "noticed_on": ""}, _STOP | {"stop_id": "T2", "start_at": "2024-05-06"},
                                 {"stop_id": "T3", "start_at": "2024-05-06", "reason": "公司表具", "owner": "公司"}]},
            expect=[{"key": "T1", "field": "noticed_on", "why": "用户停工"}],
        ),
    ),
)
