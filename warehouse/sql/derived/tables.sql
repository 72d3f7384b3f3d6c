-- What was derived last, in a file of its own beside the warehouse; it is no record, and may be removed at any time.

-- how it was derived, and what the versions of observations were after it; no row: nothing here is true
create table if not exists last_derived.derivation (recipe varchar not null, versions uint64 not null);

-- one row per source and part of its observations, with the state of the records that it follows from
create table if not exists last_derived.part (source_id varchar not null, is_look boolean not null, state uint64 not null);

create table if not exists last_derived.observation (
    series varchar,
    source_id varchar,
    account varchar,
    grain varchar,
    period_start date,
    observed_at timestamptz,
    value decimal(24, 6),
    unit varchar,
    currency varchar,
    settled boolean,
    loaded_at timestamptz,
    load_id bigint,
    unknown bigint
);
