-- grain: one row per key result of the period and assumption, of its newest run
select
    key_result_whatif.key_result_id,
    key_result_whatif.place,
    key_result_whatif.assumption,
    key_result_whatif.amount,
    key_result_whatif.target,
    key_result_whatif.lands_p10,
    key_result_whatif.lands_p50,
    key_result_whatif.lands_p90,
    key_result_whatif.probability,
    key_result_whatif.likelihood,
    key_result_whatif."text"
from key_result_whatif
join scoreboard using (key_result_id, run_id)
where scoreboard.period_id = $period
order by key_result_id, place
