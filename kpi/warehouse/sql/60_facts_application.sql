-- Facts of applications: one dated population each; every row carries month, holder and the dimensions.

-- One row per limit of 0.5 working day that ended by as-of, in the month it ended;
-- gas-on without a usable start stands as unknown in the month of gas-on.
create view fact_valve as
with
dated as (
    select a.*, coalesce(a.due_at, a.gas_on_at) as dated_at
    from app as a
    where a.valve is not null and ((a.due_u <= a.now_u and (a.cancelled_on is null or a.cancelled_on >= a.due_at)) or a.due_u is null)
)
select d.key, d.app_id, strftime(d.dated_at, '%Y-%m') as month, d.dated_at, d.valve as verdict, d.valve_reason as reason, coalesce(d.convention, false) as convention,
    d.low_wd, d.high_wd, case when d.low_wd = d.high_wd then d.low_wd end as value_wd,
    coalesce(cast(d.dated_at as date) >= p.since or cast(d.start_from as date) >= p.since, false) as provisional,
    d.grid, coalesce(h.manager, '(未填)') as manager, d.build_mode, d.user_type, d.park, d.regime, d.outside_line, d.cell
from dated as d
cross join provisional as p
left join holder as h on h.grid_code = d.grid and d.dated_at >= h.starts_at and d.dated_at < h.ends_at;

-- One row per application with gas on, in the month of gas-on: the five promises, the times, the counts.
create view fact_connection as
select z.key, z.app_id, z.gas_on_month as month, z.gas_on_at as dated_at,
    z.valve, z.valve_reason,
    case when z.low_wd = z.high_wd then z.low_wd end as valve_wd, z.low_wd as valve_low_wd, z.high_wd as valve_high_wd,
    case when z.low_wd = z.high_wd then z.low_h end as valve_h, z.low_h as valve_low_h, z.high_h as valve_high_h,
    z.fee, z.fee_reason, z.fee_yuan, z.errand, z.errand_reason, z.errand_kept, z.errand_kept_reason, z.errands, z.errands_kept, z.material, z.material_reason,
    greatest(coalesce(z.docs_said, 0), coalesce(z.docs_requested_n, 0)) as documents,
    z.process, z.process_reason, z.process_n,
    case
        when 'miss' in (z.valve, z.process, z.material, z.errand, z.fee) then 'miss'
        when 'unknown' in (z.valve, z.process, z.material, z.errand, z.fee) then 'unknown'
        else 'hit'
    end as kept,
    case
        when z.valve = 'miss' then z.valve_reason
        when z.process = 'miss' then z.process_reason
        when z.material = 'miss' then z.material_reason
        when z.errand = 'miss' then z.errand_reason
        when z.fee = 'miss' then z.fee_reason
        when z.valve = 'unknown' then z.valve_reason
        when 'unknown' in (z.process, z.material, z.errand, z.fee) then 'no_record'
        else 'kept'
    end as kept_reason,
    z.docs_online_n, coalesce(z.docs_needed_n, z.docs_requested_n + z.docs_online_n) as docs_needed_n,
    case when z.company_low_wd = z.company_high_wd then z.company_low_wd end as company_wd, z.company_low_wd, z.company_high_wd,
    coalesce(cast(z.gas_on_at as date) >= p.since, false) as provisional,
    z.grid, z.gas_on_manager as manager, z.build_mode, z.user_type, z.park, z.regime, z.outside_line, z.cell
from zero as z
cross join provisional as p;

-- One row per application, in the month it was applied for: days until gas on (1), cancelled (2) or as-of (0).
create view fact_wait as
select a.key, a.app_id, a.applied_month as month, a.applied_at as dated_at, case when a.gas_on_at is not null then 1 when a.cancelled_on is not null then 2 else 0 end as outcome,
    case when not a.unusable then greatest(0, epoch(coalesce(a.gas_on_at, a.cancelled_on, a.as_of)) - epoch(a.applied_at)) / 86400.0 end as days,
    a.unusable, false as provisional, a.grid, a.applied_manager as manager, a.build_mode, a.user_type, a.park, a.regime, a.outside_line, a.cell
