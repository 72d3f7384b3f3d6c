-- How far a warehouse goes.
select
    (select count(*) from run) as runs,
    (select max(run_id) from run) as run_id,
    (select max(load_id) from load) as load_id,
    (select max(finished_at) from load) as landed_at,
    greatest(
        (select max(greatest(started_at, finished_at)) from run),
        (select max("at") from check_in)
    ) as newest,
    -- what sources and people brought: scores can be worked out again
    [
        (select max(load_id)::varchar from load where rows_new + rows_changed > 0),
        (select count(*)::varchar from check_in),
        (select max(seen_at)::varchar from key_result_definition_version)
    ] as mark;
