-- Facts of service: appeals, visits, follow-ups, ratings, charges, projects.

-- One row per appeal of general or complex level (no level: general) taken in by as-of, with its limit of feedback from the earliest and from the latest moment recorded.
create temp table appeal_limit as
with
seen as (
    select b._key as key, b.app_id, b.grid_code, b.owner, coalesce(b.level_first, b.level) as level,
        b.accepted_at, b.accepted_at_to,
        case when b.accepted_at_p = 'moment' then b.accepted_at else b.accepted_at_to - interval 1 minute end as accepted_last,
        case when b.fb_customer_at < c.as_of then b.fb_customer_at end as fb_at,
        case when b.fb_customer_at < c.as_of then b.fb_customer_at_to end as fb_to,
        case when b.fb_customer_at < c.as_of then case when b.fb_customer_at_p = 'moment' then b.fb_customer_at else b.fb_customer_at_to - interval 1 minute end end as fb_last,
        c.as_of
    from appeal as b
    cross join clock as c
    where b.accepted_at < c.as_of
),
timed as (
    select s.*, k.hours,
        s.accepted_at + k.hours * interval 1 hour as due_24h,
        s.accepted_last + k.hours * interval 1 hour as due_24h_last,
        cast(w1.date as timestamp) + interval 1 day as due_3wd,
        cast(w2.date as timestamp) + interval 1 day as due_3wd_last,
        e.wd as fb_wd, d1.wd as accepted_wd,
        case when s.level = '复杂' then '复杂' when s.level = '重大' then '重大' else '一般' end as duty
    from seen as s
    cross join (
        select max(case when name = 'feedback_hours' then cast(value as bigint) end) as hours,
            max(case when name = 'feedback_working_days' then cast(value as bigint) end) as days
        from rule where name in ('feedback_hours', 'feedback_working_days')
    ) as k
    left join day as d1 on d1.date = cast(s.accepted_at as date)
    left join day as d2 on d2.date = cast(s.accepted_last as date)
    left join day as e on e.date = cast(s.fb_at as date)
    left join workday as w1 on w1.wd = d1.wd + k.days
    left join workday as w2 on w2.wd = d2.wd + k.days
)
select t.*, case when duty = '复杂' then due_3wd else due_24h end as due_at, case when duty = '复杂' then due_3wd_last else due_24h_last end as due_last
from timed as t
where duty <> '重大';

-- One row per appeal of general or complex level whose feedback limit ended by as-of, in the month it ended.
create table fact_appeal as
with
judged as (
    select d.*,
        case
            when level is null then 'unknown'
            when fb_last < accepted_at then 'unknown'
            when fb_at is null and due_last <= as_of then 'miss'
            when fb_at is null then 'unknown'
            when duty = '复杂' and fb_last < due_at then 'hit'
            when duty = '复杂' and fb_at >= due_last then 'miss'
            when duty = '一般' and epoch(fb_to) - epoch(accepted_at) <= hours * 3600 then 'hit'
            when duty = '一般' and epoch(fb_at) - epoch(accepted_last) > hours * 3600 then 'miss'
            else 'unknown'
        end as verdict
    from appeal_limit as d
)
select j.key, j.app_id, j.duty,
    strftime(case when j.duty = '复杂' then j.due_at - interval 1 minute else j.due_at end, '%Y-%m') as month, j.due_at as dated_at,
    j.verdict,
    case
        when j.level is null then 'no_level'
        when j.fb_last < j.accepted_at then 'feedback_before_acceptance'
        when j.fb_at is null and j.verdict = 'miss' then 'no_feedback'
        when j.verdict = 'hit' then 'kept'
        when j.verdict = 'miss' then 'late_feedback'
        else 'imprecise'
    end as reason,
    j.verdict = 'unknown' and j.level is not null and j.fb_at is not null and j.duty = '一般' and j.fb_last >= j.accepted_at
        and epoch(date_trunc('day', j.fb_last)) - epoch(date_trunc('day', j.accepted_at)) <= 86400 as convention,
    case when j.fb_at is null then null when j.duty = '一般' then greatest(0, epoch(j.fb_at) - epoch(j.accepted_at_to)) / 3600.0 else j.fb_wd - j.accepted_wd end as low,
    case when j.duty = '一般' then (epoch(j.fb_to) - epoch(j.accepted_at)) / 3600.0 else j.fb_wd - j.accepted_wd end as high,
    coalesce(cast(case when j.duty = '复杂' then j.due_at - interval 1 minute else j.due_at end as date) >= p.since, false) as provisional,
    coalesce(g.grid_code, case when (select count(*) from grid) = 0 then j.grid_code end, a.grid, '(未填)') as grid,
    coalesce(m.manager, '(未填)') as manager, coalesce(a.build_mode, '(未填)') as build_mode, coalesce(a.user_type, '(未填)') as user_type,
    coalesce(a.park, '(未填)') as park,
    case when j.accepted_at >= e.effective_at then '1.5' when j.fb_at < e.effective_at or j.as_of <= e.effective_at then '11000' else 'straddling' end as regime,
    coalesce(a.outside_line, '(未填)') as outside_line
