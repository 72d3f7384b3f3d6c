-- Observations of instants: what a source showed whenever somebody looked, of the wanted series.
select
    wanted.series,
    source_id,
    looks.account,
    'instant' as grain,
    period_start,
    observed_at,
    try_cast(sum(value) as decimal(24, 6)) as value,
    coalesce(any_value(wanted.unit), 'count') as unit,
    null::varchar as currency,
    true as settled,
    max(loaded_at) as loaded_at,
    max(load_id) as load_id,
    (try_cast(sum(value) as decimal(24, 6)) is null)::bigint as unknown
from wanted
inner join metric.looks as looks
    on wanted.metric = looks.metric
    and wanted.sku is null
    and wanted.product_id is null
    and (wanted.account is null or wanted.account = looks.account)
    and (not wanted.only_orders or looks.source_id in (select source_id from shop_order_version))
group by wanted.series, source_id, looks.account, period_start, observed_at;
