-- Days of a key result's period of which a source told nothing, up to the newest that it told of.

-- grain: one row per series, source and run of days
with told as (
    select distinct
        metric_observation.metric as series,
        metric_observation.source_id,
        metric_observation.period_start as day,
        scoreboard.start as first_day
    from metric_observation
    inner join scoreboard on scoreboard.key_result_id = $key_result_id
    where metric_observation.superseded_at is null
        and metric_observation.grain = 'day'
        and list_contains($series::varchar[], metric_observation.metric)
        and (len($sources::varchar[]) = 0 or list_contains($sources::varchar[], metric_observation.source_id))
        and metric_observation.period_start <= scoreboard.as_of::date
),

whole as (
    select
        series,
        source_id,
        unnest(generate_series(first_day, max(day), interval 1 day))::date as day
    from told
    group by series, source_id, first_day
),

missing as (
    select
        whole.*,
        day - row_number() over (partition by series, source_id order by day)::integer as run
    from whole
    anti join told using (series, source_id, day)
)

select
    series,
    source_id,
    min(day) as first_day,
    max(day) as last_day
from missing
group by series, source_id, run
order by series, source_id, first_day;
