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
    judged.period_id as id,
    min(judged.start) as start,
    max(judged.due) as "end",
    any_value(judged.zone) as timezone,
    any_value(judged.language) as language,
    max(judged.as_of) as as_of,
    max(judged.run_id) as run_id,
    coalesce(arg_max(run.config_hash, judged.run_id), '') as config_hash
from judged
left join run using (run_id)
group by judged.period_id
order by
    max(judged.as_of) at time zone any_value(judged.zone) >= min(judged.start)
    and min(judged.as_of) at time zone any_value(judged.zone) < max(judged.due) + 1 desc,
    min(judged.start) desc
