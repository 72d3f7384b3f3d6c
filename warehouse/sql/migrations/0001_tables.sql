-- Everything that is stored. Rows of `*_version` tables are only ever added: a row that changed at its source, or that
-- the source no longer gives (`removed`), is a new version; the views in marts/ show which one counts.

-- grain: one row per run of a command that writes
create table run (
    run_id varchar not null,
    command varchar not null,
    version varchar not null,
    config_hash varchar not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    state varchar not null -- running, done, partial, failed, interrupted
);

-- grain: one row per landing of one stream
create table load (
    load_id bigint not null,
    run_id varchar not null,
    source_id varchar not null,
    connector varchar not null,
    stream varchar not null,
    kinds varchar[] not null, -- record kinds that the stream brings
    window_from timestamptz not null,
    window_to timestamptz not null,
    zone varchar not null,
    "cursor" timestamptz, -- newest mark reached
    rows_read bigint not null,
    rows_new bigint not null,
    rows_changed bigint not null,
    rows_refused bigint not null,
    requests bigint not null,
    bytes bigint not null,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    state varchar not null, -- ok, failed
    error varchar,
    notes varchar[] not null
);

-- grain: one row per refused row
create table quarantine (
    load_id bigint not null,
    row_number bigint not null,
    source_id varchar not null,
    stream varchar not null,
    kind varchar not null,
    reason varchar not null,
    payload varchar
);

create table shop_order_version (
    source_id varchar not null,
    order_id varchar not null,
    created_at timestamptz,
    paid_at timestamptz,
    updated_at timestamptz,
    day date,
    status varchar,
    is_sale boolean,
    test boolean,
    currency varchar,
    gross_amount decimal(18, 4),
    refunded_amount decimal(18, 4),
    tax_amount decimal(18, 4),
    shipping_amount decimal(18, 4),
    customer_key varchar,
    load_id bigint not null,
    loaded_at timestamptz not null,
    removed boolean not null
);

create table shop_order_line_version (
    source_id varchar not null,
    order_id varchar not null,
    line_id varchar not null,
    product_id varchar,
    sku varchar,
    title varchar,
    quantity bigint,
    current_quantity bigint,
    is_gift_card boolean,
    currency varchar,
    amount decimal(18, 4),
    load_id bigint not null,
    loaded_at timestamptz not null,
    removed boolean not null
);

create table shop_refund_version (
    source_id varchar not null,
    order_id varchar not null,
    refund_id varchar not null,
    created_at timestamptz,
    currency varchar,
    amount decimal(18, 4),
    quantity bigint,
    load_id bigint not null,
    loaded_at timestamptz not null,
    removed boolean not null
);

create table shop_product_version (
    source_id varchar not null,
    product_id varchar not null,
    title varchar,
    status varchar,
    published boolean,
    updated_at timestamptz,
    load_id bigint not null,
    loaded_at timestamptz not null,
    removed boolean not null
);

create table shop_state_version (
    source_id varchar not null,
    probe varchar not null,
    observed_at timestamptz not null,
    value bigint,
    load_id bigint not null,
    loaded_at timestamptz not null,
    removed boolean not null
);

create table web_traffic_version (
    source_id varchar not null,
    grain varchar not null,
    period_start date not null,
    visitors bigint,
    visits bigint,
    pageviews bigint,
    settled boolean,
    load_id bigint not null,
    loaded_at timestamptz not null,
    removed boolean not null
);

create table social_account_version (
    source_id varchar not null,
    account varchar not null,
    metric varchar not null,
    observed_at timestamptz not null,
    followers bigint,
    posts bigint,
    "precision" bigint,
    load_id bigint not null,
    loaded_at timestamptz not null,
    removed boolean not null
);

create table stated_value_version (
    source_id varchar not null,
    metric varchar not null,
    account varchar,
    grain varchar not null,
    period_start date not null,
    value decimal(24, 6),
    unit varchar,
    currency varchar,
    settled boolean,
    load_id bigint not null,
    loaded_at timestamptz not null,
    removed boolean not null
);

create table exchange_rate_version (
    source_id varchar not null,
    currency varchar not null,
    day date not null,
    rate decimal(24, 10),
    load_id bigint not null,
    loaded_at timestamptz not null,
    removed boolean not null
);

create table metric_observation_version (
    metric varchar not null,
    source_id varchar not null,
    account varchar not null,
    grain varchar not null,
    period_start date not null,
    observed_at timestamptz,
    currency varchar,
    value decimal(24, 6),
    unit varchar,
    settled boolean,
    load_id bigint,
    run_id varchar not null,
    loaded_at timestamptz not null,
    removed boolean not null
);

create table key_result_definition_version (
    key_result_id varchar not null,
    objective_id varchar not null,
    period_id varchar not null,
    valid_from timestamptz not null,
    definition json,
    definition_hash varchar not null,
    seen_at timestamptz not null,
    reason varchar not null,
    removed boolean not null
);

-- grain: one row per check-in
create table check_in (
    key_result_id varchar not null,
    "at" timestamptz not null,
    author varchar not null,
    value decimal(24, 6),
    confidence double,
    note varchar not null
);

-- grain: one row per key result and run
create table key_result_score (
    period_id varchar,
    objective_id varchar not null,
    key_result_id varchar not null,
    title varchar,
    kind varchar,
    metric varchar,
    unit varchar,
    value decimal(24, 6),
    baseline decimal(24, 6),
    target decimal(24, 6),
    target_original decimal(24, 6),
    progress double,
    progress_raw double,
    score double,
    expected double,
    pace double,
    probability double,
    confidence integer,
    confidence_stated double,
    status varchar,
    flags varchar[],
    forecast_p10 double,
    forecast_p50 double,
    forecast_p90 double,
    start date,
    due date,
    as_of timestamptz not null,
    observed_at timestamptz,
    known_at timestamptz not null,
    explanation varchar,
    reason varchar,
    definition_hash varchar,
    input_hash varchar,
    run_id varchar not null,
    saved_at timestamptz not null
);

-- grain: one row per objective and run
create table objective_score (
    period_id varchar,
    objective_id varchar not null,
    title varchar,
    score double,
    score_raw double,
    coverage double,
    status varchar,
    probability_all double,
    expected_hits double,
    key_results bigint,
    as_of timestamptz not null,
    run_id varchar not null,
    saved_at timestamptz not null
);

-- grain: one row per key result and day
create table key_result_daily (
    key_result_id varchar not null,
    day date not null,
    value decimal(24, 6),
    progress double,
    expected double
);

-- grain: one row per key result, run and future day
create table key_result_forecast (
    key_result_id varchar not null,
    run_id varchar not null,
    day date not null,
    p05 double,
    p25 double,
    p50 double,
    p75 double,
    p95 double
);

-- grain: one row per closed key result or back-test bin
create table calibration (
    subject varchar not null,
    stated double,
    measured double,
    hit boolean,
    brier double
);
