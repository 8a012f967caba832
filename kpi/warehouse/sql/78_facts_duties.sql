-- Facts of duties towards each application and appeal: is somebody in charge, was the user told, is it done by contract, was it answered and closed.

-- One row per grid and day on which it was applied for: how many managers were in office; none without a register of grids.
create table in_office as
select d.grid, d.applied_on, count(distinct coalesce(t.manager_id, t.manager_name)) as managers
from (select distinct grid, date_trunc('day', applied_at) as applied_on from app) as d
left join term as t on t.grid_code = d.grid and t.valid_from <= d.applied_on and (t.valid_to is null or t.valid_to_to > d.applied_on)
where (select count(*) from grid) > 0
group by d.grid, d.applied_on;

-- One row per duty and appeal, in the month its own date falls in.
create table appeal_duty as
with
asked as (
    select b._key as key, b.app_id, b.grid_code, b.owner, b.accepted_at as dated_at, b.first_handler, b.told_once, b.confirmed, b.reopened_n,
        case when b.closed_at < c.as_of then b.closed_at end as closed_at,
        case when b.fb_customer_at < c.as_of then b.fb_customer_at end as fb_at, c.as_of
    from appeal as b
    cross join clock as c
    where b.accepted_at < c.as_of
),
answers as (
    select 'handler' as duty, a.*,
        case when first_handler is not null then 'hit' when noted > 0 then 'miss' else 'unknown' end as verdict,
        case when first_handler is not null then 'kept' when noted > 0 then 'no_handler' else 'no_record' end as reason
    from asked as a
    cross join (select count(first_handler) as noted from appeal) as n
    union all
    select 'told_once', a.*, case when told_once then 'hit' when not told_once then 'miss' else 'unknown' end,
        case when told_once then 'kept' when not told_once then 'not_told_once' else 'no_record' end
    from asked as a
    union all
    select 'closed', a.*,
        case when closed_at is null or not coalesce(confirmed, true) or coalesce(reopened_n, 0) > 0 then 'miss' when confirmed is null then 'unknown' else 'hit' end,
        case
            when closed_at is null then 'still_open' when not coalesce(confirmed, true) then 'not_confirmed' when coalesce(reopened_n, 0) > 0 then 'reopened'
            when confirmed is null then 'no_record' else 'kept'
        end
    from asked as a
)
select 'both' as duty, f.key, f.app_id, f.month, f.dated_at,
    case when b.fb_customer_at < c.as_of and b.fb_dept_at < c.as_of then 'hit' else 'miss' end as verdict,
    case when b.fb_customer_at < c.as_of and b.fb_dept_at < c.as_of then 'kept' when b.fb_customer_at < c.as_of then 'no_feedback_to_department' else 'no_feedback' end as reason,
    f.provisional, f.grid, f.manager, f.build_mode, f.user_type, f.park, f.regime, f.outside_line
from fact_appeal as f
join appeal as b on b._key = f.key
cross join clock as c
union all
select r.duty, r.key, r.app_id, strftime(r.dated_at, '%Y-%m'), r.dated_at, r.verdict, r.reason, false,
    coalesce(g.grid_code, case when (select count(*) from grid) = 0 then r.grid_code end, a.grid, '(未填)'),
    coalesce(m.manager, '(未填)'), coalesce(a.build_mode, '(未填)'), coalesce(a.user_type, '(未填)'), coalesce(a.park, '(未填)'),
    case when r.dated_at >= e.effective_at then '1.5' when r.fb_at < e.effective_at or r.as_of <= e.effective_at then '11000' else 'straddling' end,
    coalesce(a.outside_line, '(未填)')
from answers as r
cross join (select min(cast(value as timestamp)) as effective_at from rule where name = 'effective_date') as e
left join grid_word as g on g.word = r.grid_code
left join app as a on a.app_id = r.app_id
left join manager_word as m on m.word = r.owner;

