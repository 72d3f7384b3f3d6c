-- By source and stream the newest mark reached: re-reading an older window does not move it back. A pull that had begun
-- before the one that reached it was landed, and that was landed after, may have brought rows as they were before: what
-- has changed since that one began is read again.
with landed as (
    select
        source_id,
        stream,
        load_id,
        "cursor" as mark,
        started_at,
        finished_at
    from load
    where state = 'ok'
),

furthest as (
    select *
    from landed
    where mark is not null
    qualify row_number() over (partition by source_id, stream order by mark desc, load_id) = 1
)

select
    furthest.source_id,
    furthest.stream,
    least(furthest.mark, min(landed.started_at)) as mark
from furthest
left join landed
    on landed.source_id = furthest.source_id
    and landed.stream = furthest.stream
    and landed.load_id > furthest.load_id
    and landed.started_at < furthest.finished_at
group by furthest.source_id, furthest.stream, furthest.mark;
