-- grain: one row per objective, of all periods: they may serve each other
from objective_scoreboard
order by objective_id
