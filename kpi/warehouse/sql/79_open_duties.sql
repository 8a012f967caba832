-- Duties that stand open at as-of: what is still to be done, until when, and who holds it now.

-- One row per duty that is neither done nor given up at as-of; `left_wd` is told where the limit is one of working time, `inherited` where it had ended before the holder took over.
create table open_duty as
with
duties as (
    select 'valve' as duty, v.key, v.app_id, 'application' as about, v.start_from as begun_at, v.due_at, (v.due_u - v.now_u) / (2.0 * u.unit) as left_wd, v.grid, cast(null as varchar) as owner, v.as_of
    from app as v
    cross join unit as u
    where v.gas_on_at is null and v.cancelled_on is null and v.due_at is not null
    union all
    select case when p.duty = '复杂' then 'feedback_3wd' else 'feedback_24h' end, p.key, p.app_id, 'appeal', p.accepted_at, p.due_at, null,
        coalesce(g.grid_code, case when (select count(*) from grid) = 0 then p.grid_code end, a.grid, '(未填)'), m.manager, p.as_of
    from appeal_limit as p
    left join grid_word as g on g.word = p.grid_code
    left join app as a on a.app_id = p.app_id
    left join manager_word as m on m.word = p.owner
    where p.fb_at is null and p.due_at is not null
    union all
    select 'appointment', s._key, s.app_id, 'visit', s.booked_at, coalesce(s.appt_end_to, s.appt_start_to), null,
        coalesce(g.grid_code, case when (select count(*) from grid) = 0 then s.grid_code end, nullif(a.grid, '(未填)'), j.grid, '(未填)'), null, c.as_of
    from visit as s
    cross join clock as c
    left join grid_word as g on g.word = s.grid_code
    left join app as a on a.app_id = s.app_id
    left join project_seen as j on j.project_id = s.project_id
    where coalesce(s.direction, '上门') = '上门' and coalesce(s.kind, '上门') not in ('用户到厅', '到政府窗口') and coalesce(s.appt_end_to, s.appt_start_to) > c.as_of
        and (s.arrived_at is null or s.arrived_at >= c.as_of) and coalesce(s.result, '') not in ('用户改约', '公司改约')
        and (s.booked_at < c.as_of or (s.booked_at is null and s.arrived_at is null))
    union all
    select 'contract', a.key, a.app_id, 'application', s.contract_signed_on, a.promised_to, null, a.grid, null, a.as_of
    from app as a
    join application as s on s._key = a.key
    where a.build_mode = '代建' and a.inside_done_on is null and a.gas_on_at is null and a.cancelled_on is null and a.promised_to is not null
    union all
    select case when coalesce(e.reached_days, 0) = 0 and w.begun_at + (k.first_days + 1) * interval 1 day > w.as_of then 'followup_first' else 'followup_second' end, w.key, w.app_id, 'application', w.begun_at,
        w.begun_at + (case when coalesce(e.reached_days, 0) = 0 and w.begun_at + (k.first_days + 1) * interval 1 day > w.as_of then k.first_days else k.second_days end + 1) * interval 1 day, null, w.grid, null, w.as_of
    from (select key, app_id, date_trunc('day', gas_on_at) as begun_at, grid, as_of from app where gas_on_at is not null) as w
    cross join (
        select max(case when name = 'followup_first_days' then cast(value as bigint) end) as first_days, max(case when name = 'followup_second_days' then cast(value as bigint) end) as second_days
        from rule where name in ('followup_first_days', 'followup_second_days')
    ) as k
    left join called_of as e on e.key = w.key
    where coalesce(e.reached_days, 0) < 2 and w.begun_at + (k.second_days + 1) * interval 1 day > w.as_of
    union all
    select 'update', p.key, null, 'project', p.updated_on, date_trunc('day', case when p.updated_on_to > p.updated_on then p.updated_on_to - interval 1 minute else p.updated_on_to end) + (k.days + 1) * interval 1 day,
        null, p.grid, null, p.as_of
    from project_of as p
    cross join (select max(cast(value as bigint)) as days from rule where name = 'project_update_days') as k
    left join reached_of as r on r.project_id = p.project_id
    where p.updated_on < p.as_of and r.gas_on_at is null and coalesce(p.status, '') not in ('不用气', '流失', '已通气', '不需用气', '放弃')
),
held as (
    select d.*, coalesce(d.owner, h.manager) as manager
    from duties as d
    left join holder as h on h.grid_code = d.grid and h.starts_at < d.as_of and h.ends_at >= d.as_of
),
terms as (
    -- who comes back to a grid takes it over once more
    select grid_code, manager, max(starts_at) as since
    from (
        select h.grid_code, h.manager, h.starts_at, lag(h.manager) over (partition by h.grid_code order by h.starts_at) as before,
            lag(h.ends_at) over (partition by h.grid_code order by h.starts_at) as until
        from holder as h
        cross join clock as c
        where h.starts_at < c.as_of
    ) as begun
    where before is distinct from manager or until < starts_at
    group by grid_code, manager
)
select h.duty, h.key, h.app_id, h.about, h.begun_at, h.due_at, h.due_at <= h.as_of as overdue, coalesce(h.due_at <= h.as_of and h.due_at <= t.since, false) as inherited,
    (epoch(h.due_at) - epoch(h.as_of)) / 3600.0 as left_h, h.left_wd, h.grid, coalesce(h.manager, '(未填)') as manager, t.since
from held as h
left join terms as t on t.grid_code = h.grid and t.manager = h.manager;
