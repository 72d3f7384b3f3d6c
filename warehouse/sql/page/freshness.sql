-- grain: one row per source and stream, with the rows its newest landing refused and the end of what it told of: how
-- far its numbers reach, and not when they were fetched
with zone as (
    select any_value(version.definition ->> 'timezone') as zone
    from scoreboard
    join key_result_definition_version as version using (key_result_id, definition_hash)
    where scoreboard.period_id = $period
),

newest as (
    select
        load.source_id,
        load.stream,
        max(metric_observation.observed_at) as looked_at,
        max(metric_observation.period_start) filter (where metric_observation.observed_at is null) as day
    from metric_observation
    join load using (load_id)
    where metric_observation.superseded_at is null and metric_observation.grain in ('day', 'instant')
    group by load.source_id, load.stream
),

told as (
    select
        newest.source_id,
        newest.stream,
        greatest(newest.looked_at, (newest.day + 1)::timestamp at time zone coalesce(zone.zone, 'UTC')) as newest_at
    from newest
    cross join zone
),

landed as (
    select
        source_id,
        stream,
        arg_max(rows_refused, load_id) as refused
    from load
    where state = 'ok' and known(finished_at)
    group by source_id, stream
)

select
    source_freshness.* replace (least(source_freshness.newest_data_at, told.newest_at) as newest_data_at),
    landed.refused
from source_freshness
left join landed using (source_id, stream)
left join told using (source_id, stream)
order by source_id, stream
