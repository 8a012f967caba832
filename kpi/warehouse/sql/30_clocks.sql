-- Positions on the working axis, and clock-stops on it.

-- One row per moment that any clock reads: u = half-day units (a session is worth `unit`), m = working minutes.
create temp table axis as
with
moments as (
    select start_from as instant from app
    union select start_to from app
    union select start_last from app
    union select gas_on_at from app
    union select gas_on_at_to from app
    union select applied_at from app
    union select applied_at_to from app
    union select start_at from clock_stop
    union select end_at_to from clock_stop
    union select as_of from clock
)
select p.instant,
    d.base_u + d.am_unit * greatest(0, least(p.minute - d.am_from, d.am_to - d.am_from))
        + d.pm_unit * greatest(0, least(p.minute - d.pm_from, d.pm_to - d.pm_from)) as u,
    d.base_m + greatest(0, least(p.minute - d.am_from, d.am_to - d.am_from))
        + greatest(0, least(p.minute - d.pm_from, d.pm_to - d.pm_from)) as m
from (
    select instant, cast(instant as date) as date, extract(hour from instant) * 60 + extract(minute from instant) as minute
    from moments
    where instant is not null
) as p
join day as d on d.date = p.date;

-- One row per clock-stop of an application that counts, with who had it in hand; open stops run to as-of.
create temp table valid_stop as
select s._key as key, s.app_id, s.owner, s.start_at, case when s.end_at < c.as_of then least(s.end_at_to, c.as_of) else c.as_of end as until_at
from clock_stop as s
cross join clock as c
where s.app_id is not null and s.reason is not null and s.start_at < c.as_of and s.noticed_on < c.as_of
    and s.owner in ('用户', '政府', '第三方', '不可抗力')
    and s.reason not in ('公司人员', '公司材料', '公司表具', '公司气源')
    and (s.end_at is null or s.end_at_to >= s.start_at);

-- One row per stretch in which the clock of an application stands, overlaps joined.
create table stop as
with
valid as (
    select s.app_id, b.u as from_u, b.m as from_m, e.u as to_u, e.m as to_m
    from valid_stop as s
    join axis as b on b.instant = s.start_at
    join axis as e on e.instant = s.until_at
),
ordered as (
    select app_id, from_u, from_m, to_u, to_m,
        max(to_u) over (partition by app_id order by from_u, to_u rows between unbounded preceding and 1 preceding) as before_u
    from valid
),
islands as (
    select app_id, from_u, from_m, to_u, to_m,
        sum(case when before_u >= from_u then 0 else 1 end) over (partition by app_id order by from_u, to_u rows unbounded preceding) as island
    from ordered
)
select app_id, min(from_u) as from_u, min(from_m) as from_m, max(to_u) as to_u, max(to_m) as to_m
from islands
group by app_id, island;

-- One row per application with a usable start: the end of its limit of one half-day session, from the earliest and from the latest start.
create temp table valve_limit as
with
starts as (
    select a.key, a.app_id, f.u as from_u, l.u as last_u, u.unit as limit_u
    from app as a
    join axis as f on f.instant = a.start_from
    join axis as l on l.instant = a.start_last
    cross join unit as u
    where not a.clash_ready
),
early as (
    select s.key, s.from_u, s.limit_u, greatest(t.from_u, s.from_u) as begin_u, t.to_u,
        coalesce(sum(t.to_u - greatest(t.from_u, s.from_u)) over (partition by s.key order by t.from_u rows between unbounded preceding and 1 preceding), 0) as stood_u
    from starts as s
    join stop as t on t.app_id = s.app_id and t.to_u > s.from_u
),
late as (
    select s.key, s.last_u, s.limit_u, greatest(t.from_u, s.last_u) as begin_u, t.to_u,
        coalesce(sum(t.to_u - greatest(t.from_u, s.last_u)) over (partition by s.key order by t.from_u rows between unbounded preceding and 1 preceding), 0) as stood_u
    from starts as s
    join stop as t on t.app_id = s.app_id and t.to_u > s.last_u
),
-- a stop lengthens the limit if it begins before the limit, as lengthened so far, has ended
early_more as (select key, sum(to_u - begin_u) as more_u from early where begin_u < from_u + limit_u + stood_u group by key),
late_more as (select key, sum(to_u - begin_u) as more_u from late where begin_u < last_u + limit_u + stood_u group by key),
limits as (
    select s.key, s.from_u + s.limit_u + coalesce(e.more_u, 0) as due_u, s.last_u + s.limit_u + coalesce(l.more_u, 0) as due_last_u
    from starts as s
    left join early_more as e on e.key = s.key
    left join late_more as l on l.key = s.key
),
ends as (
    select key, due_u, due_last_u, (due_u - 1) // (select unit from unit) as k
    from limits
)
select e.key, e.due_u, e.due_last_u,
    cast(s.date as timestamp)
        + (s.from_min + (e.due_u - e.k * (select unit from unit) + s.unit - 1) // s.unit) * interval 1 minute as due_at
from ends as e
left join session as s on s.k = e.k;
