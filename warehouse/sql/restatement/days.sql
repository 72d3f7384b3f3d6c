-- Days of key results that were over when they were last scored, and at whose end they stood otherwise than is worked out
-- now. `told` are the days as they were told last, `daily` those of now.
with definition as (
    select
        definition_hash,
        any_value(definition ->> 'timezone') as zone
    from key_result_definition_version
    where definition is not null
    group by definition_hash
),

last_score as (
    select
        key_result_id,
        arg_max(as_of, saved_at) as as_of,
        arg_max(definition_hash, saved_at) as definition_hash
    from key_result_score
    where run_id <> $run_id and run_id not in (select run_id from run where command = 'score --as-of')
    group by key_result_id
)

select
    now.key_result_id,
    now.day,
    told.value as "before",
    now.value as "after",
    told.progress as progress_before,
    now.progress as progress_after,
    last_score.definition_hash <> now.definition_hash as is_edited
from daily as now
join key_result_daily as told using (key_result_id, day)
join last_score using (key_result_id)
left join definition on definition.definition_hash = now.definition_hash
where ((day + 1)::timestamp at time zone coalesce(definition.zone, 'UTC')) <= least(last_score.as_of, $as_of::timestamptz)
    and (told.value is distinct from now.value or told.progress is distinct from now.progress);
