-- grain: one row per closed key result and quarter of its time
select key_result_id, stage
from calibration
group by all
having count(*) > 1
limit 1;
