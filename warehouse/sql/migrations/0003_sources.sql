-- Which sources the config named, and when; which account each answered for. Rows are only added.

-- grain: one row per source and change of what the config says of it
create table source_version (
    source_id varchar not null,
    connector varchar not null,
    account varchar, -- as its settings name it, where they do
    registered_at timestamptz not null,
    removed boolean not null -- no longer in the config
);

-- grain: one row per source and account that it was seen to answer for
create table source_account (
    source_id varchar not null,
    connector varchar not null,
    account varchar not null, -- as the vendor names it for good: an id, not a handle
    seen_at timestamptz not null
);

-- grain: one row per customer key that customers were hashed with
create table customer_key (
    fingerprint varchar not null,
    seen_at timestamptz not null
);
