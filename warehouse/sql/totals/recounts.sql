-- A source's numbers by day, and by how much each would differ if one thing were counted otherwise. `cause` is empty for
-- the number itself: refunds on the order's day.
with traded as (
    select
        shop_order.*,
        (created_at at time zone load.zone)::date as made_on,
        (coalesce(paid_at, created_at) at time zone 'UTC')::date as utc_day,
        lower(status) in ('trash', 'cancelled', 'canceled', 'deleted') as is_thrown_away
    from shop_order
    left join load using (load_id)
    where shop_order.source_id = $source_id
),

unit as (
    select
        order_id,
        sum(quantity) filter (where is_gift_card is not true) as units,
        sum(quantity) filter (where is_gift_card) as gift_units,
        sum(amount) filter (where is_gift_card) as gift_amount
    from shop_order_line
    where source_id = $source_id
    group by order_id
),

-- what an order brings to each metric
share as (
    select
        traded.*,
        unnest(['shop.orders', 'shop.units_sold', 'shop.gross_revenue', 'shop.net_revenue']) as metric,
        unnest([1, units, gross_amount, gross_amount - if(is_sale, 0, coalesce(refunded_amount, 0))]) as amount,
        unnest([0, gift_units, -gift_amount, -gift_amount]) as gift,
        unnest([0, 0, -tax_amount, -tax_amount]) as tax
    from traded
    left join unit using (order_id)
),

counted as (
    select metric, null as refunds_on, period_start as day, null as currency, value, 0 as unknown
    from metric.shop_counts
    where source_id = $source_id
    union all
    select metric, refunds_on, period_start, null, value, unknown
    from metric.shop_units
    where source_id = $source_id
    union all
    select metric, refunds_on, period_start, currency, value, unknown
    from metric.shop_revenue
    where source_id = $source_id
    union all
    select unnest(['web.visits', 'web.pageviews', 'web.visitors']), null, period_start, null,
        unnest([visits, pageviews, visitors]), 0
    from web_traffic
    where source_id = $source_id and grain = 'day'
),

-- units of an order that came back with a refund before the one that made it whole
split_refund as (
    select last_day as day, -sum(shop_refund.quantity) as value
    from shop_refund
    inner join metric.shop_paid_back as paid_back using (source_id, order_id)
    where source_id = $source_id and is_whole and refund_day < last_day
    group by last_day
),

-- orders whose state alone says that they were paid back
no_refund as (
    select day, currency, refunded_amount, if(refunded_amount >= gross_amount, units, 0) as units
    from traded
    left join unit using (order_id)
    anti join shop_refund using (source_id, order_id)
    where is_sale and refunded_amount > 0
),

recount as (
    select '' as cause, metric, day, currency, value, unknown
    from counted
    where refunds_on is distinct from 'refund'
    union all
    select 'refund day', metric, day, currency, if(refunds_on = 'refund', 1, -1) * value, 0
    from counted
    where refunds_on is not null
    union all
    select 'paid day', metric, unnest([made_on, day]), currency, unnest([amount, -amount]), 0
    from share
    where is_sale and made_on <> day
    union all
    select 'zone', metric, unnest([utc_day, day]), currency, unnest([amount, -amount]), 0
    from share
    where is_sale and utc_day <> day
    union all
    select 'gift card', metric, day, currency, gift, 0
    from share
    where is_sale and gift <> 0
    union all
    select 'tax', metric, day, currency, tax, 0
    from share
    where is_sale and tax <> 0
    union all
    select if(test, 'test', if(is_thrown_away, 'trash', 'unpaid')), metric, day, currency, amount, 0
    from share
    where not is_sale
    union all
    select 'no refund', unnest(['shop.net_revenue', 'shop.units_sold']), day, unnest([currency, null]),
        unnest([refunded_amount, units]), 0
    from no_refund
    union all
    select 'split_refund', 'shop.units_sold', day, null, value, 0
    from split_refund
)

select
    metric,
    day,
    if(metric in ('shop.gross_revenue', 'shop.net_revenue', 'shop.refunds'), coalesce(currency, ''), '') as currency,
    cause,
    if(sum(unknown) > 0, null, sum(value)) as value
from recount
where day between $first and $last
group by all;
