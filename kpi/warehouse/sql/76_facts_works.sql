-- Facts of projects and works outside the red line: known early, kept up to date, built in step with roads, paid for by the government.

-- One row per project, with its grid and the month it was first known (else landed).
create temp table project_of as
select p._key as key, p.project_id, coalesce(p.first_known_at, p.landed_on) as known_at, p.needs_gas, p.status,
    p.first_known_at, p.first_known_at_to, p.landed_on, p.landed_on_to, p.updated_on, p.updated_on_to, p.updated_on_p,
    coalesce(s.grid, '(未填)') as grid, coalesce(p.park, '(未填)') as park, e.effective_at, c.as_of
from project as p
join project_seen as s on s.key = p._key
cross join clock as c
cross join (select min(cast(value as timestamp)) as effective_at from rule where name = 'effective_date') as e
where coalesce(p.first_known_at, p.landed_on) < c.as_of;

-- One row per project and the furthest its applications came: 1 known, 2 needs gas, 3 applied, 4 pipe at the boundary, 5 ready, 6 gas on.
create temp table reached_of as
with
pipe as (
    select app_id, min(case when boundary_ready_on is null then 0 else 1 end) as there
    from work_of
    group by app_id
)
select a.project_id, min(a.applied_at) as applied_at, min(a.applied_at_to) as applied_at_to, min(a.gas_on_at) as gas_on_at,
    max(case when a.gas_on_at is not null then 6 when a.ready_at is not null then 5 when p.there = 1 or (p.there is null and a.outside_line = '无') then 4 else 3 end) as reached
from app as a
left join pipe as p on p.app_id = a.app_id
where a.project_id is not null
group by a.project_id;

-- One row per project, in the month it was first known: how far it came.
create table fact_journey as
select p.key, cast(null as varchar) as app_id, strftime(p.known_at, '%Y-%m') as month, p.known_at as dated_at,
    coalesce(r.reached, case when p.needs_gas then 2 else 1 end) as reached, r.reached is null and p.needs_gas is null as undecided,
    false as provisional, p.grid, coalesce(h.manager, '(未填)') as manager, '(未填)' as build_mode, '(未填)' as user_type, p.park,
    case when p.known_at < p.effective_at then '11000' else '1.5' end as regime, '(未填)' as outside_line
from project_of as p
left join reached_of as r on r.project_id = p.project_id
left join holder as h on h.grid_code = p.grid and p.known_at >= h.starts_at and p.known_at < h.ends_at;

-- One row per project that landed (else applied for gas), in that month: days by which it was known before.
create table fact_lead as
with
ends as (
    select p.*, case when p.landed_on < p.as_of then p.landed_on else r.applied_at end as from_at,
        case when p.landed_on < p.as_of then p.landed_on_to else r.applied_at_to end as to_at
    from project_of as p
    left join reached_of as r on r.project_id = p.project_id
    where p.first_known_at is not null
),
days as (
    select *, cast(from_at as date) as first_end, cast(case when to_at > from_at then to_at - interval 1 minute else to_at end as date) as last_end,
        cast(first_known_at as date) as first_known, cast(case when first_known_at_to > first_known_at then first_known_at_to - interval 1 minute else first_known_at_to end as date) as last_known
    from ends
    where from_at is not null
)
select d.key, cast(null as varchar) as app_id, strftime(d.from_at, '%Y-%m') as month, d.from_at as dated_at,
    case when d.first_end = d.last_end and d.first_known = d.last_known then cast((epoch(cast(d.first_end as timestamp)) - epoch(cast(d.first_known as timestamp))) / 86400 as double) end as days,
    cast((epoch(cast(d.first_end as timestamp)) - epoch(cast(d.last_known as timestamp))) / 86400 as double) as low_days,
    cast((epoch(cast(d.last_end as timestamp)) - epoch(cast(d.first_known as timestamp))) / 86400 as double) as high_days,
    case when d.first_end < d.last_end or d.first_known < d.last_known then 'imprecise' else 'counted' end as reason,
    false as provisional, d.grid, coalesce(h.manager, '(未填)') as manager, '(未填)' as build_mode, '(未填)' as user_type, d.park,
    case when d.from_at < d.effective_at then '11000' else '1.5' end as regime, '(未填)' as outside_line
