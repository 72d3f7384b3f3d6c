-- grain: one row per stream and sweep
select load_id
from reconciliation
group by all
having count(*) > 1
limit 1;
