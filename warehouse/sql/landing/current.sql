-- The newest versions of the rows that came, as far as they are still there.
create or replace temp table current_{table} as
select {columns}
from (
    select {table}_version.*
    from {table}_version
    semi join incoming_{table} as incoming on {same_key}
    where source_id = $source_id
    qualify row_number() over (partition by {key} order by loaded_at desc) = 1
)
where not removed;
