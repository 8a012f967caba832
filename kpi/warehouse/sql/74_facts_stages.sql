-- Stages of an application from the first news of its project to the second follow-up: where does the time go?

-- One row per application and stage whose end has happened by as-of and whose beginning is known, in the month it ended; days below 0 contradict the order.
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
        cast(f.called_on as timestamp) as first_call, cast(t.called_on as timestamp) as second_call, a.as_of
    from app as a
    join application as s on s._key = a.key
    left join project as p on p.project_id = a.project_id
    left join pipe as w on w.app_id = a.app_id
    left join called as f on f.app_id = a.app_id and f.nth = 1
    left join called as t on t.app_id = a.app_id and t.nth = 2
),
spans as (
    select key, app_id, 1 as place, 'known_landed' as stage, known as from_at, landed as to_at, as_of from events
    union all select key, app_id, 2, 'landed_applied', landed, applied, as_of from events
    union all select key, app_id, 3, 'applied_accepted', applied, accepted, as_of from events
    union all select key, app_id, 4, 'accepted_outside', accepted, outside, as_of from events
    union all select key, app_id, 5, 'accepted_inside', accepted, inside, as_of from events
    union all select key, app_id, 6, 'inside_passed', inside, passed, as_of from events
    union all select key, app_id, 7, 'passed_ready', passed, ready, as_of from events
    union all select key, app_id, 8, 'ready_asked', ready, asked, as_of from events
    union all select key, app_id, 9, 'asked_on', asked, gas_on, as_of from events
    union all select key, app_id, 10, 'on_first', gas_on, first_call, as_of from events
    union all select key, app_id, 11, 'first_second', first_call, second_call, as_of from events
)
select s.key, s.app_id, s.place, s.stage, strftime(s.to_at, '%Y-%m') as month, s.to_at as dated_at,
    (epoch(date_trunc('day', s.to_at)) - epoch(date_trunc('day', s.from_at))) / 86400 as days, false as provisional,
    a.grid, coalesce(h.manager, '(未填)') as manager, a.build_mode, a.user_type, a.park, a.regime, a.outside_line
from spans as s
join app as a on a.key = s.key
left join holder as h on h.grid_code = a.grid and s.to_at >= h.starts_at and s.to_at < h.ends_at
where s.from_at is not null and s.to_at is not null and s.to_at < s.as_of and s.from_at < s.as_of;
