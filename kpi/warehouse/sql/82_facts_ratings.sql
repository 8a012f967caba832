-- Facts of what stands behind ratings: who was asked and answered, by whom, whether the user's words agree with the ledger, and what became of bad ratings.

-- One row per follow-up before as-of in which somebody was spoken to (or may have been), with its dimensions.
create temp table spoken as
select f._key as key, f.app_id, f.fu_at, f.fu_at_to, f.reached, f.score_company, f.score_manager, f.surveyor,
    f.rectify_due_to, case when f.rectified_at < c.as_of then f.rectified_at end as rectified_at, case when f.rectified_at < c.as_of then f.rectified_at_to end as rectified_to,
    case when f.revisit_at < c.as_of then f.revisit_at end as revisit_at, case when f.revisit_at < c.as_of then f.revisit_at_to end as revisit_to, c.as_of,
    coalesce(g.grid_code, case when (select count(*) from grid) = 0 then f.grid_code end, a.grid, '(未填)') as grid, h.manager as holder,
    coalesce(h.manager, '(未填)') as manager, coalesce(a.build_mode, '(未填)') as build_mode, coalesce(a.user_type, '(未填)') as user_type, coalesce(a.park, '(未填)') as park,
    coalesce(a.regime, case when f.fu_at < e.effective_at then '11000' else '1.5' end) as regime, coalesce(a.outside_line, '(未填)') as outside_line
from followup as f
cross join clock as c
cross join (select min(cast(value as timestamp)) as effective_at from rule where name = 'effective_date') as e
left join grid_word as g on g.word = f.grid_code
left join app as a on a.app_id = f.app_id
left join holder as h on h.grid_code = coalesce(g.grid_code, a.grid) and f.fu_at >= h.starts_at and f.fu_at < h.ends_at
where f.fu_at < c.as_of and coalesce(f.reached, '接通') in ('接通', '拒访');

-- One row per follow-up that reached a user (or may have) and whom it asks about: was a valid rating given?
create table fact_answer as
with
asked as (
    select 'company' as about, s.*, score_company as score from spoken as s
    union all
    select 'manager', s.*, score_manager from spoken as s
)
select a.about, a.key, a.app_id, strftime(a.fu_at, '%Y-%m') as month, a.fu_at as dated_at,
    case when a.reached = '拒访' then 'miss' when a.score is not null then 'hit' when a.reached is null then 'unknown' else 'miss' end as verdict,
    case when a.reached = '拒访' then 'refused' when a.score is not null then 'kept' when a.reached is null then 'reach_not_recorded' else 'no_rating' end as reason,
    false as provisional, a.grid, a.manager, a.build_mode, a.user_type, a.park, a.regime, a.outside_line
from asked as a;

-- One row per application with gas on whose first follow-up fell due by as-of: is there a valid rating of its manager?
create view fact_coverage as
select s.key, s.app_id, s.month, s.dated_at, case when r.app_id is not null then 'hit' else 'miss' end as verdict, case when r.app_id is not null then 'kept' else 'no_rating' end as reason,
    s.provisional, s.grid, s.manager, s.build_mode, s.user_type, s.park, s.regime, s.outside_line, s.cell
from fact_survey as s
left join (select distinct app_id from fact_rating where about = 'manager') as r on r.app_id = s.app_id;

-- One row per follow-up with a valid rating: did the manager in charge of the grid ask himself?
create table fact_surveyor as
with
names as (
    select coalesce(manager_id, manager_name) as manager, manager_name as word from term where manager_name is not null
    union
    select manager_id as manager, manager_id as word from term where manager_id is not null
)
select s.key, s.app_id, strftime(s.fu_at, '%Y-%m') as month, s.fu_at as dated_at,
    case when s.surveyor is null or s.holder is null then null when n.word is not null then 1 else 0 end as self_asked,
    case when s.surveyor is null then 'no_surveyor' when s.holder is null then 'no_manager' when n.word is not null then 'self_asked' else 'counted' end as reason,
    false as provisional, s.grid, s.manager, s.build_mode, s.user_type, s.park, s.regime, s.outside_line
from spoken as s
left join names as n on n.manager = s.holder and n.word = s.surveyor
where coalesce(s.score_company, s.score_manager) is not null and coalesce(s.reached, '接通') = '接通';

