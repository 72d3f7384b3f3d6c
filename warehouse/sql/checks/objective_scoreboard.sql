-- grain: one row per objective
select period_id, objective_id
from objective_scoreboard
group by all
having count(*) > 1
limit 1;
