-- grain: one row per check-in
select key_result_id, "at"
from check_in
group by all
having count(*) > 1
limit 1;
