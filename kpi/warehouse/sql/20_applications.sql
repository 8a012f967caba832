-- Applications as they stood at the as-of moment: what happens on or after it has not happened.

-- One row per project, with its grid.
create table project_seen as
select p._key as key, p.project_id,
    coalesce(g.grid_code, case when (select count(*) from grid) = 0 then p.grid_code end) as grid,
    case when p.landed_on < c.as_of then p.landed_on end as landed_on
from project as p
cross join clock as c
left join grid_word as g on g.word = p.grid_code;

-- One row per outside work that serves an application: by its own number, else through the project.
create table work_of as
select w._key as key, coalesce(a.app_id, b.app_id) as app_id,
    case when w.boundary_ready_on < c.as_of then w.boundary_ready_on end as boundary_ready_on,
    case when w.boundary_ready_on < c.as_of then w.boundary_ready_on_to end as boundary_ready_on_to,
    w.paid_by_user, w.app_id is not null as direct
from work as w
cross join clock as c
left join application as a on a.app_id = w.app_id
left join application as b on w.app_id is null and b.project_id = w.project_id
where coalesce(a.app_id, b.app_id) is not null;

-- One row per application that moved its slot at the user's wish, with the slot its gas-on visits name.
create temp table slot_of as
select v.app_id,
    max(case when v.result = '用户改约' then 1 else 0 end) as moved,
    max(case when v.kind = '通气' then v.appt_start end) as appt_start,
    arg_max(v.appt_start_to, case when v.kind = '通气' then v.appt_start end) as appt_start_to,
    arg_max(v.appt_start_p, case when v.kind = '通气' then v.appt_start end) as appt_start_p
from visit as v
cross join clock as c
where v.app_id is not null and coalesce(v.booked_at, v.appt_start, v.arrived_at) < c.as_of
group by v.app_id;

