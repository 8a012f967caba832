-- Facts of completion: turnkey work done whole, plans answered, gas on by the agreed day, works filed, archives complete, and what a promise leaves out by its rules.

-- One row per duty and application: five things done for the user who entrusted the works, the plan or quotation answered in time, gas on by the agreed day.
create table fact_request as
with
kept as (
    select count(case when build_mode = '代建' then design_on end) > 0 as design, count(case when build_mode = '代建' then inside_done_on end) > 0 as inside,
        count(case when build_mode = '代建' then approval_done_on end) > 0 as approval, count(case when build_mode = '代建' then accept_passed_at end) > 0 as accepted,
        count(case when build_mode = '代建' then account_opened_on end) > 0 as account, count(quoted_on) > 0 as quoted
    from application
),
seen as (
    select a.*, coalesce(s.design_on < a.as_of, false) as designed, coalesce(s.inside_done_on < a.as_of, false) as built, coalesce(s.approval_done_on < a.as_of, false) as approved,
        coalesce(s.accept_passed_at < a.as_of, false) as passed, coalesce(s.account_opened_on < a.as_of, false) as opened,
        case when s.quoted_on < a.as_of then s.quoted_on end as quoted_on, case when s.quoted_on < a.as_of then s.quoted_on_to end as quoted_to,
        case when s.quoted_on < a.as_of and s.quoted_on_p = 'moment' then s.quoted_on when s.quoted_on < a.as_of then s.quoted_on_to - interval 1 minute end as quoted_last,
        coalesce(s.accepted_at, s.applied_at) as taken_at,
        case
            when s.accepted_at is null then case when s.applied_at_p = 'moment' then s.applied_at else s.applied_at_to - interval 1 minute end
            when s.accepted_at_p = 'moment' then s.accepted_at
            else s.accepted_at_to - interval 1 minute
        end as taken_last,
        s.appt_by, cast(s.appt_start as date) as agreed_first,
        cast(case when s.appt_end is null and s.appt_start_to > s.appt_start then s.appt_start_to - interval 1 minute when s.appt_end is null then s.appt_start when s.appt_end_to > s.appt_end then s.appt_end_to - interval 1 minute
            else s.appt_end end as date) as agreed_last,
        cast(a.gas_on_at as date) as gas_first, cast(a.gas_on_last as date) as gas_last
    from app as a
    join application as s on s._key = a.key
),
due as (
    select s.*, cast(w.date as timestamp) + interval 1 day as quote_due, cast(v.date as timestamp) + interval 1 day as quote_due_last
    from seen as s
    cross join (select cast(arg_max(value, valid_from) as bigint) as days from rule where name = 'quotation_working_days') as k
    left join day as f on f.date = cast(s.taken_at as date)
    left join day as l on l.date = cast(s.taken_last as date)
    left join workday as w on w.wd = f.wd + k.days
    left join workday as v on v.wd = l.wd + k.days
),
duties as (
    select 'turnkey' as duty, key, gas_on_at as dated_at,
        case
            when designed and built and approved and passed and opened then 'hit'
            when (design and not designed) or (inside and not built) or (approval and not approved) or (accepted and not passed) or (account and not opened) then 'miss'
            else 'unknown'
        end as verdict,
        case
            when designed and built and approved and passed and opened then 'kept'
            when (design and not designed) or (inside and not built) or (approval and not approved) or (accepted and not passed) or (account and not opened) then 'done_in_part'
            else 'no_record'
        end as reason,
        cast(case when designed then 1 else 0 end + case when built then 1 else 0 end + case when approved then 1 else 0 end + case when passed then 1 else 0 end + case when opened then 1 else 0 end as double) as low,
        cast(5 as double) as high
    from due
    cross join kept
    where build_mode = '代建' and gas_on_at is not null
    union all
    select 'quoted', key, quote_due - interval 1 minute,
        case
            when quoted_on is null then case when quoted and quote_due_last <= as_of then 'miss' else 'unknown' end
            when quoted_last < taken_at then 'unknown' when quoted_last < quote_due then 'hit' when quoted_on >= quote_due_last then 'miss' else 'unknown'
        end,
        case
            when quoted_on is null then case when quoted and quote_due_last <= as_of then 'no_quotation' else 'no_record' end
            when quoted_last < taken_at then 'quoted_before' when quoted_last < quote_due then 'kept' when quoted_on >= quote_due_last then 'quoted_late' else 'imprecise'
        end,
        null, null
    from due
    cross join kept
    where quote_due <= as_of and (cancelled_on is null or cancelled_on >= quote_due)
    union all
    select 'agreed', key, cast(agreed_last as timestamp) + interval 23 hour,
        case
            when appt_by = '公司' or gas_on_at is null or gas_first > agreed_last then 'miss'
            when gas_last <= agreed_first then 'hit' else 'unknown'
        end,
        case
            when appt_by = '公司' then 'company_moved' when gas_on_at is null then 'open_after_agreed' when gas_first > agreed_last then 'after_agreed' when gas_last <= agreed_first then 'kept' else 'imprecise'
        end,
        case when gas_on_at is not null then cast(greatest(0, (epoch(cast(gas_first as timestamp)) - epoch(cast(agreed_last as timestamp))) / 86400) as double) end,
        case when gas_on_at is not null then cast(greatest(0, (epoch(cast(gas_last as timestamp)) - epoch(cast(agreed_first as timestamp))) / 86400) as double) end
    from due
    where cast(agreed_last as timestamp) + interval 1 day <= as_of and (cancelled_on is null or cancelled_on >= cast(agreed_last as timestamp) + interval 1 day)
)
select d.duty, d.key, a.app_id, strftime(d.dated_at, '%Y-%m') as month, d.dated_at, d.verdict, d.reason, d.low, d.high, case when d.low = d.high then d.low end as value,
    a.gas_on_at is not null as connected, coalesce(d.duty = 'quoted' and cast(d.dated_at as date) >= p.since, false) as provisional,
    a.grid, coalesce(h.manager, '(未填)') as manager, a.build_mode, a.user_type, a.park, a.regime, a.outside_line
