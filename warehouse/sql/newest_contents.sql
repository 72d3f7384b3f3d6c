-- By source and stream the newest good landing and what it brought; by source the newest one that changed anything. What
-- it brought says nothing where another run has changed rows of the source between its pull and its landing: whether it
-- was compared with those nobody knows.
with newest as (
    select
        source_id,
        stream,
        max(load_id) filter (where state = 'ok') as load_id,
        arg_max(coalesce(content_hash, ''), load_id) filter (where state = 'ok') as content_hash,
        arg_max(run_id, load_id) filter (where state = 'ok') as run_id,
        arg_max(started_at, load_id) filter (where state = 'ok') as started_at,
        max(load_id) filter (where rows_new + rows_changed > 0) as changed_by
    from load
    group by source_id, stream
)

select
    source_id,
    stream,
    load_id,
    if(
        exists (
            select 1
            from load as other
            where other.source_id = newest.source_id
                and other.run_id <> newest.run_id
                and other.rows_new + other.rows_changed > 0
                and other.finished_at > newest.started_at
        ),
        '',
        content_hash
    ) as content_hash,
    changed_by
from newest;
