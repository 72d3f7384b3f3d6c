-- grain: one row per key result and version
select key_result_id, seen_at
from key_result_definition
group by all
having count(*) > 1
limit 1;
