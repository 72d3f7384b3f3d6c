-- Observations of days, weeks and months: of the wanted series, and of every metric that a source states as it is. Where entries are unknown the
-- value is the least it can be; one of which only unknown entries tell is unknown itself.
with series as (
    select series, metric, unit, additive, sku, product_id, account, refunds_on, only_orders
    from wanted
    union all
    -- what nobody declared is a count that adds up over days
    select distinct metric, metric, null, true, null, null, null, null, false
    from stated_value
    where metric not in (select series from wanted)
),

part as (
    {parts}
)

select
    series,
    source_id,
    account,
    grain,
    period_start,
    null::timestamptz as observed_at,
    case when sum(unknown) = 0 or bool_or(value <> 0) then try_cast(sum(value) as decimal(24, 6)) end as value,
    coalesce(any_value(wanted_unit), any_value(unit), 'count') as unit,
    currency,
    bool_and(settled) as settled,
    max(loaded_at) as loaded_at,
    max(load_id) as load_id,
    -- a sum beyond what a column holds is unknown too
    sum(unknown)::bigint
        + (sum(value) is not null and try_cast(sum(value) as decimal(24, 6)) is null)::bigint as unknown
from part
group by series, source_id, account, grain, period_start, currency;
