-- Applications as the facts read them: what was seen of each, the 0.5 working day with its verdict, and the time the company had in hand, as bounds by what the ledger recorded.

-- One row per application: what app_seen says of it, its limit and elapsed times with stops taken out; `valve` is null without gas on and without a limit.
create table app as
with
minutes as (
    select *,
        extract(hour from start_from) * 60 + extract(minute from start_from) as from_min,
        extract(hour from start_to) * 60 + extract(minute from start_to) as to_min,
        extract(hour from start_last) * 60 + extract(minute from start_last) as last_min,
        extract(hour from applied_at) * 60 + extract(minute from applied_at) as applied_min,
        extract(hour from applied_at_to) * 60 + extract(minute from applied_at_to) as applied_last_min,
        extract(hour from gas_on_at) * 60 + extract(minute from gas_on_at) as on_min,
        extract(hour from gas_on_at_to) * 60 + extract(minute from gas_on_at_to) as on_to_min
    from app_seen
),
placed as (
    select a.*, n.u as now_u,
        f.base_u + f.am_unit * greatest(0, least(a.from_min - f.am_from, f.am_to - f.am_from)) + f.pm_unit * greatest(0, least(a.from_min - f.pm_from, f.pm_to - f.pm_from)) as from_u,
        t.base_u + t.am_unit * greatest(0, least(a.to_min - t.am_from, t.am_to - t.am_from)) + t.pm_unit * greatest(0, least(a.to_min - t.pm_from, t.pm_to - t.pm_from)) as to_u,
        l.base_u + l.am_unit * greatest(0, least(a.last_min - l.am_from, l.am_to - l.am_from)) + l.pm_unit * greatest(0, least(a.last_min - l.pm_from, l.pm_to - l.pm_from)) as last_u,
        af.base_u + af.am_unit * greatest(0, least(a.applied_min - af.am_from, af.am_to - af.am_from)) + af.pm_unit * greatest(0, least(a.applied_min - af.pm_from, af.pm_to - af.pm_from)) as applied_u,
        al.base_u + al.am_unit * greatest(0, least(a.applied_last_min - al.am_from, al.am_to - al.am_from)) + al.pm_unit * greatest(0, least(a.applied_last_min - al.pm_from, al.pm_to - al.pm_from)) as applied_last_u,
        gf.base_u + gf.am_unit * greatest(0, least(a.on_min - gf.am_from, gf.am_to - gf.am_from)) + gf.pm_unit * greatest(0, least(a.on_min - gf.pm_from, gf.pm_to - gf.pm_from)) as on_u,
        gt.base_u + gt.am_unit * greatest(0, least(a.on_to_min - gt.am_from, gt.am_to - gt.am_from)) + gt.pm_unit * greatest(0, least(a.on_to_min - gt.pm_from, gt.pm_to - gt.pm_from)) as on_to_u,
        f.base_m + greatest(0, least(a.from_min - f.am_from, f.am_to - f.am_from)) + greatest(0, least(a.from_min - f.pm_from, f.pm_to - f.pm_from)) as from_m,
        t.base_m + greatest(0, least(a.to_min - t.am_from, t.am_to - t.am_from)) + greatest(0, least(a.to_min - t.pm_from, t.pm_to - t.pm_from)) as to_m,
        gf.base_m + greatest(0, least(a.on_min - gf.am_from, gf.am_to - gf.am_from)) + greatest(0, least(a.on_min - gf.pm_from, gf.pm_to - gf.pm_from)) as on_m,
        gt.base_m + greatest(0, least(a.on_to_min - gt.am_from, gt.am_to - gt.am_from)) + greatest(0, least(a.on_to_min - gt.pm_from, gt.pm_to - gt.pm_from)) as on_to_m
    from minutes as a
    cross join (select x.u from axis as x join clock as c on c.as_of = x.instant) as n
    left join day as f on f.date = cast(a.start_from as date)
    left join day as t on t.date = cast(a.start_to as date)
    left join day as l on l.date = cast(a.start_last as date)
    left join day as af on af.date = cast(a.applied_at as date)
    left join day as al on al.date = cast(a.applied_at_to as date)
    left join day as gf on gf.date = cast(a.gas_on_at as date)
    left join day as gt on gt.date = cast(a.gas_on_at_to as date)
),
limits as (
    select p.*, u.unit,
        s.most_u, s.most_m, s.least_u, s.least_m, s.last_u as stood_last_u, s.wait_most_u, s.wait_least_u,
        -- a limit begins with a usable start
        case when not p.clash_ready and p.last_u is not null then p.from_u + u.unit + coalesce(s.early_u, 0) end as due_u,
        case when not p.clash_ready and p.from_u is not null then p.last_u + u.unit + coalesce(s.late_u, 0) end as due_last_u
    from placed as p
    cross join unit as u
    left join stopped as s on s.key = p.key
),
elapsed as (
    select p.*,
        p.gas_on_at is not null and p.slot_at is not null and p.gas_on_last < p.slot_at and p.ready_at is not null and not p.clash_ready as before_slot,
        -- greatest() passes over nulls: only what was placed on the axis has an elapsed time
        not p.clash_ready and p.from_u is not null and p.to_u is not null and p.last_u is not null and p.on_u is not null and p.on_to_u is not null as timed,
        not p.clash_applied and p.applied_u is not null and p.applied_last_u is not null and p.on_u is not null and p.on_to_u is not null as whole,
        greatest(0, p.on_u - p.applied_last_u - coalesce(p.wait_least_u, 0)) as company_low_u,
        greatest(0, p.on_to_u - p.applied_u - coalesce(p.wait_most_u, 0)) as company_high_u,
        p.on_to_u - p.from_u - coalesce(p.most_u, 0) as high_u,
        p.on_to_m - p.from_m - coalesce(p.most_m, 0) as high_m,
        greatest(0, p.on_u - p.to_u - coalesce(p.least_u, 0)) as low_u,
        greatest(0, p.on_m - p.to_m - coalesce(p.least_m, 0)) as low_m,
        p.on_u - p.last_u - coalesce(p.stood_last_u, 0) as strict_u,
        -- a half-day ends open: half a working day from its end is more than half a working day from any minute in it
        coalesce(p.start_to = p.start_from + interval 12 hour, false) as half_day,
        cast(s.date as timestamp)
            + (s.from_min + (p.due_u - (p.due_u - 1) // p.unit * p.unit + s.unit - 1) // s.unit) * interval 1 minute as due_at
    from limits as p
    left join session as s on s.k = (p.due_u - 1) // p.unit
)
select key, app_id, project_id, channel, dept, steps_n, docs_requested_n, docs_online_n, docs_needed_n, confirm_signed,
    accept_attended, accept_first_result, accepted_at, accept_passed_at, promised_to, told_n, archive_n, asked_at,
    applied_at, applied_at_to, applied_at_p, gas_on_at, gas_on_at_to, gas_on_at_p, gas_on_last,
    cancelled_on, cancelled_on_p, cancelled_last, inside_done_on, inside_done_on_to, landed_on, as_of, ready_at, slot_at, start_from, start_to, start_last, clash_ready, clash_applied,
    grid, build_mode, user_type, park, outside_line, regime, due_u, due_at, now_u,
    case
        when gas_on_at is null and due_u is null then null
        when gas_on_at is null and now_u >= due_last_u then 'miss'
        when gas_on_at is null then 'unknown'
        when before_slot then 'hit'
        when not timed then 'unknown'
        when high_u <= unit then 'hit'
        when strict_u > unit or (half_day and low_u >= unit) then 'miss'
        else 'unknown'
    end as valve,
    case
        when gas_on_at is null and due_u is null then null
        when gas_on_at is null and now_u >= due_last_u then 'open_over_limit'
        when gas_on_at is null then 'imprecise'
        when before_slot then 'before_slot'
        when ready_at is null then 'no_ready'
        when clash_ready then 'ready_after_gas_on'
        when not timed then 'calendar'
        when high_u <= unit then 'kept'
        when strict_u > unit or (half_day and low_u >= unit) then 'over_limit'
        else 'imprecise'
    end as valve_reason,
    not before_slot and timed and high_u > unit and strict_u <= unit and not (half_day and low_u >= unit)
        and (on_to_u - 1) // unit - from_u // unit <= 1 as convention,
    case when before_slot then 0 when timed then low_u / (2.0 * unit) end as low_wd,
    case when before_slot then 0 when timed then greatest(0, high_u) / (2.0 * unit) end as high_wd,
    case when before_slot then 0 when timed then low_m / 60.0 end as low_h,
    case when before_slot then 0 when timed then greatest(0, high_m) / 60.0 end as high_h,
    case when whole then company_low_u / (2.0 * unit) end as company_low_wd,
    case when whole then company_high_u / (2.0 * unit) end as company_high_wd
from elapsed;

-- One row per application with gas on or with a limit: the verdict on its 0.5 working day and its elapsed times.
create view valve as
select key, app_id, due_u, due_at, now_u, gas_on_at, cancelled_on, start_from, valve as verdict, valve_reason as reason, convention, low_wd, high_wd, low_h, high_h,
    company_low_wd, company_high_wd
from app
where valve is not null;
