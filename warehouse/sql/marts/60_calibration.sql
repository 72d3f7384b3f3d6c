-- What was said of key results that have closed since, and what came.

-- grain: one row per closed key result and quarter of its time
create or replace view calibration as
with definition as (
    select
        definition_hash,
        any_value(definition ->> 'timezone') as zone,
        any_value(definition -> 'key_result') as key_result
    from key_result_definition_version
    where definition is not null
    group by definition_hash
),

asked as (
    select
        definition_hash,
        zone,
        key_result -> 'changes' as changes,
        [
            key_result ->> name
            for name in ['kind', 'metric', 'numerator', 'denominator', 'where', 'sources', 'every', 'judge', 'baseline',
                'target', 'at_least', 'at_most', 'between', 'need', 'committed', 'direction', 'reached', 'start', 'due',
                'refunds_on']
        ] as question
    from definition
),

-- as it is written now: a title that is private today is so in every record from now on
written as (
    select
        key_result_id,
        arg_max(definition, seen_at) as newest
    from key_result_definition_version
    where definition is not null
        and known(seen_at)
    group by key_result_id
),

closed as (
    select
        key_result_id,
        arg_max(status, saved_at) = 'achieved' as hit,
        arg_max(definition_hash, saved_at) as definition_hash,
        min(saved_at) as closed_at
    from key_result_score
    left join asked using (definition_hash)
    where status in ('achieved', 'missed')
        and has_settled(as_of, due, zone)
        and known(saved_at)
    group by key_result_id
),

said as (
    select
        score.key_result_id,
        score.period_id,
        score.kind,
        score.metric,
        score.due,
        score.as_of,
        score.saved_at,
        score.title,
        score.run_id,
        score.input_hash,
        score.probability as measured,
        coalesce(score.probability_raw, score.probability) as measured_raw,
        score.confidence_stated / 10 as stated,
        closed.hit,
        closed.closed_at,
        elapsed_share(score.as_of, score.start, score.due, was.zone) as elapsed
    from key_result_score as score
    join closed using (key_result_id)
    join asked as was on was.definition_hash = score.definition_hash
    join asked as became on became.definition_hash = closed.definition_hash
    where score.probability is not null
        -- what nothing could change any more was no forecast; a target that is met for now can be lost again
        and score.probability > 0
        and score.probability < 1
        -- said at the time: a past day that is scored again is hindsight
        and score.saved_at <= score.as_of + interval 1 day
        -- of the same goal: a chance of reaching an earlier target says nothing about a later one
        and was.question = became.question
        and len(
            list_filter(
                became.changes::json[],
                lambda change: try_cast(change ->> 'on' as date) > (score.as_of at time zone was.zone)::date
                    and try_cast(change ->> 'on' as date) <= score.due
            )
        ) = 0
),

final as (
    select
        *,
        ceil(elapsed * 4) / 4 as stage
    from said
    where elapsed <= 0.75
    qualify row_number() over (partition by key_result_id, ceil(elapsed * 4) order by as_of desc, saved_at desc) = 1
)

select
    key_result_id,
    period_id,
    kind,
    metric,
    stage, -- newest chance at or before 0, 25, 50 or 75 % of its time
    as_of,
    elapsed,
    measured,
    measured_raw,
    stated,
    hit,
    (measured - hit::integer) ** 2 as brier,
    (stated - hit::integer) ** 2 as brier_stated,
    due,
    closed_at,
    title,
    run_id,
    input_hash,
    coalesce(list_contains((newest -> 'key_result' -> 'tags')::varchar[], 'private'), false)
    or coalesce(list_contains((newest -> 'objective_tags')::varchar[], 'private'), false) as private
from final
left join written using (key_result_id);
