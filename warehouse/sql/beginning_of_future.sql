-- The instant from which on what is recorded is taken back: where the earliest run begins that reaches into the future,
-- or the first instant after now where no run does.
with ahead as (
    select run.started_at
    from run
    left join load using (run_id)
    left join key_result_score as score using (run_id)
    where run.started_at > $now
        or run.finished_at > $now
        or load.finished_at > $now
        or score.saved_at > $now
)

select coalesce(min(started_at), $now::timestamptz + interval 1 microsecond)
from ahead;
