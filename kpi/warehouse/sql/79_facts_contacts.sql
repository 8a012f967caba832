-- Facts of whoever asks or complains: what each contact was, whether it came again, changes of level, major matters, and what stands open or overdue month by month.

-- One row per appeal accepted by as-of, with its dimensions, its limit of first feedback, and only what had happened by as-of.
create temp table contact as
with
seen as (
    select b._key as key, b.app_id, b.grid_code, b.owner, b.owner_dept, b.kind, b.source, b.topic, coalesce(b.customer, s.customer_name) as who, b.level, b.level_first,
        b.accepted_at, b.accepted_at_to, b.accepted_at_p,
        case when b.accepted_at_p = 'moment' then b.accepted_at else b.accepted_at_to - interval 1 minute end as accepted_last,
        case when b.fb_customer_at < c.as_of then b.fb_customer_at end as fb_at, case when b.fb_customer_at < c.as_of then b.fb_customer_at_to end as fb_to,
        case when b.fb_customer_at < c.as_of and b.fb_customer_at_p = 'moment' then b.fb_customer_at when b.fb_customer_at < c.as_of then b.fb_customer_at_to - interval 1 minute end as fb_last,
        case when b.closed_at < c.as_of then b.closed_at end as closed_at, case when b.closed_at < c.as_of then b.closed_at_to end as closed_to,
        case when b.closed_at < c.as_of and b.closed_at_p = 'moment' then b.closed_at when b.closed_at < c.as_of then b.closed_at_to - interval 1 minute end as closed_last,
        case when b.level_changed_at < c.as_of then b.level_changed_at end as changed_at, case when b.level_changed_at < c.as_of then b.level_changed_at_to end as changed_to,
        coalesce(b.level_changed_at >= c.as_of, false) as changes_later,
        case when b.signed_at < c.as_of then b.signed_at end as signed_at, case when b.signed_at < c.as_of then b.signed_at_to end as signed_to,
        case when b.signed_at < c.as_of and b.signed_at_p = 'moment' then b.signed_at when b.signed_at < c.as_of then b.signed_at_to - interval 1 minute end as signed_last,
        b.due_at, b.due_at_to, b.office_meeting_due, b.office_meeting_due_to, b.confirmed, b.reopened_n, b.returned_n, b.satisfied, b.shirk, b.upheld, c.as_of, a.grid as app_grid,
        coalesce(a.build_mode, '(未填)') as build_mode, coalesce(a.user_type, '(未填)') as user_type, coalesce(a.park, '(未填)') as park, coalesce(a.outside_line, '(未填)') as outside_line
    from appeal as b
    cross join clock as c
    left join app as a on a.app_id = b.app_id
    left join application as s on s._key = a.key
    where b.accepted_at < c.as_of
)
select s.*, f.wd as accepted_wd, l.wd as accepted_last_wd,
    coalesce(strpos(s.kind, '咨询') > 0 or strpos(s.kind, '查询') > 0, false) as is_enquiry, coalesce(strpos(s.kind, '投诉') > 0, false) as is_complaint,
    coalesce(strpos(s.source, '12345') > 0, false) as is_hotline,
    coalesce(g.grid_code, case when (select count(*) from grid) = 0 then s.grid_code end, s.app_grid, '(未填)') as grid, coalesce(m.manager, '(未填)') as manager,
    case when s.accepted_at >= e.effective_at then '1.5' when s.fb_at < e.effective_at or s.as_of <= e.effective_at then '11000' else 'straddling' end as regime
from seen as s
cross join (select min(cast(value as timestamp)) as effective_at from rule where name = 'effective_date') as e
left join day as f on f.date = cast(s.accepted_at as date)
left join day as l on l.date = cast(s.accepted_last as date)
left join grid_word as g on g.word = s.grid_code
left join manager_word as m on m.word = s.owner;

