-- grain: one row per objective of the period
from objective_scoreboard
where period_id = $period
order by objective_id