from judged as j
cross join provisional as p
cross join (select min(cast(value as timestamp)) as effective_at from rule where name = 'effective_date') as e
left join grid_word as g on g.word = j.grid_code
left join app as a on a.app_id = j.app_id
left join manager_word as m on m.word = j.owner
where j.due_at <= j.as_of;

-- One row per visit of the company that happened (arrived) or was agreed (slot ended by as-of), each with its own date.
create table fact_visit as
with
seen as (
    select v._key as key, v.app_id, v.project_id, v.grid_code, v.kind, v.result, v.on_time, v.appt_place, c.as_of,
        v.booked_at, case when v.booked_at_p = 'moment' then v.booked_at else v.booked_at_to - interval 1 minute end as booked_last,
        case when v.arrived_at < c.as_of then v.arrived_at end as arrived_at,
        case when v.arrived_at < c.as_of then v.arrived_at_to end as arrived_to,
        case when v.arrived_at < c.as_of then case when v.arrived_at_p = 'moment' then v.arrived_at else v.arrived_at_to - interval 1 minute end end as arrived_last,
        -- an appointment for a moment is kept on its day and not later
        case when v.appt_start_p = 'moment' and v.appt_end is null then date_trunc('day', v.appt_start) else v.appt_start end as slot_from,
        coalesce(v.appt_end_to, v.appt_start_to) as slot_to,
        v.appt_start_p = 'moment' and v.appt_end is null as slot_is_moment,
        cast(r.value as bigint) * interval 1 minute as tolerance
    from visit as v
    cross join clock as c
    cross join (select arg_max(value, valid_from) as value from rule where name = 'appointment_tolerance_minutes') as r
    where coalesce(v.direction, '上门') = '上门' and coalesce(v.kind, '上门') not in ('用户到厅', '到政府窗口')
),
rows_ as (
    select 'visit' as about, s.*, s.arrived_at as dated_at,
        case
            when booked_at is null or slot_from is null or appt_place is null then 'unknown'
            when booked_last < arrived_at then 'hit'
            when booked_at >= arrived_to then 'miss'
            else 'unknown'
        end as verdict,
        case
            when booked_at is null or slot_from is null or appt_place is null then 'no_record'
            when booked_last < arrived_at then 'kept'
            when booked_at >= arrived_to then 'not_booked'
            else 'imprecise'
        end as reason
    from seen as s
    where arrived_at is not null
    union all
    select 'appointment' as about, s.*, case when slot_is_moment then s.slot_to else s.slot_to - interval 1 minute end as dated_at,
        case
            when result = '公司改约' then 'miss'
            when arrived_at is null and not on_time then 'miss'
            when arrived_at is null then 'unknown'
            when arrived_last <= slot_to + tolerance and arrived_at >= slot_from - tolerance then 'hit'
            when arrived_at > slot_to + tolerance or arrived_last < slot_from - tolerance then 'miss'
            else 'unknown'
        end as verdict,
        case
            when result = '公司改约' then 'company_moved'
            when arrived_at is null and not on_time then 'not_kept'
            when arrived_at is null then 'no_record'
            when arrived_last <= slot_to + tolerance and arrived_at >= slot_from - tolerance then 'kept'
            when arrived_at > slot_to + tolerance then 'late_arrival'
            when arrived_last < slot_from - tolerance then 'early_arrival'
            else 'imprecise'
        end as reason
    from seen as s
    where slot_from is not null and slot_to <= as_of and coalesce(result, '') <> '用户改约'
)
select r.about, r.key, r.app_id,
    strftime(r.dated_at, '%Y-%m') as month, r.dated_at,
    r.verdict, r.reason, false as provisional,
    coalesce(g.grid_code, case when (select count(*) from grid) = 0 then r.grid_code end, nullif(a.grid, '(未填)'), j.grid, '(未填)') as grid,
    coalesce(h.manager, '(未填)') as manager, coalesce(a.build_mode, '(未填)') as build_mode, coalesce(a.user_type, '(未填)') as user_type,
    coalesce(a.park, '(未填)') as park,
    coalesce(a.regime, case when r.dated_at < e.effective_at then '11000' else '1.5' end) as regime,
    coalesce(a.outside_line, '(未填)') as outside_line