from app as a;

-- One row per application and month at whose end (or as-of) it was open, with its age in whole days.
create view fact_open as
with
closing as (
    -- the months in which an application was applied for and closed decide at the ends of which it was open
    select *, date_trunc('month', applied_at) as from_month,
        case when gas_on_at is null and cancelled_on is null then timestamp '9999-01-01 00:00:00'
            else date_trunc('month', least(coalesce(gas_on_at, cancelled_on), coalesce(cancelled_on, gas_on_at))) end as to_month
    from app
),
lasting as (
    select p.from_month, p.to_month, m.month, least(m.ends_at, c.as_of) as end_at, least(m.ends_at, c.as_of) - interval 1 minute as until_at
    from (select distinct from_month, to_month from closing) as p
    join month as m on m.starts_at >= p.from_month and m.starts_at < p.to_month
    join clock as c on m.starts_at < c.as_of
)
select a.key, a.app_id, m.month, m.end_at as dated_at,
    cast((epoch(date_trunc('day', m.until_at)) - epoch(date_trunc('day', a.applied_at))) / 86400 as bigint) as age,
    false as provisional,
    a.grid, coalesce(h.manager, '(未填)') as manager, a.build_mode, a.user_type, a.park, a.regime, a.outside_line, a.cell
from closing as a
join lasting as m on m.from_month = a.from_month and m.to_month = a.to_month
left join holder as h on h.grid_code = a.grid and m.until_at >= h.starts_at and m.until_at < h.ends_at;

-- One row per application whose works inside the red line were finished: was the pipe at the boundary by then?
create view fact_inside as
with
pipe as (
    select app_id, max(boundary_ready_on) as ready_from, max(boundary_ready_on_to) as ready_to,
        max(case when boundary_ready_on is null then 1 else 0 end) as missing
    from work_of
    group by app_id
),
judged as (
    select a.*, p.app_id is not null as recorded, coalesce(p.missing, 1) = 1 as missing,
        cast(p.ready_from as date) as ready_first,
        cast(case when p.ready_to > p.ready_from then p.ready_to - interval 1 minute else p.ready_to end as date) as ready_last,
        cast(a.inside_done_on as date) as done_first,
        cast(case when a.inside_done_on_to > a.inside_done_on then a.inside_done_on_to - interval 1 minute else a.inside_done_on_to end as date) as done_last
    from app as a
    left join pipe as p on p.app_id = a.app_id
    where a.inside_done_on is not null and a.outside_line <> '无'
)
select j.key, j.app_id, strftime(j.inside_done_on, '%Y-%m') as month, j.inside_done_on as dated_at,
    case
        when not j.recorded then 'unknown'
        when j.missing then 'miss'
        when j.ready_last <= j.done_first then 'hit'
        when j.ready_first > j.done_last then 'miss'
        else 'unknown'
    end as verdict,
    case
        when not j.recorded then 'no_record'
        when j.missing then 'pipe_not_built'
        when j.ready_last <= j.done_first then 'kept'
        when j.ready_first > j.done_last then 'pipe_late'
        else 'imprecise'
    end as reason,
    case when j.recorded and not j.missing and j.ready_first = j.ready_last and j.done_first = j.done_last
        then cast((epoch(cast(j.done_first as timestamp)) - epoch(cast(j.ready_first as timestamp))) / 86400 as double) end as lead_days,
    false as provisional,
    j.grid, coalesce(h.manager, '(未填)') as manager, j.build_mode, j.user_type, j.park, j.regime, j.outside_line, j.cell
from judged as j
left join holder as h on h.grid_code = j.grid and j.inside_done_on >= h.starts_at and j.inside_done_on < h.ends_at;
