-- Stages of an application from the first news of its project to the second follow-up: where does the time go?

-- One row per application whose works outside the red line all reached the boundary: when the last of them did.
create table pipe_of as
select app_id, max(boundary_ready_on) as ready_on
from work_of
group by app_id
having count(*) = count(boundary_ready_on);

-- One row per application called after gas on: the first and the second day on which somebody was reached.
create table called_on as
with
called as (
    select f.app_id, f.called_on, row_number() over (partition by f.app_id order by f.called_on) as nth
    from (select distinct app_id, cast(fu_at as date) as called_on from followup where reached = '接通' and app_id is not null) as f
    join app as a on a.app_id = f.app_id and f.called_on >= cast(a.gas_on_at as date) and f.called_on < cast(a.as_of as date)
)
select app_id, max(case when nth = 1 then called_on end) as first_on, max(case when nth = 2 then called_on end) as second_on
from called
where nth <= 2
group by app_id;

-- One row per application (per project where it has only come to be known and to land) and stage whose end has happened by as-of and whose beginning is known, in the month it ended; days below 0 contradict the order; `place` is the place of the stage in the process.
create view fact_stage as
with
events as (
    select a.grid, a.build_mode, a.key, a.as_of, k.place,
        case k.place
            when 2 then p.landed_on when 3 then a.applied_at when 4 then a.accepted_at when 5 then a.accepted_at when 6 then a.inside_done_on
            when 7 then a.accept_passed_at when 8 then a.ready_at when 9 then a.asked_at when 10 then a.gas_on_at else cast(c.first_on as timestamp)
        end as from_at,
        case k.place
            when 2 then a.applied_at when 3 then a.accepted_at when 4 then w.ready_on when 5 then a.inside_done_on when 6 then a.accept_passed_at
            when 7 then a.ready_at when 8 then a.asked_at when 9 then a.gas_on_at when 10 then cast(c.first_on as timestamp) else cast(c.second_on as timestamp)
        end as to_at
    from app as a
    left join project as p on p.project_id = a.project_id
    left join pipe_of as w on w.app_id = a.app_id
    left join called_on as c on c.app_id = a.app_id
    cross join (
        select 2 as place union all select 3 union all select 4 union all select 5 union all select 6 union all select 7 union all select 8
        union all select 9 union all select 10 union all select 11
    ) as k
    union all
    select coalesce(s.grid, '(未填)'), '(未填)', s.key, c.as_of, 1, p.first_known_at, p.landed_on
    from project_seen as s
    join project as p on p._key = s.key
    cross join clock as c
)
select s.key, s.place, strftime(s.to_at, '%Y-%m') as month, s.to_at as dated_at, (epoch(date_trunc('day', s.to_at)) - epoch(date_trunc('day', s.from_at))) / 86400 as days,
    s.grid, coalesce(h.manager, '(未填)') as manager, s.build_mode
from events as s
left join holder as h on h.grid_code = s.grid and s.to_at >= h.starts_at and s.to_at < h.ends_at
where s.from_at < s.as_of and s.to_at < s.as_of;
