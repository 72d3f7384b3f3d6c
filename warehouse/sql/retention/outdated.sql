-- Rows of {table} that a later run of the same day has taken the place of: a look at the future is kept of the last run
-- of each day that was judged, in the key result's own zone. The newest run is the last of its day, and so is a frozen
-- grade, after whose due day nothing is foreseen. What is told of a day gone by stands apart from what was told on it.
delete from {table}
where (key_result_id, run_id) in (
    with zone as (
        select
            definition_hash,
            any_value(definition ->> 'timezone') as zone
        from key_result_definition_version
        where definition is not null
        group by definition_hash
    ),

    told as (
        select
            score.key_result_id,
            score.run_id,
            score.as_of,
            score.saved_at,
            coalesce(run.command, '') = 'score --as-of' as is_look_back,
            ((score.as_of - interval 1 microsecond) at time zone coalesce(zone.zone, 'UTC'))::date as day
        from key_result_score as score
        semi join {table} using (key_result_id, run_id)
        left join run using (run_id)
        left join zone using (definition_hash)
    )

    select (key_result_id, run_id)
    from told
    -- as the scoreboard chooses its newest
    qualify row_number() over (
        partition by key_result_id, is_look_back, day
        order by least(as_of, saved_at) desc, saved_at desc
    ) > 1
);
