-- grain: one row per key result of the period and future day, of its newest run
select
    key_result_forecast.key_result_id,
    key_result_forecast.day,
    key_result_forecast.p05,
    key_result_forecast.p25,
    key_result_forecast.p50,
    key_result_forecast.p75,
    key_result_forecast.p95
from key_result_forecast
join scoreboard using (key_result_id, run_id)
where scoreboard.period_id = $period
order by key_result_id, day
