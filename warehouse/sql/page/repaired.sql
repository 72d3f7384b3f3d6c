-- grain: one row per source that answers again after a failure of the past week
with landed as (
    select *
    from load
    where finished_at <= $at::timestamptz and known(finished_at)
),

stream as (
    select
        source_id,
        stream,
        max(finished_at) filter (where state = 'failed') as failed_at,
        arg_max(state, load_id) as last_state
    from landed
    group by source_id, stream
)

select
    landed.source_id,
    min(landed.finished_at) as "at"
from landed
join stream using (source_id, stream)
where
    stream.last_state = 'ok'
    and stream.failed_at > $at::timestamptz - interval 7 days
    and landed.state = 'ok'
    and landed.finished_at > stream.failed_at
    and landed.source_id not in (select source_id from stream where last_state = 'failed')
group by landed.source_id
order by landed.source_id