from duties as d
join app as a on a.key = d.key
cross join provisional as p
left join holder as h on h.grid_code = a.grid and d.dated_at >= h.starts_at and d.dated_at < h.ends_at;

-- One row per application with gas on, in the month of gas-on: how many of the ten items of its archive are filled ('to be decided' is not).
create view fact_archive as
select a.key, a.app_id, strftime(a.gas_on_at, '%Y-%m') as month, a.gas_on_at as dated_at, a.archive_n as items, case when a.archive_n = 10 then 'hit' else 'miss' end as verdict,
    case when a.archive_n = 10 then 'kept' else 'archive_incomplete' end as reason, false as provisional,
    a.grid, coalesce(h.manager, '(未填)') as manager, a.build_mode, a.user_type, a.park, a.regime, a.outside_line
from app as a
left join holder as h on h.grid_code = a.grid and a.gas_on_at >= h.starts_at and a.gas_on_at < h.ends_at
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
    join application as s on s._key = a.key
    where a.build_mode = '代建' and a.cancelled_on < case when s.contract_extended_to is null then s.contract_due_on_to else s.contract_extended_to_to end
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
    coalesce(g.grid_code, case when (select count(*) from grid) = 0 then m.grid_code end, a.grid, j.grid, '(未填)') as grid, coalesce(h.manager, '(未填)') as manager,
    coalesce(a.build_mode, '(未填)') as build_mode, coalesce(a.user_type, '(未填)') as user_type, coalesce(a.park, '(未填)') as park,
    coalesce(a.regime, case when m.dated_at < e.effective_at then '11000' else '1.5' end) as regime, coalesce(a.outside_line, '(未填)') as outside_line
from moved as m
cross join (select min(cast(value as timestamp)) as effective_at from rule where name = 'effective_date') as e
left join grid_word as g on g.word = m.grid_code
left join app as a on a.app_id = m.app_id
left join project_seen as j on j.project_id = m.project_id
left join holder as h on h.grid_code = coalesce(g.grid_code, a.grid, j.grid) and m.dated_at >= h.starts_at and m.dated_at < h.ends_at;
