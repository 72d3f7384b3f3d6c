-- grain: one row per run of a command that writes
create or replace view run as
select
    run_id,
    any_value(command) as command,
    any_value(version) as version,
    any_value(config_hash) as config_hash,
    min("at") filter (where state = 'running') as started_at,
    max("at") filter (where state not in ('running', 'interrupted')) as finished_at,
    arg_max(state, "at") as state
from run_event
group by run_id;
