-- Which grid has reported which month: a standing row of it dated in that month.

-- One row per grid and month with at least one row of a ledger.
create table reported as
with
named as (
    select a.grid as grid, a.applied_month as month from app as a
    union
    select a.grid as grid, a.gas_on_month as month from app as a
    union
    select grid, month from fact_appeal
    union
    select grid, month from fact_visit
)
select month, grid
from named
where grid <> '(未填)' and month is not null;
