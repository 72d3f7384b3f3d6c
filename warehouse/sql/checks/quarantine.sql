-- grain: one row per refused row
select load_id, row_number
from quarantine
group by all
having count(*) > 1
limit 1;
