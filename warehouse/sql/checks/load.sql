-- grain: one row per landing of one stream
select load_id
from load
group by all
having count(*) > 1
limit 1;
