-- The clocks with their stops left in, and who had the case in hand while they stood.

-- One row per application and party that held it up between application and what ended it (gas on, cancellation, as-of): calendar days, and half-day units of working time; where several did at once they stand as one party of their own.
create table held_up as
with
ended as (
    select key, app_id, applied_at, coalesce(gas_on_at, cancelled_on, as_of) as wait_end_at, case when gas_on_at is not null then gas_on_at_to else coalesce(cancelled_on, as_of) end as end_at
    from app
),
spans as (
    select e.key, e.wait_end_at, s.owner, greatest(s.start_at, e.applied_at) as from_at, least(s.until_at, e.end_at) as to_at
    from ended as e
    join valid_stop as s on s.app_id = e.app_id
    where least(s.until_at, e.end_at) > greatest(s.start_at, e.applied_at)
),
instants as (
    select key, from_at as instant from spans
    union
    select key, to_at as instant from spans
),
steps as (
    select key, instant as from_at, lead(instant) over (partition by key order by instant) as to_at
    from instants
),
pieces as (
    select t.key, t.from_at, t.to_at, max(s.wait_end_at) as wait_end_at, case when min(s.owner) = max(s.owner) then min(s.owner) else '多方' end as owner
    from steps as t
    join spans as s on s.key = t.key and s.from_at <= t.from_at and s.to_at >= t.to_at
    where t.to_at is not null
    group by t.key, t.from_at, t.to_at
)
select p.key, p.owner, sum(greatest(0, epoch(least(p.to_at, p.wait_end_at)) - epoch(p.from_at))) / 86400.0 as days, cast(sum(t.u - f.u) as bigint) as units
from pieces as p
left join axis as f on f.instant = p.from_at
left join axis as t on t.instant = p.to_at
group by p.key, p.owner;

-- One row per application with gas on of which a stop is recorded: both working clocks with the stops left in, as bounds, and the working time that each party stopped it between application and gas on (a stop before that may still lie in the clock of the valve).
create table stopped_clock as
with
held as (
    select key, sum(units) as every,
        sum(case when owner = '用户' then units else 0 end) as by_user, sum(case when owner = '政府' then units else 0 end) as by_government,
        sum(case when owner = '第三方' then units else 0 end) as by_third, sum(case when owner = '不可抗力' then units else 0 end) as by_force,
        sum(case when owner = '多方' then units else 0 end) as by_several
    from held_up
    group by key
)
select a.key,
    greatest(0, g.u - al.u) / (2.0 * u.unit) as company_low_wd, (h.u - af.u) / (2.0 * u.unit) as company_high_wd,
    greatest(0, g.u - t.u) / (2.0 * u.unit) as valve_low_wd, greatest(0, h.u - f.u) / (2.0 * u.unit) as valve_high_wd,
    s.every / (2.0 * u.unit) as stopped_wd, s.by_user / (2.0 * u.unit) as user_wd, s.by_government / (2.0 * u.unit) as government_wd,
    s.by_third / (2.0 * u.unit) as third_wd, s.by_force / (2.0 * u.unit) as force_wd, s.by_several / (2.0 * u.unit) as several_wd
from app as a
join (select distinct app_id from valid_stop) as v on v.app_id = a.app_id
cross join unit as u
left join held as s on s.key = a.key
left join axis as af on af.instant = a.applied_at
left join axis as al on al.instant = a.applied_at_to
left join axis as f on f.instant = a.start_from
left join axis as t on t.instant = a.start_to
left join axis as g on g.instant = a.gas_on_at
left join axis as h on h.instant = a.gas_on_at_to
where a.gas_on_at is not null;

-- One row per application with gas on, in the month of gas on: both working clocks with the stops left in (null where they cannot be told), and what was stopped of the longest that the company may have had it.
create view fact_clock as
with
bounded as (
    select c.key, c.app_id, c.month, c.dated_at, c.provisional, c.grid, c.manager, c.build_mode, c.user_type, c.park, c.regime, c.outside_line, c.cell,
        case when s.key is null or c.company_low_wd is null then c.company_low_wd else s.company_low_wd end as company_low_wd,
        case when s.key is null or c.company_high_wd is null then c.company_high_wd else s.company_high_wd end as company_high_wd,
        case when s.key is null or c.valve_low_wd is null or c.valve_reason = 'before_slot' then c.valve_low_wd else s.valve_low_wd end as valve_low_wd,
        case when s.key is null or c.valve_high_wd is null or c.valve_reason = 'before_slot' then c.valve_high_wd else s.valve_high_wd end as valve_high_wd,
        coalesce(s.stopped_wd, 0) as stopped_wd, coalesce(s.user_wd, 0) as user_wd, coalesce(s.government_wd, 0) as government_wd, coalesce(s.third_wd, 0) as third_wd,
        coalesce(s.force_wd, 0) as force_wd, coalesce(s.several_wd, 0) as several_wd
    from fact_connection as c
    left join stopped_clock as s on s.key = c.key
)
select b.*, case when company_low_wd = company_high_wd then company_low_wd end as company_wd, case when valve_low_wd = valve_high_wd then valve_low_wd end as valve_wd
from bounded as b;

-- One row per application, in the month it was applied for: its wait without the days on which the clock stood.
create view fact_wait_net as
select w.key, w.app_id, w.month, w.dated_at, w.outcome, case when w.days is not null then greatest(0, w.days - coalesce(s.days, 0)) end as days, w.unusable, w.provisional,
    w.grid, w.manager, w.build_mode, w.user_type, w.park, w.regime, w.outside_line, w.cell
from fact_wait as w
left join (select key, sum(days) as days from held_up group by key) as s on s.key = w.key;
