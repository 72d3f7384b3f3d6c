-- What looks wrong in what came, as each run found it.

-- grain: one row per check, source, subject and run that found something
create table quality_check (
    check_id varchar not null,
    source_id varchar not null, -- empty: of no single source
    subject varchar not null, -- a metric or a table; empty for a team's own check
    severity varchar not null, -- info, warning, error
    state varchar not null, -- found; silenced: found, and the config says why that is right; broken: its SQL failed
    found varchar not null,
    expected varchar,
    sample varchar, -- some of the rows
    silenced_until date,
    reason varchar, -- why it is silenced
    run_id varchar not null,
    checked_at timestamptz not null
);
