-- grain: one row per key result of the period whose days gone by were corrected in the past week, by the newest run
-- that found them so: its last such day, and what it was called before and after
with score as (
    select
        key_result_id,
        run_id,
        as_of,
        status,
        lag(status) over (partition by key_result_id order by saved_at) as status_before
    from key_result_score
    where period_id = $period
        and known(saved_at)
        and run_id not in (select run_id from run where command = 'score --as-of')
)

select
    restatement.key_result_id,
    restatement.day,
    restatement."before",
    restatement."after",
    coalesce(load.source_id, 'metrics') as source_id,
    score.as_of as "at",
    score.status_before,
    score.status
from restatement
join score using (key_result_id, run_id)
left join load using (load_id)
where restatement.reason in ('corrected', 'withdrawn', 'source')
    and restatement."before" is distinct from restatement."after"
    and score.as_of > $at::timestamptz - interval 7 days
    and score.as_of <= $at::timestamptz
qualify row_number() over (partition by restatement.key_result_id order by score.as_of desc, restatement.day desc) = 1
order by restatement.key_result_id
