select max(instant)
from (
    select max(greatest(started_at, finished_at)) as instant from run
    union all
    select max(finished_at) from load
    union all
    select max(loaded_at) from metric_observation_version
    union all
    select max(registered_at) from source_version
    union all
    select max(seen_at) from source_account
    union all
    select max(seen_at) from key_result_definition_version
    union all
    select max(saved_at) from key_result_score
    union all
    select max("at") from check_in
    union all
    select max("at") from note_version
    union all
    select max("at") from decision
    union all
    select max(closed_at) from grade
);
