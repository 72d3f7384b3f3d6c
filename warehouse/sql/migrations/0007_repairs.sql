-- What was taken back, so that a published copy which knows more than the warehouse is told from a lost one.

-- grain: one row per repair
create table repair (
    repaired_at timestamptz not null,
    since timestamptz not null, -- what was recorded from then on was taken back
    newest timestamptz not null, -- the newest instant there was
    runs varchar[] not null
);
