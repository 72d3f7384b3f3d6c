-- What was wanted, and how it stands.

-- grain: one row per key result and version
create or replace view key_result_definition as
select
    key_result_id,
    objective_id,
    period_id,
    valid_from,
    valid_to, -- null: still in force
    definition,
    definition_hash,
    seen_at,
    reason
from (
    select
        *,
        lead(valid_from) over (partition by key_result_id order by seen_at) as valid_to
    from key_result_definition_version
    where known(seen_at)
)
where not removed;

-- three days after the end of the due day, in the definition's own zone: no grade moves any more
create or replace macro has_settled(as_of, due, zone) as
    as_of >= (due + interval 4 days) at time zone coalesce(zone, 'UTC');

-- share (0-1) of the time from the start of its first day to the end of its last that has passed, in its own zone
create or replace macro elapsed_share(as_of, first_day, due, zone) as
    greatest(0, least(1,
        epoch(as_of - first_day::timestamp at time zone coalesce(zone, 'UTC'))
        / epoch((due + 1)::timestamp at time zone coalesce(zone, 'UTC')
            - first_day::timestamp at time zone coalesce(zone, 'UTC'))
    ));

-- grain: one row per key result
create or replace view scoreboard as
with newest as (
    select *
    from key_result_score
    -- a day gone by that was scored again is kept, and is nobody's newest score
    where run_id not in (select run_id from run where command = 'score --as-of')
        and key_result_id not in (
            select key_result_id
            from key_result_definition_version
            group by key_result_id
            having arg_max(removed, seen_at)
        )
    -- a day that is judged before it is over counts from when it was
    qualify row_number() over (partition by key_result_id order by least(as_of, saved_at) desc, saved_at desc) = 1
),

written as (
    select
        key_result_id,
        definition_hash,
        any_value(definition -> 'key_result') as key_result
    from key_result_definition_version
    where definition is not null
    group by key_result_id, definition_hash
)

select
    newest.objective_id,
    newest.key_result_id,
    newest.title,
    newest.kind,
    newest.metric,
    newest.unit,
    newest.value,
    newest.baseline,
    newest.target,
    newest.target_original,
    newest.progress,
    newest.progress_raw,
    newest.score,
    newest.expected,
    newest.pace,
    newest.probability,
    newest.confidence,
    newest.confidence_stated,
    newest.status,
    newest.flags,
    newest.forecast_p10,
    newest.forecast_p50,
    newest.forecast_p90,
    newest.start,
    newest.due,
    newest.as_of,
    newest.observed_at,
    newest.explanation,
    newest.outlook,
    newest.run_id,
    newest.period_id,
    newest.known_at,
    newest.reason,
    newest.probability_raw,
    newest.definition_hash,
    newest.input_hash,
    written.key_result ->> 'owner' as owner,
    (written.key_result -> 'tags')::varchar[] as tags
from newest
left join written using (key_result_id, definition_hash);

-- grain: one row per objective
create or replace view objective_scoreboard as
with defined as (
    select
        version.period_id,
        version.objective_id,
        version.definition,
        version.seen_at
    from key_result_definition_version as version
    join scoreboard using (key_result_id, definition_hash)
    where version.definition is not null
),

-- one without key results of its own is known from those that serve it
above as (
    select
        unnest((definition -> 'objective_parents')::json[]) as parent,
        seen_at
    from defined
),

written as (
    select
        period_id,
        objective_id,
        coalesce((arg_max(definition, seen_at) ->> 'objective_weight')::double, 1) as weight,
        arg_max(definition, seen_at) ->> 'objective_owner' as owner,
        (arg_max(definition, seen_at) -> 'objective_tags')::varchar[] as tags
    from defined
    group by period_id, objective_id
    union all
    select
        parent ->> 'period_id' as period_id,
        parent ->> 'id' as objective_id,
        coalesce((arg_max(parent, seen_at) ->> 'weight')::double, 1) as weight,
        arg_max(parent, seen_at) ->> 'owner' as owner,
        (arg_max(parent, seen_at) -> 'tags')::varchar[] as tags
    from above
    where (parent ->> 'period_id', parent ->> 'id') not in (select (period_id, objective_id) from defined)
    group by all
),

newest as (
    select *
    from objective_score
    -- a day gone by that was scored again is kept, and is nobody's newest score
    where run_id not in (select run_id from run where command = 'score --as-of')
    qualify row_number() over (
        partition by period_id, objective_id
        order by least(as_of, saved_at) desc, saved_at desc
    ) = 1
)

select
    newest.objective_id,
    newest.title,
    newest.score,
    newest.score_raw,
    newest.coverage,
    newest.status,
    newest.probability_all,
    newest.probability_at_least,
    newest.expected_hits,
    newest.key_results,
    newest.as_of,
    newest.run_id,
    newest.period_id,
    newest.parent, -- the objective that it serves
    written.weight, -- in the score of its parent, or of all objectives
    written.owner,
    written.tags
from newest
join written using (period_id, objective_id);

-- grain: one row per key result whose grade no longer moves
create or replace view frozen_score as
with zone as (
    select
        definition_hash,
        any_value(definition ->> 'timezone') as zone
    from key_result_definition_version
    where definition is not null
    group by definition_hash
)

select key_result_score.*
from key_result_score
left join zone using (definition_hash)
where score is not null
    and known(saved_at)
    and has_settled(as_of, due, zone)
qualify row_number() over (partition by key_result_id order by saved_at desc) = 1;

-- grain: one row per key result and day
create or replace view key_result_daily as
select key_result_id, day, value, progress, expected
from key_result_day_version
qualify row_number() over (partition by key_result_id, day order by saved_at desc, run_id desc) = 1 and not removed;
