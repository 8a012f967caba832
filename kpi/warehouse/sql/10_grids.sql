-- Grids, the words that name them, and who held each grid when. Source: B8 only.

-- One row per grid.
create table grid as
select grid_code, max(grid_name) as grid_name
from (
    select grid_code, arg_max(grid_name, valid_from) as grid_name
    from term
    where grid_code is not null
    group by grid_code
) as named
group by grid_code;

-- One row per word that means one grid: its code, its name, its name without the part in brackets; a name of two grids means neither.
create table grid_word as
select word, min(grid_code) as grid_code
from (
    select grid_code as word, grid_code from grid
    union all
    select grid_name as word, grid_code from grid where grid_name is not null
    union all
    select substr(grid_name, 1, strpos(replace(grid_name, '（', '('), '(') - 1) as word, grid_code
    from grid
    where strpos(replace(grid_name, '（', '('), '(') > 1
) as words
where word not in (select grid_code from grid where grid_code <> words.grid_code)
group by word
having count(distinct grid_code) = 1;

-- One row per stretch of a grid in which its holder does not change; where terms overlap the latest start holds.
create table holder as
with
bounds as (
    select grid_code, coalesce(manager_id, manager_name) as manager_id, valid_from as starts_at,
        coalesce(valid_to_to, timestamp '9999-01-01 00:00:00') as ends_at
    from term
    where grid_code is not null
),
points as (
    select grid_code, starts_at as instant from bounds
    union
    select grid_code, ends_at as instant from bounds
),
stretches as (
    select grid_code, instant as starts_at, lead(instant) over (partition by grid_code order by instant) as ends_at
    from points
)
select s.grid_code, s.starts_at, s.ends_at, arg_max(b.manager_id, b.starts_at) as manager
from stretches as s
join bounds as b on b.grid_code = s.grid_code and b.starts_at <= s.starts_at and b.ends_at > s.starts_at
where s.ends_at is not null
group by s.grid_code, s.starts_at, s.ends_at;

-- One row per manager's name: appeals name their owner, not a number; a name that two numbers bear means neither.
create table manager_word as
select word, coalesce(min(manager_id), word) as manager
from (
    select manager_name as word, manager_id from term where manager_name is not null
    union all
    select manager_id as word, manager_id from term where manager_id is not null
) as words
group by word
having count(distinct manager_id) <= 1;

-- One row per calendar month that the calendar knows.
create table month as
select strftime(date, '%Y-%m') as month, cast(min(date) as timestamp) as starts_at,
    cast(max(date) as timestamp) + interval 1 day as ends_at
from day
group by strftime(date, '%Y-%m');
