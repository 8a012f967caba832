-- The clocks of each application: the 0.5 working day with its verdict, and the time the company had in hand; both as bounds by what the ledger recorded.

-- One row per application with gas on or with a limit: elapsed between its bounds, stops taken out.
create temp table valve as
with
placed as (
    select a.key, a.app_id, a.gas_on_at, a.gas_on_at_to, a.gas_on_last, a.start_from, a.start_to, a.slot_at, a.clash_ready, a.clash_applied, a.ready_at,
        a.cancelled_on, a.as_of,
        f.u as from_u, f.m as from_m, t.u as to_u, t.m as to_m, l.u as last_u,
        gf.u as on_u, gf.m as on_m, gt.u as on_to_u, gt.m as on_to_m, n.u as now_u,
        af.u as applied_u, al.u as applied_last_u,
        v.due_u, v.due_last_u, v.due_at
    from app as a
    join axis as n on n.instant = a.as_of
    left join axis as f on f.instant = a.start_from
    left join axis as t on t.instant = a.start_to
    left join axis as l on l.instant = a.start_last
    left join axis as af on af.instant = a.applied_at
    left join axis as al on al.instant = a.applied_at_to
    left join axis as gf on gf.instant = a.gas_on_at
    left join axis as gt on gt.instant = a.gas_on_at_to
    left join valve_limit as v on v.key = a.key
),
stood as (
    select p.key,
        sum(greatest(0, least(s.to_u, p.on_to_u) - greatest(s.from_u, p.from_u))) as most_u,
        sum(greatest(0, least(s.to_m, p.on_to_m) - greatest(s.from_m, p.from_m))) as most_m,
        sum(greatest(0, least(s.to_u, p.on_u) - greatest(s.from_u, p.to_u))) as least_u,
        sum(greatest(0, least(s.to_m, p.on_m) - greatest(s.from_m, p.to_m))) as least_m,
        sum(greatest(0, least(s.to_u, p.on_u) - greatest(s.from_u, p.last_u))) as last_u
    from placed as p
    join stop as s on s.app_id = p.app_id
    where p.on_u is not null and p.from_u is not null
    group by p.key
),
waited as (
    select p.key,
        sum(greatest(0, least(s.to_u, p.on_to_u) - greatest(s.from_u, p.applied_u))) as most_u,
        sum(greatest(0, least(s.to_u, p.on_u) - greatest(s.from_u, p.applied_last_u))) as least_u
    from placed as p
    join stop as s on s.app_id = p.app_id
    where p.on_u is not null and p.on_to_u is not null and p.applied_u is not null and p.applied_last_u is not null
    group by p.key
),
elapsed as (
    select p.*, u.unit,
        p.gas_on_at is not null and p.slot_at is not null and p.gas_on_last < p.slot_at and p.ready_at is not null and not p.clash_ready as before_slot,
        -- greatest() passes over nulls: only what was placed on the axis has an elapsed time
        not p.clash_ready and p.from_u is not null and p.to_u is not null and p.last_u is not null and p.on_u is not null and p.on_to_u is not null as timed,
        not p.clash_applied and p.applied_u is not null and p.applied_last_u is not null and p.on_u is not null and p.on_to_u is not null as whole,
        greatest(0, p.on_u - p.applied_last_u - coalesce(w.least_u, 0)) as company_low_u,
        greatest(0, p.on_to_u - p.applied_u - coalesce(w.most_u, 0)) as company_high_u,
        p.on_to_u - p.from_u - coalesce(s.most_u, 0) as high_u,
        p.on_to_m - p.from_m - coalesce(s.most_m, 0) as high_m,
        greatest(0, p.on_u - p.to_u - coalesce(s.least_u, 0)) as low_u,
        greatest(0, p.on_m - p.to_m - coalesce(s.least_m, 0)) as low_m,
        p.on_u - p.last_u - coalesce(s.last_u, 0) as strict_u,
        u.unit as limit_u,
        -- a half-day ends open: half a working day from its end is more than half a working day from any minute in it
        coalesce(p.start_to = p.start_from + interval 12 hour, false) as half_day
    from placed as p
    cross join unit as u
    left join stood as s on s.key = p.key
    left join waited as w on w.key = p.key
)
select key, app_id, due_u, due_at, now_u, gas_on_at, cancelled_on, start_from,
    case
        when gas_on_at is null and due_u is null then null
        when gas_on_at is null and now_u >= due_last_u then 'miss'
        when gas_on_at is null then 'unknown'
        when before_slot then 'hit'
        when not timed then 'unknown'
        when high_u <= limit_u then 'hit'
        when strict_u > limit_u or (half_day and low_u >= limit_u) then 'miss'
        else 'unknown'
    end as verdict,
    case
        when gas_on_at is null and now_u >= due_last_u then 'open_over_limit'
        when gas_on_at is null then 'imprecise'
        when before_slot then 'before_slot'
        when ready_at is null then 'no_ready'
        when clash_ready then 'ready_after_gas_on'
        when not timed then 'calendar'
        when high_u <= limit_u then 'kept'
        when strict_u > limit_u or (half_day and low_u >= limit_u) then 'over_limit'
        else 'imprecise'
    end as reason,
    not before_slot and timed and high_u > limit_u and strict_u <= limit_u and not (half_day and low_u >= limit_u)
        and (on_to_u - 1) // unit - from_u // unit <= 1 as convention,
    case when before_slot then 0 when timed then low_u / (2.0 * unit) end as low_wd,
    case when before_slot then 0 when timed then greatest(0, high_u) / (2.0 * unit) end as high_wd,
    case when before_slot then 0 when timed then low_m / 60.0 end as low_h,
    case when before_slot then 0 when timed then greatest(0, high_m) / 60.0 end as high_h,
    case when whole then company_low_u / (2.0 * unit) end as company_low_wd,
    case when whole then company_high_u / (2.0 * unit) end as company_high_wd
from elapsed
where gas_on_at is not null or due_u is not null;
