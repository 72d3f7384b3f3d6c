-- Runs as what happened to them: rows are only added, and the view `run` shows how each stands.

create table run_event (
    run_id varchar not null,
    state varchar not null, -- running: it began; interrupted: another found that it never ended; else how it ended
    command varchar, -- this and what follows: of the beginning
    version varchar,
    config_hash varchar,
    "at" timestamptz not null
);

insert into run_event
select run_id, 'running', command, version, config_hash, started_at
from run
union all
select run_id, state, null, null, null, coalesce(finished_at, next_at, started_at + interval 1 microsecond)
from (
    select
        *,
        lead(started_at) over (order by started_at) as next_at
    from run
)
where state <> 'running'
order by all;

drop table run;
