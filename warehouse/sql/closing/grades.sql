-- grain: one row per closed key result of the period
from grade
where period_id = $period
order by key_result_id
