-- The definitions in force at an instant, in the order of the config that first had them.
with first_seen as (
    select
        key_result_id,
        min(seen_at) as first_seen_at,
        arg_min(place, seen_at) as place
    from key_result_definition_version
    group by key_result_id
)

select definition
from key_result_definition
inner join first_seen using (key_result_id)
where valid_from <= $as_of and (valid_to is null or $as_of < valid_to)
order by first_seen_at, place;
