-- Observations of the wanted series, and of every metric that a source states as it is.
with series as (
    select series, metric, unit, sku, product_id, account
    from wanted
    union all
    select distinct metric, metric, null, null, null, null
    from stated_value
    where metric not in (select series from wanted)
),

part as (
    select series.series, series.unit as wanted_unit, parts.*
    from series
    inner join metric.parts as parts
        on series.metric = parts.metric
        and (series.sku is null or series.sku = parts.sku)
        and (series.product_id is null or series.product_id = parts.product_id)
        and (series.account is null or series.account = parts.account)
    union all by name
    select
        series.series,
        series.unit as wanted_unit,
        zeros.*,
        '' as account,
        'day' as grain,
        true as settled
    from series
    inner join metric.shop_zeros as zeros using (metric)
)

select
    series,
    source_id,
    account,
    grain,
    period_start,
    observed_at,
    sum(value)::decimal(24, 6) as value,
    coalesce(any_value(wanted_unit), any_value(unit), 'count') as unit,
    currency,
    bool_and(settled) as settled,
    max(loaded_at) as loaded_at,
    max(load_id) as load_id
from part
group by series, source_id, account, grain, period_start, observed_at, currency
order by series, source_id, account, grain, period_start, observed_at, currency;
