-- grain: one row per period that is scored, the one under way first
with judged as (
    select
        scoreboard.period_id,
        scoreboard.as_of,
        scoreboard.run_id,
        scoreboard.start,
        scoreboard.due,
        key_result_definition_version.definition ->> 'timezone' as zone,
        key_result_definition_version.definition ->> 'language' as language
    from scoreboard
    join key_result_definition_version using (key_result_id, definition_hash)
)

select
    period_id as id,
    min(start) as start,
    max(due) as "end",
    any_value(zone) as timezone,
    any_value(language) as language,
    max(as_of) as as_of,
    max(run_id) as run_id
from judged
group by period_id
order by
    max(as_of) at time zone any_value(zone) >= min(start) and min(as_of) at time zone any_value(zone) < max(due) + 1 desc,
    min(start) desc
