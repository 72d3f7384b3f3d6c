-- grain: one row per key result, run and assumption
select key_result_id, run_id, place
from key_result_whatif
group by all
having count(*) > 1
limit 1;
