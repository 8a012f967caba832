-- Evidence of zero: what ledger, settlement and the customer's own words say of fee, errands and documents.

-- One row per application with a follow-up before as-of: the most the customer said, where somebody was reached.
create table said as
select f.app_id, max(f.errands_said) as errands_said, max(f.fee_said) as fee_said, max(f.docs_said) as docs_said
from followup as f
cross join clock as c
where f.app_id is not null and f.fu_at < c.as_of and coalesce(f.reached, '接通') = '接通'
group by f.app_id;

-- One row per charge item: which side of the red line its words name.
create table item_scope as
with
named as (
    select i.item,
        max(case when w.scope = '红线外' then 1 else 0 end) as outside,
        max(case when w.scope = '红线内' then 1 else 0 end) as inside,
        max(case when w.scope = '表具' then 1 else 0 end) as meter,
        max(case when w.scope = '气费' then 1 else 0 end) as gas,
        max(case when w.scope = '其他' then 1 else 0 end) as other
    from (select distinct item from charge where item is not null) as i
    join fee_word as w on strpos(i.item, w.word) > 0
    group by i.item
)
select item,
    case
        when outside = 1 and inside = 1 then '混合'
        when outside = 1 then '红线外'
        when inside = 1 then '红线内'
        when meter = 1 then '表具'
        when gas = 1 then '气费'
        when other = 1 then '其他'
    end as scope
from named;

-- One row per charge before as-of: its side, its payer, and what remains after refunds known by then.
create temp table charge_seen as
select h._key as key, h.app_id, h.item, h.paid_on, h.paid_on_to, h.grid_code, h.status, h.payer,
    coalesce(h.scope, i.scope) as scope,
    case
        when h.status = '减免' then 0
        when h.status = '退费' and h.refund_amount is null and coalesce(h.refunded_on, h.paid_on) < c.as_of then 0
        else h.amount - case when coalesce(h.refunded_on, h.paid_on) < c.as_of then coalesce(h.refund_amount, 0) else 0 end
    end as net
from charge as h
cross join clock as c
left join item_scope as i on i.item = h.item
where h.paid_on < c.as_of;

-- One row per application with charges: the user's net outside charges, whether any row leaves it open, whether zero is stated.
create table charged as
select app_id,
    sum(case when scope = '红线外' and payer = '用户' then net end) as user_outside,
    max(case
        when net > 0 and coalesce(payer, '用户') = '用户' and coalesce(scope, '混合') = '混合' then 1
        when net > 0 and payer is null and scope = '红线外' then 1
        else 0
    end) as open_question,
    max(case when scope = '红线外' and coalesce(payer, '用户') = '用户' and net is not null then 1 else 0 end) as outside_stated
from charge_seen
where app_id is not null
group by app_id;

-- One row per application with outside works of its own: what the settlement says the user paid.
create table settled as
select app_id, max(paid_by_user) as paid_by_user
from work_of
where direct
group by app_id;

-- One row per application with visits before as-of: errands inside its window, and gas-on visits.
create table visited as
with
seen as (
    select a.key, a.gas_on_last, v.kind, v.result, v.arrived_at, v.errand_n,
        v.direction = '用户跑腿' or v.kind in ('用户到厅', '到政府窗口') as is_errand,
        coalesce(strpos(v.errand_reason, '自愿') > 0, false) as voluntary,
        coalesce(v.arrived_at, v.booked_at, v.appt_start) as instant,
        coalesce(v.arrived_at_to, v.booked_at_to, v.appt_start_to) as at_to,
        coalesce(a.landed_on, a.applied_at) as opens_at
    from visit as v
    cross join clock as c
    join app as a on a.app_id = v.app_id
    where coalesce(v.arrived_at, v.booked_at, v.appt_start) < c.as_of
),
counted as (
    select key, kind, result, arrived_at, voluntary,
        case when coalesce(is_errand, false) then coalesce(errand_n, 1) else errand_n end as errands,
        (at_to > opens_at or instant >= opens_at) and (gas_on_last is null or instant <= gas_on_last) as in_window
    from seen
)
select key,
    sum(case when in_window then errands end) as errands,
    sum(case when in_window and voluntary then errands end) as voluntary,
    max(case when in_window and errands = 0 then 1 else 0 end) as zero_stated,
    sum(case when kind = '通气' and coalesce(result, '') <> '用户改约' then 1 else 0 end) as gas_visits
