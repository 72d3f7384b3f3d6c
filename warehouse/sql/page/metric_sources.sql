-- grain: one row per metric and source that has told of it up to the instant that is judged: the newest day it told of,
-- the days of the period that it told of, and the first and the last of those it may still revise
with period as (
    select
        min(scoreboard.start) as first_day,
        -- the instant as the period's own clocks show it: once, for days by the thousand are held against it
        $at::timestamptz at time zone coalesce(any_value(version.definition ->> 'timezone'), 'UTC') as now_there
    from scoreboard
    join key_result_definition_version as version using (key_result_id, definition_hash)
    where scoreboard.period_id = $period
),

told as (
    select
        split_part(metric, '{', 1) as metric, -- the filtered series beside it come from the same rows
        source_id,
        grain,
        period_start as day,
        settled
    from metric_observation
    cross join period
    where superseded_at is null
        and period_start::timestamp < period.now_there
)

select
    told.metric,
    told.source_id,
    max(told.day) as newest_day,
    coalesce(
        list_sort(list(distinct told.day) filter (where told.grain = 'day' and told.day >= period.first_day)), []
    ) as days,
    min(told.day) filter (where told.grain = 'day' and not told.settled) as unsettled_from,
    max(told.day) filter (where told.grain = 'day' and not told.settled) as unsettled_to
from told
cross join period
group by told.metric, told.source_id
order by told.metric, told.source_id
