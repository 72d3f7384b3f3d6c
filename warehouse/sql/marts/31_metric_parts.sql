-- Every built-in metric and every stated one, split by the dimensions that key results may filter on; what is in `derive/`
-- adds the parts up. What was sold stands apart: its views are by far the largest, and most folders have no shop.

-- what these two views were before
drop view if exists metric.parts;

-- grain: one row per summand of a metric of what was sold
create or replace view metric.sold_parts as
with shop as (
    select * from metric.shop_counts
    union all by name
    select * from metric.shop_units
    union all by name
    -- cast here: beside a sum of money, which has four decimals, all that is united with it would be rounded to four
    select * replace (try_cast(value as decimal(24, 6)) as value) from metric.shop_revenue
)

select
    metric,
    refunds_on,
    source_id,
    sku,
    product_id,
    currency,
    period_start,
    try_cast(value as decimal(24, 6)) as value,
    coalesce(unknown, 0) as unknown, -- entries whose value nobody tells: a sum over them is the least it can be
    unknown > 0 and sku is null and product_id is null as is_of_any_product,
    loaded_at,
    load_id
from shop
semi join shop_covered_day as covered
    on covered.source_id = shop.source_id and covered.day = shop.period_start;

-- grain: one row per metric of visits, or stated as it is, source, account, grain, period start and currency
create or replace view metric.counted_parts as
with traffic as (
    unpivot (
        select
            source_id,
            grain,
            period_start,
            visitors as "web.visitors",
            visits as "web.visits",
            pageviews as "web.pageviews",
            settled,
            loaded_at,
            load_id
        from web_traffic
    )
    on "web.visitors", "web.visits", "web.pageviews"
    into name metric value value
),

part as (
    select *
    from traffic
    union all by name
    select *
    from stated_value
    where value is not null
)

select
    metric,
    source_id,
    coalesce(account, '') as account,
    currency,
    grain,
    period_start,
    try_cast(value as decimal(24, 6)) as value,
    unit,
    coalesce(settled, true) as settled,
    loaded_at,
    load_id
from part;

-- grain: one row per metric, source, account and instant at which somebody looked
create or replace view metric.looks as
with look as (
    select metric, source_id, account, observed_at, followers as value, loaded_at, load_id
    from social_account
    union all
    select 'social.posts', source_id, account, observed_at, posts, loaded_at, load_id
    from social_account
    where metric = 'social.followers'
    union all
    select probe, source_id, '', observed_at, value, loaded_at, load_id
    from shop_state
)

select
    look.metric,
    look.source_id,
    coalesce(look.account, '') as account,
    (look.observed_at at time zone load.zone)::date as period_start,
    look.observed_at,
    try_cast(look.value as decimal(24, 6)) as value,
    look.loaded_at,
    look.load_id
from look
inner join load using (load_id)
where look.value is not null;
