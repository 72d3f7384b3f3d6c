-- grain: one row per objective and run
select period_id, objective_id, run_id
from objective_score
group by all
having count(*) > 1
limit 1;
