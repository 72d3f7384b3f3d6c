-- Who came and who follows, and numbers that a source states as they are.

-- grain: one row per source, grain and period start
create or replace view web_traffic as
select * exclude (removed)
from (
    select *
    from web_traffic_version
    where known(loaded_at)
    qualify row_number() over (partition by source_id, grain, period_start order by loaded_at desc) = 1
)
where not removed;

-- grain: one row per source, account, metric and snapshot
create or replace view social_account as
select * exclude (removed)
from (
    select *
    from social_account_version
    where known(loaded_at)
    qualify row_number() over (partition by source_id, account, metric, observed_at order by loaded_at desc) = 1
)
where not removed;

-- grain: one row per source, metric, account, grain, period start and currency
create or replace view stated_value as
select * exclude (removed)
from (
    select *
    from stated_value_version
    where known(loaded_at)
    qualify row_number() over (
        partition by source_id, metric, account, grain, period_start, currency order by loaded_at desc
    ) = 1
)
where not removed;

-- grain: one row per currency and day
create or replace view exchange_rate as
select
    currency,
    day,
    rate, -- units of the currency for one euro
    source_id,
    load_id,
    loaded_at
from (
    select *
    from exchange_rate_version
    where known(loaded_at)
    qualify row_number() over (partition by source_id, currency, day order by loaded_at desc) = 1
)
where not removed
qualify row_number() over (partition by currency, day order by loaded_at desc, source_id) = 1;
