-- grain: one row per key result of the period: what was said of it last in the first half of its time
with definition as (
    select
        definition_hash,
        any_value(definition ->> 'timezone') as zone
    from key_result_definition_version
    where definition is not null
    group by definition_hash
)

select
    score.key_result_id,
    score.as_of,
    score.probability,
    score.confidence_stated / 10 as stated
from key_result_score as score
left join definition using (definition_hash)
where
    score.period_id = $period
    and score.run_id not in (select run_id from run where command = 'score --as-of')
    -- said at the time: a past day that is scored again is hindsight
    and score.saved_at <= score.as_of + interval 1 day
    and elapsed_share(score.as_of, score.start, score.due, definition.zone) between 0.000001 and 0.5
qualify row_number() over (partition by score.key_result_id order by score.as_of desc, score.saved_at desc) = 1
order by score.key_result_id
