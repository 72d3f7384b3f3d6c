-- grain: one row per key result of the period, landing and reason by which its days gone by were corrected since an
-- instant: the last such day, and what the landing found gone or edited
select
    restatement.key_result_id,
    restatement.reason,
    coalesce(load.source_id, 'metrics') as source_id,
    load.stream,
    coalesce(any_value(reconciliation.gone), 0) as gone,
    coalesce(any_value(reconciliation.edited), 0) as edited,
    max(restatement.day) as day,
    arg_max(restatement."before", restatement.day) as "before",
    arg_max(restatement."after", restatement.day) as "after"
from restatement
join key_result_score as score using (key_result_id, run_id)
left join load using (load_id)
left join reconciliation using (load_id)
where
    score.period_id = $period
    and (
        restatement.reason in ('corrected', 'withdrawn', 'source')
        -- its goal was edited by the same run that found its numbers corrected
        or (
            restatement.reason = 'definition'
            and exists (
                select 1
                from restatement as metric
                where
                    metric.run_id = restatement.run_id
                    and metric.load_id = restatement.load_id
                    and metric.metric is not null
                    and metric.reason in ('corrected', 'withdrawn', 'source')
            )
        )
    )
    and restatement."before" is distinct from restatement."after"
    and score.as_of > $since::timestamptz
    and score.as_of <= $at::timestamptz
    and score.run_id not in (select run_id from run where command = 'score --as-of')
group by restatement.key_result_id, restatement.reason, load.source_id, load.stream, restatement.load_id
order by restatement.key_result_id, day, source_id
