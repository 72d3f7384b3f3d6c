-- grain: one row per key result and day
select key_result_id, day
from key_result_daily
group by all
having count(*) > 1
limit 1;
