-- A version for each day so far of a key result that is new, told otherwise than before, or no longer one of its days.
insert into key_result_day_version by name
with told as (
    select key_result_id, day, value, progress, expected
    from key_result_daily
)

select
    *,
    false as removed,
    $run_id as run_id,
    $saved_at as saved_at
from (
    select key_result_id, day, value, progress, expected
    from daily
    except
    from told
)
union all by name
select
    *,
    true as removed,
    $run_id as run_id,
    $saved_at as saved_at
from told
anti join daily using (key_result_id, day);
