-- A source that answers, and of which no new numbers come: silent for more than twice as long as ever before.
with step as (
    select
        *,
        day - lag(day) over (partition by series order by day) as days
    from checked
    where is_stock or value <> 0 -- zeros that fill a gap are no news
),

-- a day that the source told to be 0 is told
newest as (
    select series, max(day) as day
    from checked
    group by series
),

pulled as (
    select source_id
    from load
    where state = 'ok'
    group by source_id
    having max(finished_at)::date >= $today::date - 3
)

select
    step.source_id,
    step.metric as subject,
    'warning' as severity,
    'no numbers after ' || newest.day || ', ' || ($today::date - newest.day) || ' days ago' as found,
    'at the latest every ' || max(step.days) || ' days' as expected,
    null as sample
from step
join newest using (series)
semi join pulled using (source_id)
group by step.series, step.source_id, step.metric, newest.day
having count(*) >= 5
    and $today::date - newest.day > 2 * max(step.days) + 1
order by all;