-- One row per application applied for before as-of; unseen events are null; `slot_*` only where it counts for the limit, `taken_*` and `agreed_*` as they stand in the ledger.
create temp view app_seen as
with
seen as (
    select a._key as key, a.app_id, a.project_id, a.channel, a.dept, a.steps_n,
        a.docs_requested_n, a.docs_online_n, a.docs_needed_n, a.confirm_signed, a.accept_attended, a.accept_first_result,
        case when a.accepted_at < c.as_of then a.accepted_at end as accepted_at,
        case when a.accept_passed_at < c.as_of then a.accept_passed_at end as accept_passed_at,
        case when a.contract_extended_to is null then a.contract_due_on_to else a.contract_extended_to_to end as promised_to,
        case when a.told_process_on < c.as_of then 1 else 0 end + case when a.told_gas_on_on < c.as_of then 1 else 0 end
            + case when a.told_safety_on < c.as_of then 1 else 0 end as told_n,
        case when a.customer_name not in ('待定', '不详', '暂无', '未知', '无', '待确认', '不清楚', '不明', '未定', '不确定') then 1 else 0 end
            + case when a.uscc not in ('待定', '不详', '暂无', '未知', '无', '待确认', '不清楚', '不明', '未定', '不确定') then 1 else 0 end
            + case when a.user_type is not null then 1 else 0 end + case when a.address not in ('待定', '不详', '暂无', '未知', '无', '待确认', '不清楚', '不明', '未定', '不确定') then 1 else 0 end
            + case when a.contact_name not in ('待定', '不详', '暂无', '未知', '无', '待确认', '不清楚', '不明', '未定', '不确定') then 1 else 0 end + case when a.contact_phone is not null then 1 else 0 end
            + case when a.meter not in ('待定', '不详', '暂无', '未知', '无', '待确认', '不清楚', '不明', '未定', '不确定') then 1 else 0 end
            + case when coalesce(a.demand_h, a.demand_d, a.demand_y) is not null then 1 else 0 end
            + case when a.supply_contract_on < c.as_of then 1 else 0 end + case when a.account_opened_on < c.as_of then 1 else 0 end as archive_n,
        a.applied_at, a.applied_at_to, a.applied_at_p,
        case when a.design_on < c.as_of then 1 else 0 end as designed, case when a.approval_done_on < c.as_of then 1 else 0 end as approved,
        case when a.account_opened_on < c.as_of then 1 else 0 end as opened,
        case when a.quoted_on < c.as_of then a.quoted_on end as quoted_on,
        case when a.quoted_on < c.as_of and a.quoted_on_p = 'moment' then a.quoted_on when a.quoted_on < c.as_of then a.quoted_on_to - interval 1 minute end as quoted_last,
        coalesce(a.accepted_at, a.applied_at) as taken_at,
        case
            when a.accepted_at is null then case when a.applied_at_p = 'moment' then a.applied_at else a.applied_at_to - interval 1 minute end
            when a.accepted_at_p = 'moment' then a.accepted_at
            else a.accepted_at_to - interval 1 minute
        end as taken_last,
        a.appt_by, cast(coalesce(a.appt_start, a.appt_end) as date) as agreed_first,
        cast(case when a.appt_end is null and a.appt_start_to > a.appt_start then a.appt_start_to - interval 1 minute when a.appt_end is null then a.appt_start
            when a.appt_end_to > a.appt_end then a.appt_end_to - interval 1 minute else a.appt_end end as date) as agreed_last,
        case when a.ready_at < c.as_of then a.ready_at end as ready_at,
        case when a.ready_at < c.as_of then a.ready_at_to end as ready_at_to,
        case when a.ready_at < c.as_of then a.ready_at_p end as ready_at_p,
        case when a.gas_requested_at < c.as_of then a.gas_requested_at end as asked_at,
        case when a.gas_requested_at < c.as_of then a.gas_requested_at_to end as asked_at_to,
        case when a.gas_requested_at < c.as_of then a.gas_requested_at_p end as asked_at_p,
        case when a.gas_on_at < c.as_of then a.gas_on_at end as gas_on_at,
        case when a.gas_on_at < c.as_of then a.gas_on_at_to end as gas_on_at_to,
        case when a.gas_on_at < c.as_of then a.gas_on_at_p end as gas_on_at_p,
        case when a.cancelled_on < c.as_of and (a.gas_on_at is null or a.gas_on_at >= c.as_of) then a.cancelled_on end as cancelled_on,
        case when a.cancelled_on < c.as_of and (a.gas_on_at is null or a.gas_on_at >= c.as_of) then a.cancelled_on_to end as cancelled_on_to,
        case when a.cancelled_on < c.as_of and (a.gas_on_at is null or a.gas_on_at >= c.as_of) then a.cancelled_on_p end as cancelled_on_p,
        case when a.inside_done_on < c.as_of then a.inside_done_on end as inside_done_on,
        case when a.inside_done_on < c.as_of then a.inside_done_on_to end as inside_done_on_to,
        case when a.appt_by = '用户' or s.moved = 1 then coalesce(a.appt_start, s.appt_start) end as slot_at,
        case when a.appt_by = '用户' or s.moved = 1 then case when a.appt_start is null then s.appt_start_to else a.appt_start_to end end as slot_at_to,
        case when a.appt_by = '用户' or s.moved = 1 then case when a.appt_start is null then s.appt_start_p else a.appt_start_p end end as slot_at_p,
        a.user_type, a.build_mode, coalesce(a.park, '(未填)') as park,
        a.outside_line,
        coalesce(g.grid_code, case when (select count(*) from grid) = 0 then a.grid_code end, p.grid) as grid,
        p.landed_on, c.as_of, e.effective_at
    from application as a
    cross join clock as c
    cross join (select min(cast(value as timestamp)) as effective_at from rule where name = 'effective_date') as e
    left join grid_word as g on g.word = a.grid_code
    left join project_seen as p on p.project_id = a.project_id
    left join slot_of as s on s.app_id = a.app_id
    -- as a plain comparison it would be planned as a join that keeps hardly any row
    where coalesce(a.applied_at < c.as_of, false)
)
select key, app_id, project_id, channel, dept, steps_n, docs_requested_n, docs_online_n, docs_needed_n, confirm_signed,
    accept_attended, accept_first_result, accepted_at, accept_passed_at, promised_to, told_n, archive_n, asked_at,
    designed, approved, opened, quoted_on, quoted_last, taken_at, taken_last, appt_by, agreed_first, agreed_last,
    applied_at, applied_at_to, gas_on_at, gas_on_at_to,
    case when gas_on_at_p = 'moment' then gas_on_at else gas_on_at_to - interval 1 minute end as gas_on_last,
    cancelled_on, inside_done_on, inside_done_on_to, landed_on, as_of,
    ready_at, slot_at,
    -- days between what is dated only to a month, or ends before it begins, are not told
    applied_at_p in ('month', 'vague') or coalesce(gas_on_at_p, cancelled_on_p, '') in ('month', 'vague')
        or coalesce(case when cancelled_on_p = 'moment' then cancelled_on else cancelled_on_to - interval 1 minute end < applied_at, false) as undated,
    -- the later of the conditions; a slot counts from its beginning, a span keeps its width
    case when ready_at is not null then greatest(ready_at, coalesce(asked_at, ready_at), coalesce(slot_at, ready_at)) end as start_from,
    case when ready_at is not null then greatest(ready_at_to, coalesce(asked_at_to, ready_at_to),
        coalesce(case when slot_at_p in ('moment', 'slot') then slot_at else slot_at_to end, ready_at_to)) end as start_to,
    case when ready_at is not null then greatest(
        case when ready_at_p = 'moment' then ready_at else ready_at_to - interval 1 minute end,
        coalesce(case when asked_at_p = 'moment' then asked_at else asked_at_to - interval 1 minute end, ready_at),
        coalesce(case when slot_at_p in ('moment', 'slot') then slot_at else slot_at_to - interval 1 minute end, ready_at)) end as start_last,
    -- contradictions: what must have come first stands wholly after gas-on
    coalesce(greatest(ready_at, coalesce(asked_at, ready_at)) > case when gas_on_at_p = 'moment' then gas_on_at else gas_on_at_to - interval 1 minute end, false) as clash_ready,
    coalesce(applied_at > case when gas_on_at_p = 'moment' then gas_on_at else gas_on_at_to - interval 1 minute end, false) as clash_applied,
    coalesce(grid, '(未填)') as grid,
    coalesce(build_mode, '(未填)') as build_mode,
    coalesce(user_type, '(未填)') as user_type,
    park,
    coalesce(outside_line, '(未填)') as outside_line,
    case
        when applied_at >= effective_at then '1.5'
        when gas_on_at < effective_at then '11000'
        when cancelled_on < effective_at then '11000'
        when gas_on_at is null and as_of <= effective_at then '11000'
        else 'straddling'
    end as regime
from seen;
