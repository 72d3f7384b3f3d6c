-- grain: one row per key result of the period and day
from key_result_daily
where key_result_id in (select key_result_id from scoreboard where period_id = $period)
order by key_result_id, day
