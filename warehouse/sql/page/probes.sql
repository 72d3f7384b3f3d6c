-- grain: one row per metric that proves a step of the period, source and day up to the instant that is judged
-- page_probes: these metrics, as a constant, so that no observations of others are put in order
with period as (
    select $at::timestamptz at time zone coalesce(any_value(version.definition ->> 'timezone'), 'UTC') as now_there
    from scoreboard
    join key_result_definition_version as version using (key_result_id, definition_hash)
    where scoreboard.period_id = $period
)

select
    metric,
    source_id,
    day,
    value
from metric_daily
where list_contains(getvariable('page_probes')::varchar[], metric)
    and day::timestamp < (select now_there from period)
order by metric, source_id, day
