-- grain: one row per source and stream, with the last time that all it may have changed was read, and how much that was
with reading as (
    select source_id, stream, finished_at, requests, rows_read as rows
    from load
    where state = 'ok' and run_id not in (select run_id from run where command = 'backfill')
    qualify row_number() over (partition by source_id, stream order by load_id) = 1
    union all
    select source_id, stream, finished_at, requests, rows_compared
    from reconciliation
)

select
    source_id,
    stream,
    max(finished_at),
    arg_max(requests, finished_at),
    arg_max(rows, finished_at)
from reading
group by source_id, stream;
