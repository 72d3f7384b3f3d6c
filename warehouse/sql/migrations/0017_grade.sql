-- What key results came to, taken down when their period is closed.

-- grain: one row per closed key result
create table grade (
    period_id varchar not null,
    key_result_id varchar not null,
    score double, -- null: it was never measured
    score_original double,
    band varchar, -- good, progress, failed
    committed boolean not null,
    status varchar not null,
    hit boolean not null,
    value decimal(24, 6),
    target decimal(24, 6),
    target_original decimal(24, 6),
    probability_at_half double,
    stated_at_half double,
    brier double,
    brier_stated double,
    learned varchar not null,
    author varchar not null,
    run_id varchar,
    as_of timestamptz not null,
    closed_at timestamptz not null
);