-- One row per appeal, in the month it was accepted: enquiry or complaint, whether the same user had come with the same shortly before, whether it was upheld, whether shirking was reported.
create table fact_contact as
with
asked as (
    select key, cast(accepted_at as date) as on_day,
        lag(cast(accepted_at as date)) over (partition by who, topic order by accepted_at, key) as before
    from contact
    where is_enquiry and who is not null and topic is not null and accepted_at_p not in ('month', 'vague')
),
complained as (
    select key, cast(accepted_at as date) as on_day, lag(cast(accepted_at as date)) over (partition by who order by accepted_at, key) as before
    from contact
    where is_complaint and who is not null and accepted_at_p not in ('month', 'vague')
)
select c.key, c.app_id, strftime(c.accepted_at, '%Y-%m') as month, c.accepted_at as dated_at, c.is_enquiry, c.is_complaint, c.shirk, c.upheld,
    case when a.key is not null then case when (epoch(cast(a.on_day as timestamp)) - epoch(cast(a.before as timestamp))) / 86400 <= r.days then 1 else 0 end end as asked_again,
    case when k.key is not null then case when (epoch(cast(k.on_day as timestamp)) - epoch(cast(k.before as timestamp))) / 86400 <= r.days then 1 else 0 end end as complained_again,
    false as provisional, c.grid, c.manager, c.build_mode, c.user_type, c.park, c.regime, c.outside_line
from contact as c
cross join (select cast(arg_max(value, valid_from) as bigint) as days from rule where name = 'repeat_days') as r
left join asked as a on a.key = c.key
left join complained as k on k.key = c.key;

-- One row per appeal whose limit of feedback ended by as-of, in the month it ended: was its level changed since acceptance, and was that after the limit?
create table fact_level as
select c.key, c.app_id, f.month, f.dated_at,
    case
        when c.level is null or c.level_first is null then null
        when c.level_first = c.level or c.changes_later then 0
        else 1
    end as changed,
    case
        when c.level is null or c.level_first is null then null
        when c.level_first = c.level or c.changes_later then 0
        when c.changed_at >= f.dated_at then 1
        when c.changed_to <= f.dated_at then 0
    end as changed_late,
    case
        when c.level is null or c.level_first is null then 'no_record'
        when c.level_first = c.level or c.changes_later then 'kept'
        when c.changed_at >= f.dated_at then 'relevelled_late'
        when c.changed_to <= f.dated_at then 'relevelled'
        else 'relevelled_undated'
    end as reason,
    f.provisional, f.grid, f.manager, f.build_mode, f.user_type, f.park, f.regime, f.outside_line
from fact_appeal as f
join contact as c on c.key = f.key;

-- One row per appeal of major weight: in the month it was accepted, and again in the month its deadline of the company's meeting ended.
create table fact_major as
select 'accepted' as about, c.key, c.app_id, strftime(c.accepted_at, '%Y-%m') as month, c.accepted_at as dated_at, c.office_meeting_due is not null as has_deadline,
    case when c.office_meeting_due is null then 'unknown' else 'hit' end as verdict, case when c.office_meeting_due is null then 'no_deadline' else 'counted' end as reason,
    false as provisional, c.grid, c.manager, c.build_mode, c.user_type, c.park, c.regime, c.outside_line
from contact as c
where coalesce(c.level_first, c.level) = '重大'
union all
select 'deadline', c.key, c.app_id, strftime(c.office_meeting_due_to - interval 1 minute, '%Y-%m'), c.office_meeting_due_to - interval 1 minute, true,
    case when c.closed_at is null then 'miss' when c.closed_to <= c.office_meeting_due_to then 'hit' when c.closed_at >= c.office_meeting_due_to then 'miss' else 'unknown' end,
    case when c.closed_at is null then 'still_open' when c.closed_to <= c.office_meeting_due_to then 'kept' when c.closed_at >= c.office_meeting_due_to then 'closed_late' else 'imprecise' end,
    false, c.grid, c.manager, c.build_mode, c.user_type, c.park, c.regime, c.outside_line
from contact as c
where coalesce(c.level_first, c.level) = '重大' and c.office_meeting_due_to <= c.as_of;

