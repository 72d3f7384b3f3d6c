-- what: a definition begins before the one that it follows
with version as (
    select
        *,
        lag(valid_from) over (partition by key_result_id order by seen_at) as valid_before
    from key_result_definition_version
)

select
    'key_result_definition_version: key_result_id ' || key_result_id as place,
    'seen ' || seen_at as found
from version
where valid_from < valid_before
