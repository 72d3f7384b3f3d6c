-- Rows that the source no longer gives, within what this landing speaks for, are closed by a version that says so.
insert into {table}_version by name
select * replace ($load_id as load_id, $loaded_at as loaded_at, true as removed)
from (
    select *
    from {table}_version
    where source_id = $source_id
    qualify row_number() over (partition by {key} order by loaded_at desc) = 1
) as {table}_version
anti join incoming_{table} as incoming on {same_key}
where not removed and {scope};
