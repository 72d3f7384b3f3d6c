-- grain: one row per metric that proves a step of the period, source and day up to the instant that is judged
with step as (
    select
        version.definition ->> 'timezone' as zone,
        unnest((version.definition -> 'key_result' -> 'steps')::json[]) as step
    from scoreboard
    join key_result_definition_version as version using (key_result_id, definition_hash)
    where scoreboard.period_id = $period
),

probe as (
    select distinct
        step ->> 'probe' as metric,
        zone
    from step
    where step ->> 'probe' is not null
)

select
    metric_daily.metric,
    metric_daily.source_id,
    metric_daily.day,
    metric_daily.value
from metric_daily
join probe using (metric)
where metric_daily.day::timestamp at time zone coalesce(probe.zone, 'UTC') < $at::timestamptz
order by metric_daily.metric, metric_daily.source_id, metric_daily.day
