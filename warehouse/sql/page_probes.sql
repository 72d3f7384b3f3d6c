-- The metrics that prove a step of the period.
with step as (
    select unnest((version.definition -> 'key_result' -> 'steps')::json[]) as step
    from scoreboard
    join key_result_definition_version as version using (key_result_id, definition_hash)
    where scoreboard.period_id = $period
)

select distinct step ->> 'probe' as metric
from step
where step ->> 'probe' is not null;
