-- grain: one row per refused row that no later landing has read well or found gone
select load_id, row_number
from refused_row
group by all
having count(*) > 1
limit 1;
