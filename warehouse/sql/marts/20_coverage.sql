-- Which days a shop has told about: only there is "no order" a zero, and elsewhere its numbers would be incomplete.

-- grain: one row per source and day that pulls of its orders have covered
create or replace view shop_covered_day as
with pulled as (
    select
        source_id,
        load_id,
        finished_at,
        (window_from at time zone zone)::date as first_day,
        -- windows are half-open
        greatest(first_day, ((window_to - interval 1 microsecond) at time zone zone)::date) as last_day
    from load
    semi join counted_source using (source_id)
    where state = 'ok' and list_contains(kinds, 'orders') and known(finished_at)
),

days as (
    select
        source_id,
        load_id,
        finished_at,
        unnest(generate_series(first_day, last_day, interval 1 day))::date as day
    from pulled
)

select
    source_id,
    day,
    min(load_id) as load_id,
    min(finished_at) as loaded_at
from days
group by source_id, day;