-- One row per application with gas on and matter (fee, errands, documents): do the user's own words and the ledger say the same?
create view fact_said as
with
sides as (
    select m.matter, a.*,
        case m.matter when 'errands' then s.errands_said when 'fee' then s.fee_said else s.docs_said end as said,
        case m.matter
            when 'errands' then case when coalesce(v.errands, 0) > 0 or a.channel = '营业厅' then 1 when v.zero_stated = 1 then 0 end
            when 'fee' then case when h.user_outside > 0 or w.paid_by_user > 0 then 1 when h.open_question = 1 then null when w.paid_by_user = 0 or h.outside_stated = 1 then 0 end
            else case when a.docs_requested_n > 0 then 1 when a.docs_requested_n = 0 then 0 end
        end as noted
    from app as a
    cross join (select 'errands' as matter union all select 'fee' union all select 'documents') as m
    left join said as s on s.app_id = a.app_id
    left join visited as v on v.key = a.key
    left join charged as h on h.app_id = a.app_id
    left join settled as w on w.app_id = a.app_id
    where a.gas_on_at is not null
)
select d.matter, d.key, d.app_id, d.gas_on_month as month, d.gas_on_at as dated_at, cast(d.said as double) as said,
    case when d.said is null or d.noted is null then 'unknown' when (d.said > 0) = (d.noted = 1) then 'hit' else 'miss' end as verdict,
    case when d.said is null then 'not_said' when d.noted is null then 'ledger_silent' when (d.said > 0) = (d.noted = 1) then 'agree' when d.said > 0 then 'said_more' else 'said_less' end as reason,
    false as provisional, d.grid, d.gas_on_manager as manager, d.build_mode, d.user_type, d.park, d.regime, d.outside_line, d.cell
from sides as d;

-- One row per follow-up with a bad rating of company or manager: in the month it was given, and again in the month by whose day it was to be put right and asked again.
create table fact_rectify as
with
bad as (
    select s.*, least(coalesce(s.score_company, s.score_manager), coalesce(s.score_manager, s.score_company)) as score,
        coalesce(s.rectify_due_to, cast(w.date as timestamp) + interval 1 day) as due_to,
        (select count(rectified_at) from followup) > 0 as rectified_kept, (select count(revisit_at) from followup) > 0 as revisits_kept
    from spoken as s
    cross join (select cast(arg_max(value, valid_from) as bigint) as days from rule where name = 'rectify_working_days') as k
    left join day as d on d.date = cast(s.fu_at as date)
    left join workday as w on w.wd = d.wd + k.days
    where coalesce(s.reached, '接通') = '接通' and least(coalesce(s.score_company, s.score_manager), coalesce(s.score_manager, s.score_company)) <= 2
),
judged as (
    select b.*,
        case when rectified_at is null then case when rectified_kept then 'miss' else 'unknown' end when rectified_to <= due_to then 'hit' when rectified_at >= due_to then 'miss' else 'unknown' end as rectified,
        case when revisit_at is null then case when revisits_kept then 'miss' else 'unknown' end when revisit_to <= due_to then 'hit' when revisit_at >= due_to then 'miss' else 'unknown' end as revisited
    from bad as b
)
select 'rated' as about, j.key, j.app_id, strftime(j.fu_at, '%Y-%m') as month, j.fu_at as dated_at, cast(j.score as double) as score, 'miss' as verdict, 'miss' as revisited, 'bad_rating' as reason, 'bad_rating' as revisit_reason,
    false as provisional, j.grid, j.manager, j.build_mode, j.user_type, j.park, j.regime, j.outside_line
from judged as j
union all
select 'due', j.key, j.app_id, strftime(j.due_to - interval 1 minute, '%Y-%m'), j.due_to - interval 1 minute, cast(j.score as double),
    case when 'miss' in (j.rectified, j.revisited) then 'miss' when 'unknown' in (j.rectified, j.revisited) then 'unknown' else 'hit' end, j.revisited,
    case
        when j.rectified = 'miss' and j.rectified_at is null then 'not_rectified' when j.rectified = 'miss' then 'rectified_late'
        when j.revisited = 'miss' and j.revisit_at is null then 'not_revisited' when j.revisited = 'miss' then 'revisited_late'
        when j.rectified_at is null or j.revisit_at is null then 'no_record' when 'unknown' in (j.rectified, j.revisited) then 'imprecise' else 'kept'
    end,
    case when j.revisited = 'miss' and j.revisit_at is null then 'not_revisited' when j.revisited = 'miss' then 'revisited_late' when j.revisit_at is null then 'no_record' when j.revisited = 'unknown' then 'imprecise' else 'kept' end,
    coalesce(cast(j.due_to - interval 1 minute as date) >= p.since, false), j.grid, coalesce(h.manager, '(未填)'), j.build_mode, j.user_type, j.park, j.regime, j.outside_line
from judged as j
cross join provisional as p
left join holder as h on h.grid_code = j.grid and j.due_to - interval 1 minute >= h.starts_at and j.due_to - interval 1 minute < h.ends_at
where j.due_to <= j.as_of;
