-- How far a warehouse goes. One look at each table: a subquery for each number takes thirty times as long to plan.
select
    runs,
    run_id,
    load_id,
    landed_at,
    greatest(ran_at, said_at) as newest,
    -- what sources and people brought: scores can be worked out again
    [brought::varchar, check_ins::varchar, defined_at::varchar] as mark
from (
    select
        count(*) as runs,
        max(run_id) as run_id,
        max(greatest(started_at, finished_at)) as ran_at
    from run
) as runs
cross join (
    select
        max(load_id) as load_id,
        max(finished_at) as landed_at,
        max(load_id) filter (rows_new + rows_changed > 0) as brought
    from load
) as loads
cross join (
    select
        count(*) as check_ins,
        max("at") as said_at
    from check_in
) as said
cross join (
    select max(seen_at) as defined_at
    from key_result_definition_version
) as defined;
