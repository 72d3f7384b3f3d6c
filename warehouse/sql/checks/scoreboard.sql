-- grain: one row per key result
select key_result_id
from scoreboard
group by all
having count(*) > 1
limit 1;
