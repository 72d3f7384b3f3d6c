-- What vendors' own pages say, beside our numbers.

-- grain: one row per source, metric, day and currency, of the newest comparison of each source
create table vendor_total (
    source_id varchar not null,
    metric varchar not null,
    day date not null,
    currency varchar not null, -- empty where the vendor does not say it, and for what is not money
    ours decimal(24, 6), -- refunds on the order's day; null where it is not known
    theirs decimal(24, 6) not null,
    causes varchar[], -- of the difference; empty: equal; null: unexplained
    compared_at timestamptz not null
);
