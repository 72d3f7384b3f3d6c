-- By source and stream the newest good landing and what it brought; by source the newest one that changed anything.
select
    source_id,
    stream,
    max(load_id) filter (where state = 'ok') as load_id,
    arg_max(coalesce(content_hash, ''), load_id) filter (where state = 'ok') as content_hash,
    max(load_id) filter (where rows_new + rows_changed > 0) as changed_by
from load
group by source_id, stream;
