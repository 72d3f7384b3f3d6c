-- grain: one row per key result, as it was judged a week before: the score nearest to then, at most three days off;
-- where there is none, the newest from before that
select *
from key_result_score
where
    period_id = $period
    and as_of < $at::timestamptz - interval 4 days
    -- what was judged of that day later on nobody saw then
    and run_id not in (select run_id from run where command = 'score --as-of')
qualify row_number() over (
    partition by key_result_id
    order by
        as_of < $at::timestamptz - interval 10 days,
        abs(epoch(as_of - ($at::timestamptz - interval 7 days))),
        saved_at desc
) = 1
order by key_result_id
