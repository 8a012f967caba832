-- Facts of completion: turnkey work done whole, plans answered, gas on by the agreed day, works filed, archives complete, and what a promise leaves out by its rules.

-- One row per duty and application: five things done for the user who entrusted the works, the plan or quotation answered in time, gas on by the agreed day.
create view fact_request as
with
duties as (
    select 'turnkey' as duty, key, gas_on_month as month, gas_on_at as dated_at, gas_on_manager as manager,
        case turnkey when 'hit' then 'kept' when 'miss' then 'done_in_part' else 'no_record' end as reason, cast(works_n as double) as low, cast(5 as double) as high,
        app_id, gas_on_at, grid, build_mode, user_type, park, regime, outside_line, cell
    from app
    where turnkey is not null
    union all
    select 'quoted', a.key, strftime(a.dated_at, '%Y-%m'), a.dated_at, coalesce(h.manager, '(未填)'),
        a.quote, null, null, a.app_id, a.gas_on_at, a.grid, a.build_mode, a.user_type, a.park, a.regime, a.outside_line, a.cell
    from (select *, quote_due - interval 1 minute as dated_at from app where quote_due is not null) as a
    left join holder as h on h.grid_code = a.grid and a.dated_at >= h.starts_at and a.dated_at < h.ends_at
    union all
    select 'agreed', a.key, strftime(a.dated_at, '%Y-%m'), a.dated_at, coalesce(h.manager, '(未填)'),
        case
            when a.appt_by = '公司' then 'company_moved' when a.gas_on_at is null then 'open_after_agreed' when cast(a.gas_on_at as date) > a.agreed_last then 'after_agreed'
            when cast(a.gas_on_last as date) <= a.agreed_first then 'kept' else 'imprecise'
        end,
        case when a.gas_on_at is not null then cast(greatest(0, (epoch(date_trunc('day', a.gas_on_at)) - epoch(cast(a.agreed_last as timestamp))) / 86400) as double) end,
        case when a.gas_on_at is not null then cast(greatest(0, (epoch(date_trunc('day', a.gas_on_last)) - epoch(cast(a.agreed_first as timestamp))) / 86400) as double) end,
        a.app_id, a.gas_on_at, a.grid, a.build_mode, a.user_type, a.park, a.regime, a.outside_line, a.cell
    from (select *, cast(agreed_last as timestamp) + interval 23 hour as dated_at, cast(agreed_last as timestamp) + interval 1 day as over_at from app) as a
    left join holder as h on h.grid_code = a.grid and a.dated_at >= h.starts_at and a.dated_at < h.ends_at
    where a.over_at <= a.as_of and (a.cancelled_on is null or a.cancelled_on >= a.over_at)
)
select d.duty, d.key, d.app_id, d.month, d.dated_at,
    case when d.reason = 'kept' then 'hit' when d.reason in ('no_record', 'quoted_before', 'imprecise') then 'unknown' else 'miss' end as verdict,
    d.reason, d.low, d.high, case when d.low = d.high then d.low end as value,
    d.gas_on_at is not null as connected, coalesce(d.duty = 'quoted' and cast(d.dated_at as date) >= p.since, false) as provisional,
    d.grid, d.manager, d.build_mode, d.user_type, d.park, d.regime, d.outside_line, d.cell
from duties as d
cross join provisional as p;

-- One row per application with gas on, in the month of gas-on: how many of the ten items of its archive are filled ('to be decided' is not).
create view fact_archive as
select a.key, a.app_id, a.gas_on_month as month, a.gas_on_at as dated_at, a.archive_n as items, case when a.archive_n = 10 then 'hit' else 'miss' end as verdict,
    case when a.archive_n = 10 then 'kept' else 'archive_incomplete' end as reason, false as provisional,
    a.grid, a.gas_on_manager as manager, a.build_mode, a.user_type, a.park, a.regime, a.outside_line, a.cell
from app as a
where a.gas_on_at is not null;

