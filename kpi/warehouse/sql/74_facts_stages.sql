-- Stages of an application from the first news of its project to the second follow-up: where does the time go?

-- One row per application and stage whose end has happened by as-of and whose beginning is known, in the month it ended; days below 0 contradict the order; `place` is the place of the stage in the process.
create table fact_stage as
with
pipe as (
    select app_id, max(boundary_ready_on) as ready_on
    from work_of
    group by app_id
    having count(*) = count(boundary_ready_on)
),
called as (
    select f.app_id, cast(f.fu_at as date) as called_on, row_number() over (partition by f.app_id order by cast(f.fu_at as date)) as nth
    from (select distinct app_id, cast(fu_at as date) as fu_at from followup where reached = '接通' and app_id is not null) as f
    join app as a on a.app_id = f.app_id and f.fu_at >= cast(a.gas_on_at as date) and f.fu_at < cast(a.as_of as date)
),
events as (
    select a.key, a.app_id, p.first_known_at as known, p.landed_on as landed, a.applied_at as applied, s.accepted_at as accepted, w.ready_on as outside,
        a.inside_done_on as inside, s.accept_passed_at as passed, a.ready_at as ready, s.gas_requested_at as asked, a.gas_on_at as gas_on,
        cast(f.called_on as timestamp) as first_call, cast(t.called_on as timestamp) as second_call, a.as_of, a.grid, a.build_mode
    from app as a
    join application as s on s._key = a.key
    left join project as p on p.project_id = a.project_id
    left join pipe as w on w.app_id = a.app_id
    left join called as f on f.app_id = a.app_id and f.nth = 1
    left join called as t on t.app_id = a.app_id and t.nth = 2
),
spans as (
    select key, 1 as place, known as from_at, landed as to_at, as_of, grid, build_mode from events where landed < as_of and known < as_of
    union all select key, 2, landed, applied, as_of, grid, build_mode from events where applied < as_of and landed < as_of
    union all select key, 3, applied, accepted, as_of, grid, build_mode from events where accepted < as_of and applied < as_of
    union all select key, 4, accepted, outside, as_of, grid, build_mode from events where outside < as_of and accepted < as_of
    union all select key, 5, accepted, inside, as_of, grid, build_mode from events where inside < as_of and accepted < as_of
    union all select key, 6, inside, passed, as_of, grid, build_mode from events where passed < as_of and inside < as_of
    union all select key, 7, passed, ready, as_of, grid, build_mode from events where ready < as_of and passed < as_of
    union all select key, 8, ready, asked, as_of, grid, build_mode from events where asked < as_of and ready < as_of
    union all select key, 9, asked, gas_on, as_of, grid, build_mode from events where gas_on < as_of and asked < as_of
    union all select key, 10, gas_on, first_call, as_of, grid, build_mode from events where first_call < as_of and gas_on < as_of
    union all select key, 11, first_call, second_call, as_of, grid, build_mode from events where second_call < as_of and first_call < as_of
)
select s.key, s.place, strftime(s.to_at, '%Y-%m') as month, (epoch(date_trunc('day', s.to_at)) - epoch(date_trunc('day', s.from_at))) / 86400 as days,
    s.grid, coalesce(h.manager, '(未填)') as manager, s.build_mode
from spans as s
left join holder as h on h.grid_code = s.grid and s.to_at >= h.starts_at and s.to_at < h.ends_at;