from rows_ as r
cross join (select min(cast(value as timestamp)) as effective_at from rule where name = 'effective_date') as e
left join grid_word as g on g.word = r.grid_code
left join app as a on a.app_id = r.app_id
left join project_seen as j on j.project_id = r.project_id
left join holder as h on h.grid_code = coalesce(g.grid_code, nullif(a.grid, '(未填)'), j.grid) and r.dated_at >= h.starts_at and r.dated_at < h.ends_at;

-- One row per application with gas on that was called since: on how many days somebody was reached, or may have been.
create table called_of as
select a.key,
    count(distinct case when f.reached = '接通' then cast(f.fu_at as date) end) as reached_days,
    count(distinct case when f.reached = '接通' or f.reached is null then cast(f.fu_at as date) end) as possible_days
from app as a
join followup as f on f.app_id = a.app_id and f.fu_at < a.as_of and cast(f.fu_at as date) >= cast(a.gas_on_at as date)
where a.gas_on_at is not null
group by a.key;

-- One row per application whose second follow-up fell due by as-of, in the month it fell due.
create view fact_followup as
with
due as (
    select a.*, date_trunc('day', a.gas_on_at) + k.days * interval 1 day as dated_at
    from app as a
    cross join (select cast(arg_max(value, valid_from) as bigint) as days from rule where name = 'followup_second_days') as k
    where a.gas_on_at is not null
)
select d.key, d.app_id, strftime(d.dated_at, '%Y-%m') as month, d.dated_at,
    case
        when e.reached_days >= 2 then 'hit'
        when e.possible_days >= 2 then 'unknown'
        else 'miss'
    end as verdict,
    case
        when e.reached_days >= 2 then 'kept'
        when e.possible_days >= 2 then 'reach_not_recorded'
        when coalesce(e.reached_days, 0) = 1 then 'one_followup'
        else 'no_followup'
    end as reason,
    coalesce(e.reached_days, 0) as reached_days,
    coalesce(cast(d.dated_at as date) >= p.since, false) as provisional,
    d.grid, coalesce(h.manager, '(未填)') as manager, d.build_mode, d.user_type, d.park, d.regime, d.outside_line, d.cell
from due as d
cross join provisional as p
left join called_of as e on e.key = d.key
left join holder as h on h.grid_code = d.grid and d.dated_at >= h.starts_at and d.dated_at < h.ends_at
where d.dated_at + interval 1 day <= d.as_of;

-- One row per valid rating that is the latest of its application, of the company and of the manager apart.
create table fact_rating as
with
scored as (
    select 'company' as about, f._key as key, f.app_id, f.fu_at, f.score_company as score, f.grid_code
    from followup as f cross join clock as c where f.score_company is not null and f.fu_at < c.as_of and coalesce(f.reached, '接通') = '接通'
    union all
    select 'manager' as about, f._key as key, f.app_id, f.fu_at, f.score_manager as score, f.grid_code
    from followup as f cross join clock as c where f.score_manager is not null and f.fu_at < c.as_of and coalesce(f.reached, '接通') = '接通'
),
latest as (
    select *, row_number() over (partition by about, coalesce(app_id, key) order by fu_at desc, key desc) as nth
    from scored
)
select r.about, r.key, r.app_id, strftime(r.fu_at, '%Y-%m') as month, r.fu_at as dated_at, r.score, false as provisional,
    coalesce(g.grid_code, case when (select count(*) from grid) = 0 then r.grid_code end, a.grid, '(未填)') as grid,
    coalesce(h.manager, '(未填)') as manager, coalesce(a.build_mode, '(未填)') as build_mode, coalesce(a.user_type, '(未填)') as user_type,
    coalesce(a.park, '(未填)') as park,
    coalesce(a.regime, case when r.fu_at < e.effective_at then '11000' else '1.5' end) as regime,
    coalesce(a.outside_line, '(未填)') as outside_line
from latest as r
cross join (select min(cast(value as timestamp)) as effective_at from rule where name = 'effective_date') as e
left join grid_word as g on g.word = r.grid_code
left join app as a on a.app_id = r.app_id
left join holder as h on h.grid_code = coalesce(g.grid_code, a.grid) and r.fu_at >= h.starts_at and r.fu_at < h.ends_at
where r.nth = 1;

-- One row per application with gas on whose first follow-up fell due by as-of: is there a valid rating of the company?
create view fact_survey as
select a.key, a.app_id, a.gas_on_month as month, a.gas_on_at as dated_at,
    case when r.app_id is not null then 'hit' else 'miss' end as verdict,
    case when r.app_id is not null then 'kept' else 'no_rating' end as reason,
    false as provisional,
    a.grid, a.gas_on_manager as manager, a.build_mode, a.user_type, a.park, a.regime, a.outside_line, a.cell
