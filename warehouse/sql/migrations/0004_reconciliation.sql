-- What a vendor does behind our back, and what came in and could not be taken.

-- which row was refused, so that its last good version stays in force and its source is read again from there
alter table quarantine add column row_key json; -- columns of its key that could be read; any where one is left out
alter table quarantine add column day date; -- that it is of, where known
alter table quarantine add column changed_at timestamptz; -- when it changed last, where known

-- a landing that told all there is, whatever its window; a lake takes no default but a literal
alter table load add column whole boolean default 'false';

-- grain: one row per stream and sweep
create table reconciliation (
    load_id bigint not null,
    source_id varchar not null,
    stream varchar not null,
    window_from timestamptz not null, -- rows of this span were compared, by the day they are of
    window_to timestamptz not null,
    rows_compared bigint not null,
    edited bigint not null, -- changed without a newer date, or after what is read at every run
    gone bigint not null, -- closed
    withheld bigint not null, -- gone as well, but so many at once that a second sweep has to say so
    requests bigint not null,
    finished_at timestamptz not null
);
