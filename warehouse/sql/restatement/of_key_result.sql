-- What changed since an instant of what had been told of a key result, newest first, with the landings that brought it;
-- and of what it is measured by.
select
    restatement.restated_at,
    restatement.day,
    coalesce(restatement.key_result_id, restatement.metric) as subject,
    restatement."before",
    restatement."after",
    restatement.progress_before,
    restatement.progress_after,
    restatement.reason,
    coalesce(load.source_id, restatement.source_id) as source_id,
    load.stream,
    restatement.load_id,
    load.rows_new + load.rows_changed as rows,
    restatement.run_id
from restatement
left join load using (load_id)
where restatement.restated_at >= $since::timestamptz
    and (
        restatement.key_result_id = $key_result_id
        or (
            list_contains($series::varchar[], restatement.metric)
            and (len($sources::varchar[]) = 0 or list_contains($sources::varchar[], restatement.source_id))
        )
    )
order by restatement.restated_at desc, restatement.key_result_id is null, restatement.day, subject;