from counted
group by key;

-- One row per application with gas on, with all of app: each promise of zero, judged, with the strongest evidence.
create view zero as
with
sources as (
    select a.*,
        s.fee_said, h.user_outside, w.paid_by_user, coalesce(h.open_question, 0) as open_question, h.outside_stated,
        coalesce(a.confirm_signed, false) as confirmed,
        s.errands_said, v.errands as ran, v.voluntary, v.zero_stated,
        case when a.channel = '营业厅' then 1 else 0 end as walked_in,
        s.docs_said, v.gas_visits
    from app as a
    left join said as s on s.app_id = a.app_id
    left join charged as h on h.app_id = a.app_id
    left join settled as w on w.app_id = a.app_id
    left join visited as v on v.key = a.key
    where a.gas_on_at is not null
)
select s.*,
    case
        when fee_said > 0 or user_outside > 0 or paid_by_user > 0 then 'miss'
        when open_question = 1 then 'unknown'
        when fee_said = 0 or confirmed or paid_by_user = 0 or outside_stated = 1 then 'hit'
        else 'unknown'
    end as fee,
    case
        when fee_said > 0 or user_outside > 0 or paid_by_user > 0 then 'charged'
        when open_question = 1 then 'bundled'
        when fee_said = 0 or confirmed then 'said_by_user'
        when paid_by_user = 0 then 'settled'
        when outside_stated = 1 then 'ledger'
        else 'no_record'
    end as fee_reason,
    greatest(coalesce(user_outside, 0), coalesce(paid_by_user, 0), coalesce(fee_said, 0)) as fee_yuan,
    case
        when errands_said > 0 or coalesce(ran, 0) + walked_in > 0 then 'miss'
        when errands_said = 0 or confirmed or zero_stated = 1 then 'hit'
        else 'unknown'
    end as errand,
    case
        when coalesce(ran, 0) > 0 then 'errand'
        when walked_in > 0 then 'walked_in'
        when errands_said > 0 then 'errand_said'
        when errands_said = 0 or confirmed then 'said_by_user'
        when zero_stated = 1 then 'ledger'
        else 'no_record'
    end as errand_reason,
    case
        when errands_said - walked_in - coalesce(voluntary, 0) > 0 or coalesce(ran, 0) - coalesce(voluntary, 0) > 0 then 'miss'
        when errands_said is not null or confirmed or zero_stated = 1 then 'hit'
        else 'unknown'
    end as errand_kept,
    case
        when coalesce(ran, 0) - coalesce(voluntary, 0) > 0 then 'errand'
        when errands_said - walked_in - coalesce(voluntary, 0) > 0 then 'errand_said'
        when errands_said is not null or confirmed then 'said_by_user'
        when zero_stated = 1 then 'ledger'
        else 'no_record'
    end as errand_kept_reason,
    case
        when errands_said is not null or confirmed or zero_stated = 1 or coalesce(ran, 0) - coalesce(voluntary, 0) > 0
            then greatest(0, greatest(coalesce(errands_said, 0) - walked_in, coalesce(ran, 0)) - coalesce(voluntary, 0))
    end as errands_kept,
    case
        when errands_said is not null or ran is not null or walked_in > 0 or confirmed
            then greatest(coalesce(errands_said, 0), coalesce(ran, 0) + walked_in)
    end as errands,
    case
        when docs_requested_n > 0 or docs_said > 0 then 'miss'
        when docs_requested_n = 0 or docs_said = 0 or confirmed then 'hit'
        else 'unknown'
    end as material,
    case
        when docs_requested_n > 0 then 'documents'
        when docs_said > 0 then 'documents_said'
        when docs_said = 0 or confirmed then 'said_by_user'
        when docs_requested_n = 0 then 'ledger'
        else 'no_record'
    end as material_reason,
    case
        when steps_n > 1 or gas_visits > 1 then 'miss'
        when steps_n = 1 and gas_visits = 1 then 'hit'
        else 'unknown'
    end as process,
    case
        when steps_n > 1 then 'steps'
        when gas_visits > 1 then 'repeat_visit'
        when steps_n = 1 and gas_visits = 1 then 'kept'
        else 'no_record'
    end as process_reason,
    greatest(coalesce(steps_n, 0), coalesce(gas_visits, 0)) as process_n
from sources as s;
