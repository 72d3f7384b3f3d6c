-- What shops sold, of each wanted series by day, and a 0 for each day that their pulls have covered.
select
    series.series,
    series.unit as wanted_unit,
    parts.* exclude (refunds_on),
    '' as account,
    'day' as grain,
    true as settled
from series
inner join metric.sold_parts as parts
    on series.metric = parts.metric
    and (series.sku is null or series.sku = parts.sku or parts.is_of_any_product)
    and (series.product_id is null or series.product_id = parts.product_id or parts.is_of_any_product)
    and coalesce(series.account, '') = ''
    and (parts.refunds_on is null or parts.refunds_on = coalesce(series.refunds_on, 'order'))
union all by name
select
    series.series,
    series.unit as wanted_unit,
    zeros.*,
    0 as unknown,
    '' as account,
    'day' as grain,
    true as settled
from series
inner join metric.shop_zeros as zeros using (metric)
