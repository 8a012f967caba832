-- Clock-stops of which the user was told only when the limit had already ended without them.

-- One row per clock-stop that lengthens a limit of 0.5 working day: the limit as it stood when the user was told (from the latest start, with the stops told of on days before), and whether it had ended by then.
create table told_late as
with
starts as (
    select a.app_id, a.grid, l.u as from_u, u.unit
    from app as a
    join axis as l on l.instant = a.start_last
    cross join unit as u
    where a.app_id is not null and not a.clash_ready
),
placed as (
    select v.key, v.app_id, v.owner, c.noticed_on, s.grid, s.from_u as start_u, s.unit, b.u as from_u, e.u as to_u
    from valid_stop as v
    join clock_stop as c on c._key = v.key
    join starts as s on s.app_id = v.app_id
    join axis as b on b.instant = v.start_at
    join axis as e on e.instant = v.until_at
    where e.u > s.from_u
),
earlier as (
    -- of stops that overlap the later one counts from the end of the earlier
    select p.key, p.start_u + p.unit as limit_u, o.to_u,
        greatest(o.from_u, p.start_u, coalesce(max(o.to_u) over (partition by p.key order by o.from_u, o.to_u, o.key rows between unbounded preceding and 1 preceding), 0)) as begin_u
    from placed as p
    join placed as o on o.app_id = p.app_id and o.noticed_on < p.noticed_on
),
lasting as (
    select key, limit_u, begin_u, to_u, coalesce(sum(to_u - begin_u) over (partition by key order by begin_u rows between unbounded preceding and 1 preceding), 0) as stood_u
    from earlier
    where to_u > begin_u
),
lengthened as (select key, sum(to_u - begin_u) as more_u from lasting where begin_u < limit_u + stood_u group by key),
limits as (
    select p.*, p.start_u + p.unit + coalesce(m.more_u, 0) as due_u, (p.start_u + p.unit + coalesce(m.more_u, 0) - 1) // p.unit as k
    from placed as p
    left join lengthened as m on m.key = p.key
),
ended as (
    select l.*, cast(s.date as timestamp) + (s.from_min + (l.due_u - l.k * l.unit + s.unit - 1) // s.unit) * interval 1 minute as due_at
    from limits as l
    join session as s on s.k = l.k
    where l.from_u < l.due_u
)
select e.key, e.app_id, strftime(e.due_at, '%Y-%m') as month, e.due_at, e.noticed_on, e.noticed_on >= e.due_at as late, e.owner, e.grid, coalesce(h.manager, '(未填)') as manager
from ended as e
left join holder as h on h.grid_code = e.grid and e.due_at >= h.starts_at and e.due_at < h.ends_at;
