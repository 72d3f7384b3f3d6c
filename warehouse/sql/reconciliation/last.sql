-- grain: one row per source and stream, with the last time that all it may have changed was read
with first_landing as (
    select source_id, stream, min(finished_at) as at_instant
    from load
    where state = 'ok'
    group by source_id, stream
),

sweep as (
    select source_id, stream, max(finished_at) as at_instant
    from reconciliation
    group by source_id, stream
)

select
    source_id,
    stream,
    greatest(first_landing.at_instant, sweep.at_instant)
from first_landing
left join sweep using (source_id, stream);
