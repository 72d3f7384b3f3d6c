-- grain: one row per key result and run
select key_result_id, run_id
from key_result_score
group by all
having count(*) > 1
limit 1;
