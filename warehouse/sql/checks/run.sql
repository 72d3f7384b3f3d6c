-- grain: one row per run of a command that writes
select run_id
from run
group by all
having count(*) > 1
limit 1;
