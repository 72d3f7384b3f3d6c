-- grain: one row per key result of the period, with the definition it was scored by
select
    key_result_id,
    any_value(key_result_definition_version.definition)::varchar as definition
from key_result_definition_version
join scoreboard using (key_result_id, definition_hash)
where scoreboard.period_id = $period
group by key_result_id
order by key_result_id
