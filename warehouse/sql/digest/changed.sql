-- grain: one row per key result of the period that a run of the past week called otherwise than the one before it, and
-- that is called so still: its newest such change
with judged as (
    select
        score.key_result_id,
        score.run_id,
        score.as_of,
        score.saved_at,
        score.status,
        lag(score.status) over (partition by score.key_result_id order by score.saved_at) as status_before
    from key_result_score as score
    where
        score.period_id = $period
        and score.as_of <= $at::timestamptz
        and score.run_id not in (select run_id from run where command = 'score --as-of')
)

select
    judged.key_result_id,
    judged.run_id,
    judged.status_before
from judged
join scoreboard using (key_result_id)
where
    judged.status <> judged.status_before
    and judged.status_before <> 'not_started'
    and judged.status = scoreboard.status
    and judged.as_of > $at::timestamptz - interval 7 days
qualify row_number() over (partition by judged.key_result_id order by judged.saved_at desc) = 1
order by judged.key_result_id