from days as d
left join holder as h on h.grid_code = d.grid and d.from_at >= h.starts_at and d.from_at < h.ends_at;

-- One row per project and month at whose end (or as-of) it was still followed: days since it was last updated.
create table fact_tracked as
with
tracked as (
    select p.*, m.month, least(m.ends_at, p.as_of) as end_at,
        cast(least(m.ends_at, p.as_of) - interval 1 minute as date) as last_day,
        cast(p.updated_on as date) as first_update,
        cast(case when p.updated_on_to > p.updated_on then p.updated_on_to - interval 1 minute else p.updated_on_to end as date) as last_update
    from project_of as p
    join month as m on m.starts_at < p.as_of and p.known_at < least(m.ends_at, p.as_of)
    left join reached_of as r on r.project_id = p.project_id
    where (r.gas_on_at is null or r.gas_on_at >= least(m.ends_at, p.as_of)) and coalesce(p.status, '') not in ('不用气', '流失', '已通气', '不需用气', '放弃')
),
aged as (
    select *, cast((epoch(cast(last_day as timestamp)) - epoch(cast(first_update as timestamp))) / 86400 as bigint) as most,
        cast((epoch(cast(last_day as timestamp)) - epoch(cast(last_update as timestamp))) / 86400 as bigint) as least
    from tracked
),
judged as (
    select a.*, cast(r.value as bigint) as allowed
    from aged as a
    cross join (select max(value) as value from rule where name = 'project_update_days') as r
)
select j.key, cast(null as varchar) as app_id, j.month, j.end_at as dated_at,
    case when j.updated_on is null or j.updated_on >= j.end_at then 'unknown' when j.most <= j.allowed then 'hit' when j.least > j.allowed then 'miss' else 'unknown' end as verdict,
    case
        when j.updated_on is null then 'no_record' when j.updated_on >= j.end_at then 'updated_later' when j.most <= j.allowed then 'kept' when j.least > j.allowed then 'not_updated'
        else 'imprecise'
    end as reason,
    case when j.updated_on < j.end_at and j.most = j.least then j.most end as age,
    false as provisional, j.grid, coalesce(h.manager, '(未填)') as manager, '(未填)' as build_mode, '(未填)' as user_type, j.park,
    case when j.end_at <= j.effective_at then '11000' else '1.5' end as regime, '(未填)' as outside_line
from judged as j
left join holder as h on h.grid_code = j.grid and j.end_at - interval 1 minute >= h.starts_at and j.end_at - interval 1 minute < h.ends_at;

-- One row per work, with the application it serves and its grid.
create temp table work_seen as
select w._key as key, a.app_id, w.park, c.as_of, e.effective_at,
    coalesce(g.grid_code, case when (select count(*) from grid) = 0 then w.grid_code end, nullif(a.grid, '(未填)'), s.grid, '(未填)') as grid,
    coalesce(a.build_mode, '(未填)') as build_mode, coalesce(a.user_type, '(未填)') as user_type, coalesce(w.park, a.park, '(未填)') as of_park, a.regime as app_regime,
    coalesce(a.outside_line, '(未填)') as outside_line
from work as w
cross join clock as c
cross join (select min(cast(value as timestamp)) as effective_at from rule where name = 'effective_date') as e
left join app as a on a.app_id = w.app_id
left join project_seen as s on s.project_id = w.project_id
left join grid_word as g on g.word = w.grid_code;