-- One row per appeal and month in which it was accepted or still stood open at the beginning: was it closed by the end of the month (or as-of), and how old is it if not?
create table fact_caseload as
with
monthly as (
    select c.*, m.month, least(m.ends_at, c.as_of) as end_at, coalesce(c.closed_at < least(m.ends_at, c.as_of), false) as is_closed
    from contact as c
    join month as m on m.starts_at < c.as_of and c.accepted_at < least(m.ends_at, c.as_of) and (c.accepted_at >= m.starts_at or c.closed_at is null or c.closed_at >= m.starts_at)
)
select m.key, m.app_id, m.month, m.end_at as dated_at, not m.is_closed as is_open, case when not m.is_closed then d.wd - m.accepted_wd end as age_wd,
    case
        when not m.is_closed or not coalesce(m.confirmed, true) or coalesce(m.reopened_n, 0) > 0 then 'miss'
        when m.confirmed is null or m.closed_last < m.accepted_at then 'unknown'
        else 'hit'
    end as verdict,
    case
        when not m.is_closed then 'still_open' when not coalesce(m.confirmed, true) then 'not_confirmed' when coalesce(m.reopened_n, 0) > 0 then 'reopened'
        when m.closed_last < m.accepted_at then 'closed_before_acceptance' when m.confirmed is null then 'no_record' else 'kept'
    end as reason,
    coalesce(cast(m.end_at - interval 1 minute as date) >= p.since, false) as provisional, m.grid, m.manager, m.build_mode, m.user_type, m.park, m.regime, m.outside_line
from monthly as m
cross join provisional as p
left join day as d on d.date = cast(m.end_at - interval 1 minute as date);

