-- grain: one row per period without key results of its own whose objectives others serve, as `page_periods` has them
with above as (
    select
        scoreboard.run_id,
        version.definition ->> 'timezone' as zone,
        version.definition ->> 'language' as language,
        unnest((version.definition -> 'objective_parents')::json[]) as parent
    from scoreboard
    join key_result_definition_version as version using (key_result_id, definition_hash)
),

led as (
    select
        parent ->> 'period_id' as id,
        min((parent ->> 'start')::date) as start,
        max((parent ->> 'end')::date) as "end",
        any_value(zone) as timezone,
        any_value(language) as language,
        max(run_id) as run_id
    from above
    where (parent ->> 'start') is not null and (parent ->> 'period_id') not in (select period_id from scoreboard)
    group by all
),

scored as (
    select
        period_id as id,
        max(as_of) as as_of
    from objective_scoreboard
    group by period_id
)

select
    led.id,
    led.start,
    led."end",
    led.timezone,
    led.language,
    scored.as_of,
    led.run_id,
    coalesce(run.config_hash, '') as config_hash
from led
join scored using (id)
left join run on led.run_id = run.run_id
order by led.start desc
