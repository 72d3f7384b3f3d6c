-- grain: one row per note that stands about a day of the period
select
    note.name,
    note.first_day,
    note.last_day,
    note.metric,
    note.key_result_id,
    note.author
from note
join (select min(start) as first_day, max(due) as last_day from scoreboard where period_id = $period) as period
    on note.first_day <= period.last_day and note.last_day >= period.first_day
order by note.first_day, note.name
