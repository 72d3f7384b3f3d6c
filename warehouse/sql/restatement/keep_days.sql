-- A row for each changed day of a key result, with what this run found otherwise, or for the first time, in what it is
-- measured by up to that day. `series`: the names of that, by key result.
insert into restatement by name
with cause as (
    select
        changed.key_result_id,
        changed.day,
        max(restatement.load_id) as corrected_by,
        max(version.load_id) as load_id,
        list(distinct restatement.reason) filter (where restatement.reason is not null) as reasons
    from changed
    join series using (key_result_id)
    join metric_observation_version as version
        on version.metric = series.series
        and version.run_id = $run_id
        and version.period_start <= changed.day
    left join restatement
        on restatement.run_id = version.run_id
        and restatement.metric = version.metric
        and restatement.source_id = version.source_id
        and restatement.account = version.account
        and restatement.grain = version.grain
        and restatement.day = version.period_start
        and restatement.observed_at is not distinct from version.observed_at
        and restatement.currency is not distinct from version.currency
    group by changed.key_result_id, changed.day
)

select
    changed.* exclude (is_edited),
    coalesce(cause.corrected_by, cause.load_id) as load_id,
    $run_id as run_id,
    coalesce(
        case when changed.is_edited then 'definition' end,
        -- the weightiest of what came together
        list_filter(['corrected', 'withdrawn', 'source', 'provisional'], lambda word: list_contains(cause.reasons, word))[1],
        case when cause.key_result_id is not null then 'late' end,
        'other'
    ) as reason,
    $saved_at as restated_at
from changed
left join cause using (key_result_id, day);
