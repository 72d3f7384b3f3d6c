-- grain: one row per key result whose grade no longer moves
select key_result_id
from frozen_score
group by all
having count(*) > 1
limit 1;
