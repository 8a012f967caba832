-- Applications as the facts read them: what was seen of each, the 0.5 working day with its verdict, and the time the company had in hand, as bounds by what the ledger recorded.

-- One row per build: the as-of moment, its place on the working axis, and what half a working day is worth there.
create table present as
select c.as_of, x.u as now_u, u.unit
from clock as c
join axis as x on x.instant = c.as_of
cross join unit as u;

-- One row per combination of dimensions in which there are applications.
create table app_cell as
select cast(row_number() over (order by grid, build_mode, user_type, park, outside_line, regime) as integer) as cell, grid, build_mode, user_type, park, outside_line, regime
from (select distinct grid, build_mode, user_type, park, outside_line, regime from app_seen) as told;

-- One row per day that something may be taken up on: until when it is to be quoted.
create temp table quoting as
select d.date, cast(w.date as timestamp) + interval 1 day as due_at
from day as d
cross join (select cast(arg_max(value, valid_from) as bigint) as days from rule where name = 'quotation_working_days') as k
join workday as w on w.wd = d.wd + k.days;

-- One row per application: what app_seen says of it, who held its grid, its limit and elapsed times with stops taken out; `valve_reason` is null without gas on and without a limit,
-- what ends as it begins has no end of its own here, and `quote` says how the quotation stands (`turnkey` the five works entrusted) once its day has come.
create table app_stored as
with
kept as (
    select count(case when build_mode = '代建' then design_on end) > 0 as design, count(case when build_mode = '代建' then inside_done_on end) > 0 as inside,
        count(case when build_mode = '代建' then approval_done_on end) > 0 as approval, count(case when build_mode = '代建' then accept_passed_at end) > 0 as accepted,
        count(case when build_mode = '代建' then account_opened_on end) > 0 as account, count(quoted_on) > 0 as quoted
    from application
),
ends as (
    select a.*, nullif(start_to, start_from) as to_at, nullif(start_last, start_from) as last_at, nullif(applied_at_to, applied_at) as applied_to, nullif(gas_on_at_to, gas_on_at) as on_to,
        nullif(gas_on_last, gas_on_at) as on_last, nullif(inside_done_on_to, inside_done_on) as inside_to
    from app_seen as a
),
minutes as (
    select *,
        extract(hour from start_from) * 60 + extract(minute from start_from) as from_min,
        extract(hour from to_at) * 60 + extract(minute from to_at) as to_min,
        extract(hour from last_at) * 60 + extract(minute from last_at) as last_min,
        extract(hour from applied_at) * 60 + extract(minute from applied_at) as applied_min,
        extract(hour from applied_to) * 60 + extract(minute from applied_to) as applied_last_min,
        extract(hour from gas_on_at) * 60 + extract(minute from gas_on_at) as on_min,
        extract(hour from on_to) * 60 + extract(minute from on_to) as on_to_min
    from ends
),
read_off as (
    select a.*, n.now_u, n.unit,
        f.base_u + f.am_unit * greatest(0, least(a.from_min - f.am_from, f.am_to - f.am_from)) + f.pm_unit * greatest(0, least(a.from_min - f.pm_from, f.pm_to - f.pm_from)) as from_u,
        f.base_m + greatest(0, least(a.from_min - f.am_from, f.am_to - f.am_from)) + greatest(0, least(a.from_min - f.pm_from, f.pm_to - f.pm_from)) as from_m,
        case when a.to_at is not null then t.base_u + t.am_unit * greatest(0, least(a.to_min - t.am_from, t.am_to - t.am_from)) + t.pm_unit * greatest(0, least(a.to_min - t.pm_from, t.pm_to - t.pm_from)) end as own_to_u,
        case when a.to_at is not null then t.base_m + greatest(0, least(a.to_min - t.am_from, t.am_to - t.am_from)) + greatest(0, least(a.to_min - t.pm_from, t.pm_to - t.pm_from)) end as own_to_m,
        case when a.last_at is not null then l.base_u + l.am_unit * greatest(0, least(a.last_min - l.am_from, l.am_to - l.am_from)) + l.pm_unit * greatest(0, least(a.last_min - l.pm_from, l.pm_to - l.pm_from)) end as own_last_u,
        af.base_u + af.am_unit * greatest(0, least(a.applied_min - af.am_from, af.am_to - af.am_from)) + af.pm_unit * greatest(0, least(a.applied_min - af.pm_from, af.pm_to - af.pm_from)) as applied_u,
        case when a.applied_to is not null then al.base_u + al.am_unit * greatest(0, least(a.applied_last_min - al.am_from, al.am_to - al.am_from)) + al.pm_unit * greatest(0, least(a.applied_last_min - al.pm_from, al.pm_to - al.pm_from)) end as own_applied_u,
        gf.base_u + gf.am_unit * greatest(0, least(a.on_min - gf.am_from, gf.am_to - gf.am_from)) + gf.pm_unit * greatest(0, least(a.on_min - gf.pm_from, gf.pm_to - gf.pm_from)) as on_u,
        gf.base_m + greatest(0, least(a.on_min - gf.am_from, gf.am_to - gf.am_from)) + greatest(0, least(a.on_min - gf.pm_from, gf.pm_to - gf.pm_from)) as on_m,
        case when a.on_to is not null then gt.base_u + gt.am_unit * greatest(0, least(a.on_to_min - gt.am_from, gt.am_to - gt.am_from)) + gt.pm_unit * greatest(0, least(a.on_to_min - gt.pm_from, gt.pm_to - gt.pm_from)) end as own_on_u,
        case when a.on_to is not null then gt.base_m + greatest(0, least(a.on_to_min - gt.am_from, gt.am_to - gt.am_from)) + greatest(0, least(a.on_to_min - gt.pm_from, gt.pm_to - gt.pm_from)) end as own_on_m
    from minutes as a
    cross join present as n
    left join day as f on f.date = cast(a.start_from as date)
    left join day as t on t.date = cast(a.to_at as date)
    left join day as l on l.date = cast(a.last_at as date)
    left join day as af on af.date = cast(a.applied_at as date)
    left join day as al on al.date = cast(a.applied_to as date)
    left join day as gf on gf.date = cast(a.gas_on_at as date)
    left join day as gt on gt.date = cast(a.on_to as date)
),
placed as (
    select *,
        case when to_at is null then from_u else own_to_u end as to_u, case when to_at is null then from_m else own_to_m end as to_m,
        case when last_at is null then from_u else own_last_u end as last_u, case when applied_to is null then applied_u else own_applied_u end as applied_last_u,
        case when on_to is null then on_u else own_on_u end as on_to_u, case when on_to is null then on_m else own_on_m end as on_to_m
    from read_off
),
limits as (
    select p.*,
        s.most_u, s.most_m, s.least_u, s.least_m, s.last_u as stood_last_u, s.wait_most_u, s.wait_least_u,
        -- a limit begins with a usable start
        case when not p.clash_ready and p.last_u is not null then p.from_u + p.unit + coalesce(s.early_u, 0) end as due_u,
        case when not p.clash_ready and p.from_u is not null then p.last_u + p.unit + coalesce(s.late_u, 0) end as due_last_u
    from placed as p
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
        p.designed + case when p.inside_done_on is not null then 1 else 0 end + p.approved + case when p.accept_passed_at is not null then 1 else 0 end + p.opened as works_n,
        cast(s.date as timestamp)
            + (s.from_min + (p.due_u - (p.due_u - 1) // p.unit * p.unit + s.unit - 1) // s.unit) * interval 1 minute as due_at
    from limits as p
    left join session as s on s.k = (p.due_u - 1) // p.unit
)
select e.key, e.app_id is not null as numbered, e.project_id, e.channel, e.dept, e.steps_n, e.docs_requested_n, e.docs_online_n, e.docs_needed_n, e.confirm_signed,
    e.accept_attended, e.accept_first_result, e.accepted_at, e.accept_passed_at, e.promised_to, e.told_n, e.archive_n, e.asked_at,
    e.applied_at, e.applied_to, strftime(e.applied_at, '%Y-%m') as applied_month, ha.manager as applied_manager,
    e.gas_on_at, e.on_to, e.on_last, strftime(e.gas_on_at, '%Y-%m') as gas_on_month, hg.manager as gas_on_manager,
    e.cancelled_on, e.inside_done_on, e.inside_to, e.landed_on, e.ready_at, e.start_from, e.to_at, e.last_at, e.clash_ready, e.undated or e.clash_applied as unusable,
    d.cell, cast(e.due_u as integer) as due_u, e.due_at,
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
    cast(case when before_slot then 0 when timed then low_u end as integer) as low_u,
    cast(case when before_slot then 0 when timed then greatest(0, high_u) end as integer) as high_u,
    cast(case when before_slot then 0 when timed then low_m end as integer) as low_m,
    cast(case when before_slot then 0 when timed then greatest(0, high_m) end as integer) as high_m,
    cast(case when whole then company_low_u end as integer) as company_low_u,
    cast(case when whole then company_high_u end as integer) as company_high_u,
    case
        when e.build_mode <> '代建' or e.gas_on_at is null then null
        when e.works_n = 5 then 'hit'
        when (k.design and e.designed = 0) or (k.inside and e.inside_done_on is null) or (k.approval and e.approved = 0) or (k.accepted and e.accept_passed_at is null)
            or (k.account and e.opened = 0) then 'miss'
        else 'unknown'
    end as turnkey,
    case when e.build_mode = '代建' and e.gas_on_at is not null then e.works_n end as works_n,
    case when q.due_at <= e.as_of and (e.cancelled_on is null or e.cancelled_on >= q.due_at) then q.due_at end as quote_due,
    case
        when e.quoted_on is null then case when k.quoted and ql.due_at <= e.as_of then 'no_quotation' else 'no_record' end
        when e.quoted_last < e.taken_at then 'quoted_before'
        when e.quoted_last < q.due_at then 'kept'
        when e.quoted_on >= ql.due_at then 'quoted_late'
        else 'imprecise'
    end as quote,
    e.appt_by, e.agreed_first, e.agreed_last
from elapsed as e
cross join kept as k
left join app_cell as d on d.grid = e.grid and d.build_mode = e.build_mode and d.user_type = e.user_type and d.park = e.park and d.outside_line = e.outside_line and d.regime = e.regime
left join quoting as q on q.date = cast(e.taken_at as date)
left join quoting as ql on ql.date = cast(e.taken_last as date)
left join holder as ha on ha.grid_code = e.grid and e.applied_at >= ha.starts_at and e.applied_at < ha.ends_at
left join holder as hg on hg.grid_code = e.grid and e.gas_on_at >= hg.starts_at and e.gas_on_at < hg.ends_at;

-- One row per application: as stored, with what is told by it.
create view app as
select a.key, case when a.numbered then a.key end as app_id, a.project_id, a.channel, a.dept, a.steps_n, a.docs_requested_n, a.docs_online_n, a.docs_needed_n, a.confirm_signed,
    a.accept_attended, a.accept_first_result, a.accepted_at, a.accept_passed_at, a.promised_to, a.told_n, a.archive_n, a.asked_at,
    a.applied_at, coalesce(a.applied_to, a.applied_at) as applied_at_to, a.applied_month, coalesce(a.applied_manager, '(未填)') as applied_manager,
    a.gas_on_at, coalesce(a.on_to, a.gas_on_at) as gas_on_at_to, coalesce(a.on_last, a.gas_on_at) as gas_on_last, a.gas_on_month, coalesce(a.gas_on_manager, '(未填)') as gas_on_manager,
    a.cancelled_on, a.inside_done_on, coalesce(a.inside_to, a.inside_done_on) as inside_done_on_to, a.landed_on, p.as_of, a.ready_at,
    a.start_from, coalesce(a.to_at, a.start_from) as start_to, coalesce(a.last_at, a.start_from) as start_last, a.clash_ready, a.unusable,
    a.cell, d.grid, d.build_mode, d.user_type, d.park, d.outside_line, d.regime, a.due_u, a.due_at, p.now_u,
    case when a.valve_reason in ('kept', 'before_slot') then 'hit' when a.valve_reason in ('over_limit', 'open_over_limit') then 'miss' when a.valve_reason is not null then 'unknown' end as valve,
    a.valve_reason, a.convention,
    a.low_u / (2.0 * p.unit) as low_wd, a.high_u / (2.0 * p.unit) as high_wd, a.low_m / 60.0 as low_h, a.high_m / 60.0 as high_h,
    a.company_low_u / (2.0 * p.unit) as company_low_wd, a.company_high_u / (2.0 * p.unit) as company_high_wd,
    a.turnkey, a.works_n, a.quote_due, a.quote, a.appt_by, a.agreed_first, a.agreed_last
from app_stored as a
join app_cell as d on d.cell = a.cell
cross join present as p;

-- One row per application with gas on or with a limit: the verdict on its 0.5 working day and its elapsed times.
create view valve as
select key, app_id, due_u, due_at, now_u, gas_on_at, cancelled_on, start_from, valve as verdict, valve_reason as reason, convention, low_wd, high_wd, low_h, high_h,
    company_low_wd, company_high_wd
from app
where valve is not null;
