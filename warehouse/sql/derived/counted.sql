-- Visits, and what sources state as it is, of each wanted series by day, week and month; and a 0 for each day that a list
-- of what happened leaves out.
select
    series.series,
    series.unit as wanted_unit,
    parts.*,
    0 as unknown
from series
inner join metric.counted_parts as parts
    on series.metric = parts.metric
    and series.sku is null
    and series.product_id is null
    and (series.account is null or series.account = parts.account)
    and (not series.only_orders or parts.source_id in (select source_id from shop_order_version))
union all by name
select
    series.series,
    series.unit as wanted_unit,
    zeros.*,
    0 as unknown,
    'day' as grain,
    true as settled
from series
inner join metric.stated_zeros as zeros
    on series.metric = zeros.metric
    and series.additive
    and not series.only_orders
    and series.sku is null
    and series.product_id is null
    and (series.account is null or series.account = zeros.account)