-- One row per appeal and month at whose end it was overdue for its first feedback (major matters: for closing by the meeting's deadline), or in which that came late.
create table fact_overdue as
with
limits as (
    select f.key, c.app_id, c.fb_at as ended_at, 'no_feedback' as open_reason, 'late_feedback' as late_reason, p.due_last as over_at, f.provisional, c.as_of, c.owner_dept,
        c.grid, c.manager, c.build_mode, c.user_type, c.park, c.regime, c.outside_line
    from fact_appeal as f
    join contact as c on c.key = f.key
    join appeal_limit as p on p.key = f.key
    where f.verdict = 'miss'
    union all
    select f.key, c.app_id, c.closed_at, 'still_open', 'closed_late', c.office_meeting_due_to, false, c.as_of, c.owner_dept, c.grid, c.manager, c.build_mode, c.user_type, c.park, c.regime, c.outside_line
    from fact_major as f
    join contact as c on c.key = f.key
    where f.about = 'deadline' and f.verdict = 'miss'
)
select l.key, l.app_id, m.month, least(m.ends_at, l.as_of) as dated_at,
    case when l.ended_at < least(m.ends_at, l.as_of) then 'late' else 'open' end as state,
    case when l.ended_at < least(m.ends_at, l.as_of) then l.late_reason else l.open_reason end as reason,
    coalesce(l.owner_dept, '(未填)') as department, l.provisional, l.grid, l.manager, l.build_mode, l.user_type, l.park, l.regime, l.outside_line
from limits as l
join month as m on m.starts_at < l.as_of and l.over_at <= least(m.ends_at, l.as_of) and (l.ended_at is null or l.ended_at >= m.starts_at);

-- One row per matter of the hotline 12345 and duty: signed for in time, closed by its deadline, the citizen satisfied, sent back to be done again.
create table fact_hotline as
with
rows_ as (
    select c.*, k.hours, (select count(signed_at) from contact where is_hotline) as signs_kept
    from contact as c
    cross join (select cast(arg_max(value, valid_from) as bigint) as hours from rule where name = 'hotline_sign_hours') as k
    where c.is_hotline
),
duties as (
    select 'signed' as duty, key, accepted_at + hours * interval 1 hour as dated_at,
        case
            when signed_at is null then case when signs_kept > 0 and accepted_last + hours * interval 1 hour <= as_of then 'miss' else 'unknown' end
            when signed_last < accepted_at then 'unknown'
            when epoch(signed_to) - epoch(accepted_at) <= hours * 3600 then 'hit'
            when epoch(signed_at) - epoch(accepted_last) > hours * 3600 then 'miss'
            else 'unknown'
        end as verdict,
        case
            when signed_at is null then case when signs_kept > 0 and accepted_last + hours * interval 1 hour <= as_of then 'not_signed' else 'no_record' end
            when signed_last < accepted_at then 'signed_before_acceptance'
            when epoch(signed_to) - epoch(accepted_at) <= hours * 3600 then 'kept'
            when epoch(signed_at) - epoch(accepted_last) > hours * 3600 then 'signed_late'
            else 'imprecise'
        end as reason
    from rows_
    where accepted_at + hours * interval 1 hour <= as_of
    union all
    select 'closed', key, case when due_at is null then accepted_at else due_at_to - interval 1 minute end,
        case when due_at is null then 'unknown' when closed_at is null then 'miss' when closed_to <= due_at_to then 'hit' when closed_at >= due_at_to then 'miss' else 'unknown' end,
        case when due_at is null then 'no_deadline' when closed_at is null then 'still_open' when closed_to <= due_at_to then 'kept' when closed_at >= due_at_to then 'closed_late' else 'imprecise' end
    from rows_
    where due_at is null or due_at_to <= as_of
    union all
    select 'satisfied', key, closed_at, case when satisfied is null then 'unknown' when satisfied >= 3 then 'hit' else 'miss' end,
        case when satisfied is null then 'no_rating' when satisfied >= 3 then 'kept' else 'low_rating' end
    from rows_
    where closed_at is not null
    union all
    select 'returned', key, closed_at, case when returned_n is null then 'unknown' when returned_n = 0 then 'hit' else 'miss' end,
        case when returned_n is null then 'no_record' when returned_n = 0 then 'kept' else 'sent_back' end
    from rows_
    where closed_at is not null
)
select d.duty, d.key, c.app_id, strftime(d.dated_at, '%Y-%m') as month, d.dated_at, d.verdict, d.reason, case when d.duty = 'returned' then c.returned_n end as times,
    false as provisional, c.grid, c.manager, c.build_mode, c.user_type, c.park, c.regime, c.outside_line
from duties as d
join contact as c on c.key = d.key;

-- One row per enquiry (or appeal of no stated kind) whose limit of answering in working days ended by as-of, in the month it ended.
create table fact_enquiry as
with
due as (
    select c.*, cast(w.date as timestamp) + interval 1 day as due_from, cast(v.date as timestamp) + interval 1 day as due_last
    from contact as c
    cross join (select cast(arg_max(value, valid_from) as bigint) as days from rule where name = 'enquiry_working_days') as k
    left join workday as w on w.wd = c.accepted_wd + k.days
    left join workday as v on v.wd = c.accepted_last_wd + k.days
    where c.is_enquiry or c.kind is null
)
select d.key, d.app_id, strftime(d.due_from - interval 1 minute, '%Y-%m') as month, d.due_from - interval 1 minute as dated_at,
    case
        when d.kind is null or d.fb_last < d.accepted_at then 'unknown'
        when d.fb_at is null then case when d.due_last <= d.as_of then 'miss' else 'unknown' end
        when d.fb_last < d.due_from then 'hit'
        when d.fb_at >= d.due_last then 'miss'
        else 'unknown'
    end as verdict,
    case
        when d.kind is null then 'no_kind'
        when d.fb_last < d.accepted_at then 'feedback_before_acceptance'
        when d.fb_at is null then case when d.due_last <= d.as_of then 'no_feedback' else 'imprecise' end
        when d.fb_last < d.due_from then 'kept'
        when d.fb_at >= d.due_last then 'late_feedback'
        else 'imprecise'
    end as reason,
    coalesce(cast(d.due_from as date) > p.since, false) as provisional, d.grid, d.manager, d.build_mode, d.user_type, d.park, d.regime, d.outside_line
from due as d
cross join provisional as p
where d.due_from <= d.as_of;

-- One row per application that complaints name: how many.
create table complained_of as
select app_id, count(*) as complaints
from contact
where is_complaint and app_id is not null
group by app_id;

-- One row per application with gas on, in the month of gas-on: the complaints that name it.
create view fact_complained as
select a.key, a.app_id, a.gas_on_month as month, a.gas_on_at as dated_at, coalesce(n.complaints, 0) as complaints, false as provisional,
    a.grid, a.gas_on_manager as manager, a.build_mode, a.user_type, a.park, a.regime, a.outside_line, a.cell
from app as a
left join complained_of as n on n.app_id = a.app_id
where a.gas_on_at is not null;
