-- grain: one row per source and stream, with the rows its newest landing refused
with landed as (
    select
        source_id,
        stream,
        arg_max(rows_refused, load_id) as refused
    from load
    where state = 'ok' and known(finished_at)
    group by source_id, stream
)

select
    source_freshness.*,
    landed.refused
from source_freshness
left join landed using (source_id, stream)
order by source_id, stream
