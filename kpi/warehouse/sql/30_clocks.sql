-- Positions on the working axis, and clock-stops on it.

-- One row per application with stops, as app_seen has it.
create temp table stopping as
select a.*
from app_seen as a
where a.app_id in (select s.app_id from clock_stop as s where s.app_id is not null);

-- One row per moment that a stop or the clock of an application with stops reads: u = half-day units (a session is worth `unit`), m = working minutes.
create temp table axis as
with
moments as (
    select start_from as instant from stopping
    union select start_to from stopping
    union select start_last from stopping
    union select gas_on_at from stopping
    union select gas_on_at_to from stopping
    union select applied_at from stopping
    union select applied_at_to from stopping
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

-- One row per application with stops: half-day units by which they lengthen its limit from the earliest and from the latest start,
-- and what they take out between start and gas-on, and between application and gas-on: units and minutes, at most and at least.
create temp table stopped as
with
placed as (
    select a.key, a.app_id, a.clash_ready, u.unit as limit_u, f.u as from_u, f.m as from_m, t.u as to_u, t.m as to_m, l.u as last_u,
        gf.u as on_u, gf.m as on_m, gt.u as on_to_u, gt.m as on_to_m, af.u as applied_u, al.u as applied_last_u
    from stopping as a
    cross join unit as u
    left join axis as f on f.instant = a.start_from
    left join axis as t on t.instant = a.start_to
    left join axis as l on l.instant = a.start_last
    left join axis as af on af.instant = a.applied_at
    left join axis as al on al.instant = a.applied_at_to
    left join axis as gf on gf.instant = a.gas_on_at
    left join axis as gt on gt.instant = a.gas_on_at_to
    where a.app_id in (select s.app_id from stop as s)
),
early as (
    select p.key, p.from_u, p.limit_u, greatest(t.from_u, p.from_u) as begin_u, t.to_u,
        coalesce(sum(t.to_u - greatest(t.from_u, p.from_u)) over (partition by p.key order by t.from_u rows between unbounded preceding and 1 preceding), 0) as stood_u
    from placed as p
    join stop as t on t.app_id = p.app_id and t.to_u > p.from_u
    where not p.clash_ready and p.last_u is not null
),
late as (
    select p.key, p.last_u, p.limit_u, greatest(t.from_u, p.last_u) as begin_u, t.to_u,
        coalesce(sum(t.to_u - greatest(t.from_u, p.last_u)) over (partition by p.key order by t.from_u rows between unbounded preceding and 1 preceding), 0) as stood_u
    from placed as p
    join stop as t on t.app_id = p.app_id and t.to_u > p.last_u
    where not p.clash_ready and p.from_u is not null
),
-- a stop lengthens the limit if it begins before the limit, as lengthened so far, has ended
early_more as (select key, sum(to_u - begin_u) as more_u from early where begin_u < from_u + limit_u + stood_u group by key),
late_more as (select key, sum(to_u - begin_u) as more_u from late where begin_u < last_u + limit_u + stood_u group by key),
stood as (
    select p.key,
        sum(greatest(0, least(s.to_u, p.on_to_u) - greatest(s.from_u, p.from_u))) as most_u,
        sum(greatest(0, least(s.to_m, p.on_to_m) - greatest(s.from_m, p.from_m))) as most_m,
        sum(greatest(0, least(s.to_u, p.on_u) - greatest(s.from_u, p.to_u))) as least_u,
        sum(greatest(0, least(s.to_m, p.on_m) - greatest(s.from_m, p.to_m))) as least_m,
        sum(greatest(0, least(s.to_u, p.on_u) - greatest(s.from_u, p.last_u))) as last_u
    from placed as p
    join stop as s on s.app_id = p.app_id
    where p.on_u is not null and p.from_u is not null
    group by p.key
),
waited as (
    select p.key,
        sum(greatest(0, least(s.to_u, p.on_to_u) - greatest(s.from_u, p.applied_u))) as most_u,
        sum(greatest(0, least(s.to_u, p.on_u) - greatest(s.from_u, p.applied_last_u))) as least_u
    from placed as p
    join stop as s on s.app_id = p.app_id
    where p.on_u is not null and p.on_to_u is not null and p.applied_u is not null and p.applied_last_u is not null
    group by p.key
)
select p.key, cast(e.more_u as bigint) as early_u, cast(l.more_u as bigint) as late_u, cast(s.most_u as bigint) as most_u,
    cast(s.most_m as bigint) as most_m, cast(s.least_u as bigint) as least_u, cast(s.least_m as bigint) as least_m,
    cast(s.last_u as bigint) as last_u, cast(w.most_u as bigint) as wait_most_u, cast(w.least_u as bigint) as wait_least_u
from placed as p
left join early_more as e on e.key = p.key
left join late_more as l on l.key = p.key
left join stood as s on s.key = p.key
left join waited as w on w.key = p.key;
