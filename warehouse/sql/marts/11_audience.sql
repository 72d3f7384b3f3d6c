-- Who came and who follows, and numbers that a source states as they are.

-- grain: one row per source, grain and period start
create or replace view web_traffic as
select version.* exclude (removed)
from web_traffic_version as version
semi join counted_source using (source_id)
anti join web_traffic_version as later
    on later.source_id = version.source_id
    and later.grain = version.grain
    and later.period_start = version.period_start
    and later.load_id > version.load_id
    and known(later.loaded_at)
where known(version.loaded_at) and not version.removed;

-- grain: one row per source, account, metric and snapshot
create or replace view social_account as
with reading as (
    select version.* exclude (removed)
    from social_account_version as version
    semi join counted_source using (source_id)
    anti join social_account_version as later
        on later.source_id = version.source_id
        and later.account = version.account
        and later.metric = version.metric
        and later.observed_at = version.observed_at
        and later.load_id > version.load_id
        and known(later.loaded_at)
    where known(version.loaded_at) and not version.removed
),

-- a source that told the lasting id of its account has one: all it read is of that, under its newest handle
named as (
    select
        source_id,
        arg_max(account, observed_at) as handle
    from reading
    semi join source_account
        on source_account.source_id = reading.source_id and known(source_account.seen_at)
    group by source_id
)

select reading.* replace (coalesce(named.handle, reading.account) as account)
from reading
left join named using (source_id);

-- grain: one row per source, metric, account, grain, period start and currency
create or replace view stated_value as
select version.* exclude (removed)
from stated_value_version as version
semi join counted_source using (source_id)
anti join stated_value_version as later
    on later.source_id = version.source_id
    and later.metric = version.metric
    and later.account is not distinct from version.account
    and later.grain = version.grain
    and later.period_start = version.period_start
    and later.currency is not distinct from version.currency
    and later.load_id > version.load_id
    and known(later.loaded_at)
where known(version.loaded_at) and not version.removed;

-- grain: one row per currency and day
create or replace view exchange_rate as
select
    currency,
    day,
    rate, -- units of the currency for one euro
    source_id,
    load_id,
    loaded_at
from exchange_rate_version as version
anti join exchange_rate_version as later
    on later.source_id = version.source_id
    and later.currency = version.currency
    and later.day = version.day
    and later.load_id > version.load_id
    and known(later.loaded_at)
where known(version.loaded_at) and not version.removed
-- by two keys, though the first one decides: DuckDB 1.5.5 cannot bind the plan that it makes for one
qualify row_number() over (partition by currency, day order by load_id desc, source_id) = 1;
