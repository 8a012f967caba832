-- Which grid has reported which month: a standing row of it dated in that month.

-- One row per grid and month with at least one row of a ledger.
create table reported as
with
named as (
    select a.grid as grid, strftime(a.applied_at, '%Y-%m') as month from app as a
    union
    select a.grid as grid, strftime(a.gas_on_at, '%Y-%m') as month from app as a
    union
    select grid, month from fact_appeal
    union
    select grid, month from fact_visit
)
select month, grid
from named
where grid <> '(未填)' and month is not null;
