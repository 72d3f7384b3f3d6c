-- what: a cursor is where its landing has not been
select
    'load: load_id ' || load_id || ', source_id ' || source_id || ', stream ' || stream as place,
    case
        when state <> 'ok' then 'the landing failed, and has a cursor'
        else 'cursor ' || "cursor" || ', landed ' || finished_at
    end as found
from load
where "cursor" is not null
    and (state <> 'ok' or "cursor" > greatest(window_to, finished_at) + interval 1 day)