-- One row per work whose pipe reached the boundary (else was finished), in that month: who paid, and working days from its beginning.
create table fact_outside as
with
ended as (
    select s.*, w.work_id, w.settle, w.paid_by_gov, w.paid_by_company, w.paid_by_user,
        coalesce(w.boundary_ready_on, w.gas_done_on) as ended_at,
        case when w.boundary_ready_on is null then w.gas_done_on_to else w.boundary_ready_on_to end as ended_to,
        w.gas_start_on, w.gas_start_on_to
    from work_seen as s
    join work as w on w._key = s.key
    where coalesce(w.boundary_ready_on, w.gas_done_on) < s.as_of
),
dated as (
    select *, cast(gas_start_on as date) as first_start, cast(case when gas_start_on_to > gas_start_on then gas_start_on_to - interval 1 minute else gas_start_on_to end as date) as last_start,
        cast(ended_at as date) as first_end, cast(case when ended_to > ended_at then ended_to - interval 1 minute else ended_to end as date) as last_end
    from ended
),
stood as (
    select d.key, count(distinct case when y.date > d.first_start and y.date <= d.last_end then y.date end) as most,
        count(distinct case when y.date > d.last_start and y.date <= d.first_end then y.date end) as least
    from dated as d
    join clock_stop as t on t.work_id = d.work_id
    join day as y on y.is_workday and y.date between cast(t.start_at as date)
        and cast(case when t.end_at < d.as_of then case when t.end_at_to > t.end_at then t.end_at_to - interval 1 minute else t.end_at end else d.as_of - interval 1 minute end as date)
    where t.reason is not null and t.start_at < d.as_of and t.noticed_on < d.as_of and t.owner in ('用户', '政府', '第三方', '不可抗力')
        and t.reason not in ('公司人员', '公司材料', '公司表具', '公司气源') and (t.end_at is null or t.end_at_to >= t.start_at)
    group by d.key
),
spans as (
    select d.*, greatest(0, fe.wd - ls.wd) as low_wd, le.wd - fs.wd as high_wd,
        greatest(0, fe.wd - ls.wd - coalesce(s.most, 0)) as net_low_wd, greatest(0, le.wd - fs.wd - coalesce(s.least, 0)) as net_high_wd,
        d.first_start <= d.last_end and fs.wd is not null and ls.wd is not null and fe.wd is not null and le.wd is not null as timed
    from dated as d
    left join stood as s on s.key = d.key
    left join day as fs on fs.date = d.first_start
    left join day as ls on ls.date = d.last_start
    left join day as fe on fe.date = d.first_end
    left join day as le on le.date = d.last_end
)
select s.key, s.app_id, strftime(s.ended_at, '%Y-%m') as month, s.ended_at as dated_at,
    case when coalesce(s.settle, s.paid_by_gov + s.paid_by_company + s.paid_by_user) > 0 then s.paid_by_gov end as gov_yuan,
    coalesce(s.settle, s.paid_by_gov + s.paid_by_company + s.paid_by_user) as cost_yuan, s.paid_by_company as company_yuan, s.paid_by_user as user_yuan,
    case when s.timed then cast(s.low_wd as double) end as low_wd, case when s.timed then cast(s.high_wd as double) end as high_wd,
    case when s.timed and s.low_wd = s.high_wd then cast(s.low_wd as double) end as value_wd,
    case when s.timed then cast(s.net_low_wd as double) end as net_low_wd, case when s.timed then cast(s.net_high_wd as double) end as net_high_wd,
    case when s.timed and s.low_wd = s.high_wd then cast(s.net_low_wd as double) end as net_wd,
    case when s.gas_start_on is null then 'no_record' when not coalesce(s.timed, false) or s.low_wd < s.high_wd then 'imprecise' else 'counted' end as reason,
    false as provisional, s.grid, coalesce(h.manager, '(未填)') as manager, s.build_mode, s.user_type, s.of_park as park,
    coalesce(s.app_regime, case when s.ended_at < s.effective_at then '11000' else '1.5' end) as regime, s.outside_line
from spans as s
left join holder as h on h.grid_code = s.grid and s.ended_at >= h.starts_at and s.ended_at < h.ends_at;

