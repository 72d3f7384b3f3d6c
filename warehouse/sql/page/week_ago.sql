-- grain: one row per key result, as judged a week before: the score nearest to then, at most three days off
select *
from key_result_score
where
    period_id = $period
    and as_of between $at::timestamptz - interval 10 days and $at::timestamptz - interval 4 days
qualify row_number() over (
    partition by key_result_id
    order by abs(epoch(as_of - ($at::timestamptz - interval 7 days))), saved_at desc
) = 1
order by key_result_id
