-- grain: one row per key result, run and future day
select key_result_id, run_id, day
from key_result_forecast
group by all
having count(*) > 1
limit 1;
