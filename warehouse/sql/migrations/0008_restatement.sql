-- What was told of the past and has changed since.

-- grain: one row per past value that changed and run, of a key result or of a metric's series
create table restatement (
    key_result_id varchar, -- either this
    metric varchar, -- or these
    source_id varchar,
    account varchar,
    grain varchar,
    observed_at timestamptz,
    currency varchar,
    day date not null, -- first day of the period; for a key result the day at whose end it stood so
    "before" decimal(24, 6), -- null: nothing was known
    "after" decimal(24, 6), -- null: nothing is known any more
    progress_before double,
    progress_after double,
    load_id bigint, -- the landing that brought it, where one did
    run_id varchar not null,
    reason varchar not null, -- corrected, withdrawn, provisional, late, source, definition, other
    restated_at timestamptz not null
);
