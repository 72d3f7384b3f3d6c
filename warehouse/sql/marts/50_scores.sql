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

-- grain: one row per key result
create or replace view scoreboard as
select
    objective_id,
    key_result_id,
    title,
    kind,
    metric,
    unit,
    value,
    baseline,
    target,
    target_original,
    progress,
    progress_raw,
    score,
    expected,
    pace,
    probability,
    confidence,
    confidence_stated,
    status,
    flags,
    forecast_p10,
    forecast_p50,
    forecast_p90,
    start,
    due,
    as_of,
    observed_at,
    explanation,
    outlook,
    run_id,
    period_id,
    known_at,
    reason,
    probability_raw,
    definition_hash,
    input_hash
from key_result_score
where key_result_id not in (
    select key_result_id
    from key_result_definition_version
    group by key_result_id
    having arg_max(removed, seen_at)
)
qualify row_number() over (partition by key_result_id order by saved_at desc) = 1;

-- grain: one row per objective
create or replace view objective_scoreboard as
select
    objective_id,
    title,
    score,
    score_raw,
    coverage,
    status,
    probability_all,
    probability_at_least,
    expected_hits,
    key_results,
    as_of,
    run_id,
    period_id
from objective_score
where (period_id, objective_id) in (select (period_id, objective_id) from scoreboard)
qualify row_number() over (partition by period_id, objective_id order by saved_at desc) = 1;

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
    -- three days after the end of the due day, in the definition's own zone
    and as_of >= (due + interval 4 days) at time zone coalesce(zone, 'UTC')
qualify row_number() over (partition by key_result_id order by saved_at desc) = 1;
