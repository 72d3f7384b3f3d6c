-- What is taken out for good: versions that no published score rests on, and customers who are to be forgotten.

alter table load add column rows_purged bigint default 0;

-- grain: one row per purge
create table purge (
    purged_at timestamptz not null,
    before timestamptz not null,
    rows bigint not null
);

-- who is not to be known again when an order is read anew: a hash of the hash
create table forgotten_customer (
    mark varchar not null,
    forgotten_at timestamptz not null
);

-- that somebody's first order was of a day, as it was known from an instant on, and nothing of whose: numbers of new
-- customers stay as they were told
create table forgotten_sale_version (
    source_id varchar not null,
    sale varchar not null, -- by chance
    day date, -- null: none counted then
    landed_at timestamptz, -- the order that it was
    load_id bigint,
    loaded_at timestamptz not null
);