-- One row per combination of dimensions: those of applications, and after them those that appeals alone have.
create table cell as
select cell, grid, build_mode, user_type, park, outside_line, regime
from app_cell
union all
select cast(k.highest + row_number() over (order by d.grid, d.build_mode, d.user_type, d.park, d.outside_line, d.regime) as integer), d.grid, d.build_mode, d.user_type, d.park, d.outside_line, d.regime
from (
    select grid, build_mode, user_type, park, outside_line, regime from appeal_duty
    except
    select grid, build_mode, user_type, park, outside_line, regime from app_cell
) as d
cross join (select coalesce(max(cell), 0) as highest from app_cell) as k;

-- One row per duty and application or appeal, in the month its own date falls in.
create view fact_duty as
with
duties as (
    select 'grid' as duty, a.key, a.applied_month as month, a.applied_at as dated_at, a.applied_manager as manager,
        case
            when o.managers is null then 'no_register' when a.grid = '(未填)' then 'no_grid' when o.managers = 0 then 'no_manager' when o.managers > 1 then 'several_managers' else 'kept'
        end as reason, a.app_id, a.grid, a.build_mode, a.user_type, a.park, a.regime, a.outside_line, a.cell
    from app as a
    left join in_office as o on o.grid = a.grid and o.applied_on = date_trunc('day', a.applied_at)
    union all
    select 'lead', key, applied_month, applied_at, applied_manager,
        case when dept is null then 'no_record' when strpos(dept, '规划') > 0 then 'kept' else 'other_department' end,
        app_id, grid, build_mode, user_type, park, regime, outside_line, cell
    from app
    union all
    select 'told', key, gas_on_month, gas_on_at, gas_on_manager, case when told_n = 3 then 'kept' when told_n = 0 then 'no_record' else 'told_in_part' end,
        app_id, grid, build_mode, user_type, park, regime, outside_line, cell
    from app
    where build_mode = '自建' and gas_on_at is not null
    union all
    select k.duty, a.key, strftime(a.accept_passed_at, '%Y-%m'), a.accept_passed_at, coalesce(h.manager, '(未填)'),
        case
            when k.duty = 'attended' then case when a.accept_attended then 'kept' when not a.accept_attended then 'not_attended' else 'no_record' end
            when a.accept_first_result is null then 'no_record' when a.accept_first_result = '合格' then 'kept' else 'accepted_later'
        end, a.app_id, a.grid, a.build_mode, a.user_type, a.park, a.regime, a.outside_line, a.cell
    from app as a
    join (select 'attended' as duty union all select 'first_go') as k on k.duty = 'first_go' or a.build_mode = '自建'
    left join holder as h on h.grid_code = a.grid and a.accept_passed_at >= h.starts_at and a.accept_passed_at < h.ends_at
    where a.accept_passed_at is not null
    union all
    select 'contract', a.key, strftime(a.dated_at, '%Y-%m'), a.dated_at, coalesce(h.manager, '(未填)'),
        case when inside_done_on is null then 'not_finished' when inside_done_on_to <= promised_to then 'kept' when inside_done_on >= promised_to then 'finished_late' else 'imprecise' end,
        a.app_id, a.grid, a.build_mode, a.user_type, a.park, a.regime, a.outside_line, a.cell
    from (select *, promised_to - interval 1 minute as dated_at from app) as a
    left join holder as h on h.grid_code = a.grid and a.dated_at >= h.starts_at and a.dated_at < h.ends_at
    where a.build_mode = '代建' and a.promised_to <= a.as_of and (a.cancelled_on is null or a.cancelled_on >= a.promised_to)
)
select duty, key, app_id, month, dated_at,
    case when reason = 'kept' then 'hit' when reason in ('no_register', 'no_record', 'imprecise') then 'unknown' else 'miss' end as verdict, reason, false as provisional,
    grid, manager, build_mode, user_type, park, regime, outside_line, cell
from duties
union all
select a.duty, a.key, a.app_id, a.month, a.dated_at, a.verdict, a.reason, a.provisional, a.grid, a.manager, a.build_mode, a.user_type, a.park, a.regime, a.outside_line, c.cell
from appeal_duty as a
join cell as c on c.grid = a.grid and c.build_mode = a.build_mode and c.user_type = a.user_type and c.park = a.park and c.regime = a.regime and c.outside_line = a.outside_line;