-- One row per outside work whose limit of filing its completion ended by as-of, in the month it ended.
create table fact_filing as
with
dated as (
    select s.*, k.days, cast(w.gas_done_on as date) as done_first, cast(case when w.gas_done_on_to > w.gas_done_on then w.gas_done_on_to - interval 1 minute else w.gas_done_on_to end as date) as done_last,
        case when w.filing_on < s.as_of then w.filing_on end as filed_on,
        case when w.filing_on < s.as_of then cast(case when w.filing_on_to > w.filing_on then w.filing_on_to - interval 1 minute else w.filing_on_to end as date) end as filed_last
    from work_seen as s
    join work as w on w._key = s.key
    cross join (select cast(arg_max(value, valid_from) as bigint) as days from rule where name = 'filing_days') as k
    where w.gas_done_on < s.as_of
),
due as (
    select d.*, cast(done_first as timestamp) + (days + 1) * interval 1 day as due_at, cast(done_last as timestamp) + (days + 1) * interval 1 day as due_last, (select count(filing_on) from work) > 0 as filings_kept
    from dated as d
)
select d.key, d.app_id, strftime(d.due_at - interval 1 minute, '%Y-%m') as month, d.due_at - interval 1 minute as dated_at,
    case
        when d.filed_on is null then case when d.filings_kept and d.due_last <= d.as_of then 'miss' else 'unknown' end
        when d.filed_last < d.done_first then 'unknown'
        when cast(d.filed_last as timestamp) < d.due_at then 'hit'
        when d.filed_on >= d.due_last then 'miss'
        else 'unknown'
    end as verdict,
    case
        when d.filed_on is null then case when d.filings_kept and d.due_last <= d.as_of then 'not_filed' else 'no_record' end
        when d.filed_last < d.done_first then 'filed_before'
        when cast(d.filed_last as timestamp) < d.due_at then 'kept'
        when d.filed_on >= d.due_last then 'filed_late'
        else 'imprecise'
    end as reason,
    false as provisional, d.grid, coalesce(h.manager, '(未填)') as manager, d.build_mode, d.user_type, d.of_park as park,
    coalesce(d.app_regime, case when d.due_at <= d.effective_at then '11000' else '1.5' end) as regime, d.outside_line
from due as d
left join holder as h on h.grid_code = d.grid and d.due_at - interval 1 minute >= h.starts_at and d.due_at - interval 1 minute < h.ends_at
where d.due_at <= d.as_of;

-- One row per promise and case that its rules leave out: cancelled before the limit, or the appointment moved by the user.
create table fact_excluded as
with
left_out as (
    select 'valve' as promise, v.key, v.cancelled_on as dated_at, 'cancelled_before_limit' as reason
    from valve as v
    where v.cancelled_on < v.due_at
    union all
    select 'contract', a.key, a.cancelled_on, 'cancelled_before_limit'
    from app as a
    where a.build_mode = '代建' and a.cancelled_on < a.promised_to
)
select e.promise, e.key, a.app_id, strftime(e.dated_at, '%Y-%m') as month, e.dated_at, e.reason, false as provisional,
    a.grid, coalesce(h.manager, '(未填)') as manager, a.build_mode, a.user_type, a.park, a.regime, a.outside_line
from left_out as e
join app as a on a.key = e.key
left join holder as h on h.grid_code = a.grid and e.dated_at >= h.starts_at and e.dated_at < h.ends_at;

-- One row per appointment that the user moved, in the month its slot ended: it is no appointment to be kept.
create table fact_moved as
with
moved as (
    select v._key as key, v.app_id, v.project_id, v.grid_code, 'moved_by_user' as reason,
        case when v.appt_start_p = 'moment' and v.appt_end is null then coalesce(v.appt_end_to, v.appt_start_to) else coalesce(v.appt_end_to, v.appt_start_to) - interval 1 minute end as dated_at
    from visit as v
    cross join clock as c
    where v.result = '用户改约' and v.appt_start is not null and coalesce(v.appt_end_to, v.appt_start_to) <= c.as_of
        and coalesce(v.direction, '上门') = '上门' and coalesce(v.kind, '上门') not in ('用户到厅', '到政府窗口')
)
select m.key, m.app_id, strftime(m.dated_at, '%Y-%m') as month, m.dated_at, m.reason, false as provisional,
    coalesce(g.grid_code, case when (select count(*) from grid) = 0 then m.grid_code end, nullif(a.grid, '(未填)'), j.grid, '(未填)') as grid, coalesce(h.manager, '(未填)') as manager,
    coalesce(a.build_mode, '(未填)') as build_mode, coalesce(a.user_type, '(未填)') as user_type, coalesce(a.park, '(未填)') as park,
    coalesce(a.regime, case when m.dated_at < e.effective_at then '11000' else '1.5' end) as regime, coalesce(a.outside_line, '(未填)') as outside_line
from moved as m
cross join (select min(cast(value as timestamp)) as effective_at from rule where name = 'effective_date') as e
left join grid_word as g on g.word = m.grid_code
left join app as a on a.app_id = m.app_id
left join project_seen as j on j.project_id = m.project_id
left join holder as h on h.grid_code = coalesce(g.grid_code, nullif(a.grid, '(未填)'), j.grid) and m.dated_at >= h.starts_at and m.dated_at < h.ends_at;