-- One row per work along a road and milestone of the road that has passed (plan, start, done; whole = all three, once the road is done).
create table fact_road as
with
milestones as (
    select _key as key, 'plan' as milestone, road_plan_on as road_at, road_plan_on_to as road_to, gas_plan_on as gas_at, gas_plan_on_to as gas_to from work
    union all
    select _key, 'start', road_start_on, road_start_on_to, gas_start_on, gas_start_on_to from work
    union all
    select _key, 'done', road_done_on, road_done_on_to, gas_done_on, gas_done_on_to from work
),
days as (
    select m.key, m.milestone, m.road_at, case when m.gas_at < c.as_of or m.milestone = 'plan' then m.gas_at end as gas_at,
        cast(m.road_at as date) as road_first, cast(case when m.road_to > m.road_at then m.road_to - interval 1 minute else m.road_to end as date) as road_last,
        cast(m.gas_at as date) as gas_first, cast(case when m.gas_to > m.gas_at then m.gas_to - interval 1 minute else m.gas_to end as date) as gas_last
    from milestones as m
    cross join clock as c
    where m.road_at < c.as_of
),
judged as (
    select key, milestone, road_at,
        case when gas_at is null then 'miss' when gas_last <= road_first then 'hit' when gas_first > road_last then 'miss' else 'unknown' end as verdict,
        case when gas_at is null then 'pipe_not_done' when gas_last <= road_first then 'kept' when gas_first > road_last then 'behind_road' else 'imprecise' end as reason,
        case when gas_at is not null and gas_first = gas_last and road_first = road_last then cast((epoch(cast(gas_first as timestamp)) - epoch(cast(road_first as timestamp))) / 86400 as double) end as lag_days
    from days
),
whole as (
    select key, 'whole' as milestone, max(case when milestone = 'done' then road_at end) as road_at,
        case
            when count(*) filter (verdict = 'miss') > 0 then 'miss'
            when count(*) < 3 or count(*) filter (verdict = 'unknown') > 0 then 'unknown'
            else 'hit'
        end as verdict,
        case
            when count(*) filter (verdict = 'miss' and reason = 'pipe_not_done') > 0 then 'pipe_not_done'
            when count(*) filter (verdict = 'miss') > 0 then 'behind_road'
            when count(*) < 3 then 'no_record'
            when count(*) filter (verdict = 'unknown') > 0 then 'imprecise'
            else 'kept'
        end as reason,
        max(lag_days) as lag_days
    from judged
    group by key
    having count(*) filter (milestone = 'done') > 0
),
every as (
    select * from judged
    union all
    select * from whole
)
select m.key, m.milestone, s.app_id, strftime(m.road_at, '%Y-%m') as month, m.road_at as dated_at, m.verdict, m.reason, m.lag_days, false as provisional,
    s.grid, coalesce(h.manager, '(未填)') as manager, s.build_mode, s.user_type, s.of_park as park,
    coalesce(s.app_regime, case when m.road_at < s.effective_at then '11000' else '1.5' end) as regime, s.outside_line
from every as m
join work_seen as s on s.key = m.key
left join holder as h on h.grid_code = s.grid and m.road_at >= h.starts_at and m.road_at < h.ends_at;

-- One row per park of the register and month up to as-of: is there a manager and a channel by the end of the month?
create table fact_park as
with
monthly as (
    select p._key as key, p.park, p.manager as contact, p.channel, p.liaison_since, m.month, least(m.ends_at, c.as_of) as end_at, e.effective_at,
        coalesce(g.grid_code, case when (select count(*) from grid) = 0 then p.grid_code end, '(未填)') as grid
    from park as p
    cross join clock as c
    cross join (select min(cast(value as timestamp)) as effective_at from rule where name = 'effective_date') as e
    join month as m on m.starts_at < c.as_of and m.ends_at > coalesce((select min(applied_at) from app), (select min(known_at) from project_of), c.as_of - interval 1 minute)
    left join grid_word as g on g.word = p.grid_code
)
select p.key, cast(null as varchar) as app_id, p.month, p.end_at as dated_at,
    case when p.liaison_since >= p.end_at then 'miss' when p.contact is null or p.channel is null then 'unknown' else 'hit' end as verdict,
    case when p.liaison_since >= p.end_at then 'no_liaison' when p.contact is null or p.channel is null then 'no_record' else 'kept' end as reason,
    false as provisional, p.grid, coalesce(h.manager, '(未填)') as manager, '(未填)' as build_mode, '(未填)' as user_type, p.park,
    case when p.end_at <= p.effective_at then '11000' else '1.5' end as regime, '(未填)' as outside_line
from monthly as p
left join holder as h on h.grid_code = p.grid and p.end_at - interval 1 minute >= h.starts_at and p.end_at - interval 1 minute < h.ends_at;
