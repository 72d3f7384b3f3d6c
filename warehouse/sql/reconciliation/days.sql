-- Rows of days before those that every run reads: how many were known, and which a landing found changed or closed.
with version as (
    select
        row({key}) as name,
        removed,
        load_id = $load_id as is_landed
    from {table}_version
    where source_id = $source_id and {day} between $first and $last and load_id <= $load_id
),

row_of_day as (
    select
        name,
        bool_or(not is_landed) as was_known,
        bool_or(is_landed and not removed) as is_changed,
        bool_or(is_landed and removed) as is_closed
    from version
    group by name
)

select
    count(*) filter (where was_known),
    count(*) filter (where was_known and is_changed),
    count(*) filter (where is_closed)
from row_of_day;
