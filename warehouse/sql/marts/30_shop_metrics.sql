-- Shop metrics, always on the order's day. Only orders that are sales count; units leave gift cards out.
-- The schema `metric` holds what observations are counted from.

create schema if not exists metric;

-- grain: one row per metric, source and day
create or replace view metric.shop_counts as
with first_sale as (
    select
        source_id,
        min(day) as day,
        arg_min(loaded_at, day) as loaded_at,
        arg_min(load_id, day) as load_id
    from shop_order
    where is_sale and customer_key is not null
    group by source_id, customer_key
),

counted as (
    select 'shop.orders' as metric, source_id, day, loaded_at, load_id
    from shop_order
    where is_sale
    union all
    select 'shop.customers_new', source_id, day, loaded_at, load_id
    from first_sale
)

select
    metric,
    source_id,
    day as period_start,
    count(*) as value,
    max(loaded_at) as loaded_at,
    max(load_id) as load_id
from counted
group by all;

-- grain: one row per source and sale of which all that was charged was paid back: all its units came back with it
create or replace view metric.shop_paid_back as
with refunded as (
    select
        source_id,
        order_id,
        sum(amount) as amount,
        max(loaded_at) as loaded_at,
        max(load_id) as load_id
    from shop_refund
    group by source_id, order_id
)

select
    source_id,
    order_id,
    greatest(sale.loaded_at, refunded.loaded_at) as loaded_at,
    greatest(sale.load_id, refunded.load_id) as load_id
from shop_order as sale
left join refunded using (source_id, order_id)
where is_sale and gross_amount > 0 and coalesce(refunded.amount, refunded_amount) >= gross_amount;

-- Of what nobody tells the units the value is null and `unknown` 1.
-- grain: one row per metric and order line, refund or order; there would be hardly fewer by product and day
create or replace view metric.shop_units as
with line as (
    select
        shop_order_line.* exclude (loaded_at, load_id),
        paid_back.order_id is not null as came_back,
        case when came_back then 0 else coalesce(current_quantity, quantity) end as kept,
        greatest(shop_order_line.loaded_at, paid_back.loaded_at) as loaded_at,
        greatest(shop_order_line.load_id, paid_back.load_id) as load_id
    from shop_order_line
    left join metric.shop_paid_back as paid_back using (source_id, order_id)
    where is_sale and is_gift_card is not true
),

refund as (
    select *
    from shop_refund
    anti join metric.shop_paid_back using (source_id, order_id)
    where is_sale and quantity is not null
),

-- an order that came with its lines and has none was of no goods; of one that came without, nobody tells
bare as (
    select *
    from shop_order
    semi join (select load_id from load where not list_contains(kinds, 'order_lines')) as without_lines using (load_id)
    anti join metric.shop_paid_back using (source_id, order_id)
    anti join shop_order_line using (source_id, order_id)
    where is_sale
),

counted as (
    select 'shop.units_sold' as metric, source_id, day, sku, product_id, kept as units, loaded_at, load_id
    from line
    union all
    select 'shop.units_sold', source_id, day, null, null, null, loaded_at, load_id
    from bare
    union all
    -- a vendor without current quantities: what was refunded comes off the day, though nobody says off which line
    select 'shop.units_sold', source_id, day, null, null, -quantity, loaded_at, load_id
    from refund
    where (source_id, order_id) in (select (source_id, order_id) from line where current_quantity is null)
    union all
    -- refunds say how many units, lines say which: by product the lines count, in all the refunds
    select 'shop.units_refunded', source_id, day, sku, product_id, quantity - kept, loaded_at, load_id
    from line
    where kept is distinct from quantity
    union all
    select 'shop.units_refunded', source_id, day, null, null, kept - quantity, loaded_at, load_id
    from line
    where kept <> quantity and not came_back
    union all
    select 'shop.units_refunded', source_id, day, null, null, quantity, loaded_at, load_id
    from refund
)

select
    metric,
    source_id,
    day as period_start,
    sku,
    product_id,
    units as value,
    (units is null)::integer as unknown,
    loaded_at,
    load_id
from counted;

-- grain: one row per metric, source, day and currency
create or replace view metric.shop_revenue as
with sale as (
    select *
    from shop_order
    where is_sale
),

refunded as (
    select source_id, day, currency, amount, loaded_at, load_id
    from shop_refund
    where is_sale
    union all
    -- a vendor that gives one refunded amount an order
    select source_id, day, currency, refunded_amount, loaded_at, load_id
    from sale
    where refunded_amount <> 0
        and (source_id, order_id) not in (select (source_id, order_id) from shop_refund)
),

counted as (
    select 'shop.gross_revenue' as metric, source_id, day, currency, gross_amount as amount, loaded_at, load_id
    from sale
    union all
    select 'shop.refunds', source_id, day, currency, amount, loaded_at, load_id
    from refunded
    union all
    select 'shop.net_revenue', source_id, day, currency, gross_amount, loaded_at, load_id
    from sale
    union all
    select 'shop.net_revenue', source_id, day, currency, -amount, loaded_at, load_id
    from refunded
)

select
    metric,
    source_id,
    day as period_start,
    currency,
    sum(amount) as value,
    max(loaded_at) as loaded_at,
    max(load_id) as load_id
from counted
where amount is not null
group by all;

-- grain: one row per metric, source and covered day
create or replace view metric.shop_zeros as
with main_currency as (
    select
        source_id,
        currency
    from shop_order
    where currency is not null
    group by source_id, currency
    qualify row_number() over (partition by source_id order by count(*) desc, currency) = 1
),

metric as (
    select
        unnest([
            'shop.orders', 'shop.customers_new', 'shop.units_sold', 'shop.units_refunded',
            'shop.gross_revenue', 'shop.net_revenue', 'shop.refunds'
        ]) as metric,
        metric in ('shop.gross_revenue', 'shop.net_revenue', 'shop.refunds') as is_money
)

select
    metric,
    source_id,
    day as period_start,
    case when is_money then main_currency.currency end as currency,
    0 as value,
    shop_covered_day.loaded_at,
    shop_covered_day.load_id
from shop_covered_day
cross join metric
left join main_currency using (source_id);
