-- The loads behind the observations of a key result's days, and before them the newest where a value is carried.
select
    metric_observation.metric as series,
    load.source_id,
    load.stream,
    load.load_id,
    load.window_from,
    load.window_to,
    load.rows_read,
    load.requests,
    load.finished_at
from metric_observation
inner join load using (load_id)
inner join scoreboard on scoreboard.key_result_id = $key_result_id
where metric_observation.superseded_at is null
    and list_contains($series::varchar[], metric_observation.metric)
    and (len($sources::varchar[]) = 0 or list_contains($sources::varchar[], metric_observation.source_id))
    and metric_observation.period_start between scoreboard.start - interval 7 days and scoreboard.due
group by all
order by load.load_id desc, series;