from app as a
cross join (select cast(arg_max(value, valid_from) as bigint) as days from rule where name = 'followup_first_days') as k
left join (select distinct app_id from fact_rating where about = 'company') as r on r.app_id = a.app_id
where a.gas_on_at is not null and date_trunc('day', a.gas_on_at) + (k.days + 1) * interval 1 day <= a.as_of;

-- One row per charge that a user paid, or may have paid, for works outside the red line.
create table fact_charge as
select s.key, s.app_id, strftime(s.paid_on, '%Y-%m') as month, s.paid_on as dated_at, s.net,
    case when s.scope = '红线外' and s.payer = '用户' and s.net is not null then 'miss' else 'unknown' end as verdict,
    case
        when s.scope = '红线外' and s.payer = '用户' and s.net is not null then 'charged'
        when s.scope = '混合' then 'bundled'
        when s.scope is null then 'unknown_item'
        else 'no_record'
    end as reason,
    false as provisional,
    coalesce(g.grid_code, case when (select count(*) from grid) = 0 then s.grid_code end, a.grid, '(未填)') as grid,
    coalesce(h.manager, '(未填)') as manager, coalesce(a.build_mode, '(未填)') as build_mode, coalesce(a.user_type, '(未填)') as user_type,
    coalesce(a.park, '(未填)') as park,
    coalesce(a.regime, case when s.paid_on < e.effective_at then '11000' else '1.5' end) as regime,
    coalesce(a.outside_line, '(未填)') as outside_line
from charge_seen as s
cross join (select min(cast(value as timestamp)) as effective_at from rule where name = 'effective_date') as e
left join grid_word as g on g.word = s.grid_code
left join app as a on a.app_id = s.app_id
left join holder as h on h.grid_code = coalesce(g.grid_code, a.grid) and s.paid_on >= h.starts_at and s.paid_on < h.ends_at
where (s.net > 0 or (s.net is null and s.status is distinct from '减免'))
    and coalesce(s.scope, '混合') in ('红线外', '混合') and coalesce(s.payer, '用户') = '用户';

-- One row per project known by as-of, in the month it was first known: how many of its eight items are filled ('to be decided' is not).
create table fact_project as
with
items as (
    select p._key as key, p.project_id, coalesce(p.first_known_at, p.landed_on) as dated_at,
        case when p.name not in ('待定', '不详', '暂无', '未知', '无', '待确认', '不清楚', '不明', '未定', '不确定') then 1 else 0 end as has_name,
        case when p.contact_name not in ('待定', '不详', '暂无', '未知', '无', '待确认', '不清楚', '不明', '未定', '不确定') then 1 else 0 end as has_contact,
        case when p.landed_on is not null then 1 else 0 end as has_landed,
        case when p.location not in ('待定', '不详', '暂无', '未知', '无', '待确认', '不清楚', '不明', '未定', '不确定') then 1 else 0 end as has_location,
        case when p.progress not in ('待定', '不详', '暂无', '未知', '无', '待确认', '不清楚', '不明', '未定', '不确定') then 1 else 0 end as has_progress,
        case when p.planned_production is not null then 1 else 0 end as has_planned,
        case when p.needs_gas is not null then 1 else 0 end as has_need,
        case when p.gov_lead not in ('待定', '不详', '暂无', '未知', '无', '待确认', '不清楚', '不明', '未定', '不确定') then 1 else 0 end as has_lead,
        p.park
    from project as p
),
counted as (
    select *, has_name + has_contact + has_landed + has_location + has_progress + has_planned + has_need + has_lead as filled
    from items
)
select i.key, cast(null as varchar) as app_id, strftime(i.dated_at, '%Y-%m') as month, i.dated_at, i.filled,
    i.has_name, i.has_contact, i.has_landed, i.has_location, i.has_progress, i.has_planned, i.has_need, i.has_lead,
    case when i.filled = 8 then 'hit' else 'miss' end as verdict,
    case when i.filled = 8 then 'kept' else 'items_missing' end as reason,
    false as provisional,
    coalesce(s.grid, '(未填)') as grid, coalesce(h.manager, '(未填)') as manager, '(未填)' as build_mode, '(未填)' as user_type,
    coalesce(i.park, '(未填)') as park,
    case when i.dated_at < e.effective_at then '11000' else '1.5' end as regime,
    '(未填)' as outside_line
from counted as i
join project_seen as s on s.key = i.key
cross join clock as c
cross join (select min(cast(value as timestamp)) as effective_at from rule where name = 'effective_date') as e
left join holder as h on h.grid_code = s.grid and i.dated_at >= h.starts_at and i.dated_at < h.ends_at
where i.dated_at < c.as_of;
