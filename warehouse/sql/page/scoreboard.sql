-- grain: one row per key result of the period
from scoreboard
where period_id = $period
order by key_result_id
