-- grain: one row per key result of the period: since when it has been called what it is called now, and what was decided
-- last, where anything was
with judged as (
    select
        score.key_result_id,
        score.as_of,
        score.saved_at,
        score.status <> scoreboard.status as is_other
    from key_result_score as score
    join scoreboard using (key_result_id)
    where
        scoreboard.period_id = $period
        and score.as_of <= $at::timestamptz
        and score.run_id not in (select run_id from run where command = 'score --as-of')
),

called as (
    select
        key_result_id,
        coalesce(
            min(as_of) filter (where saved_at > coalesce(last_other, '-infinity'::timestamptz)),
            max(as_of)
        ) as since
    from (select *, max(saved_at) filter (where is_other) over (partition by key_result_id) as last_other from judged)
    group by key_result_id
),

decided as (
    select
        key_result_id,
        max("at") as "at",
        arg_max(author, "at") as author,
        arg_max("text", "at") as "text"
    from decision
    where known("at")
    group by key_result_id
)

select
    called.key_result_id,
    called.since,
    decided."at",
    decided.author,
    decided."text"
from called
left join decided using (key_result_id)
order by called.key_result_id
