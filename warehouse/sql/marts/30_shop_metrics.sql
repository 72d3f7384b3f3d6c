-- Shop metrics on the order's day. Only orders that are sales count; units leave gift cards out.
-- The schema `metric` holds what observations are counted from. Of what refunds take off there are rows of two ways to
-- count: `refunds_on` is order (the order's day), refund (the day the refund was made, as most vendors' pages have it)
-- or null: the same in both. A refund without a date stays on the order's day and makes that one unknown.

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
    union all
    -- of customers who were forgotten
    select
        source_id,
        arg_max(day, loaded_at) as day,
        arg_max(landed_at, loaded_at) as loaded_at,
        arg_max(load_id, loaded_at) as load_id
    from (
        select source_id, sale, loaded_at, coalesce(day, '-infinity'::date) as day, landed_at, load_id
        from forgotten_sale_version
        semi join counted_source using (source_id)
        where known(loaded_at)
    )
    group by source_id, sale
    having arg_max(day, loaded_at) > '-infinity'::date
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

-- grain: one row per source and order of which something was paid back
create or replace view metric.shop_paid_back as
with refunded as (
    select
        source_id,
        order_id,
        sum(amount) as amount,
        case when count(*) = count(refund_day) then max(refund_day) end as last_day,
        case when count(*) = count(refund_day) then max(refund_day) filter (where quantity is distinct from 0) end as units_day,
        max(loaded_at) as loaded_at,
        max(load_id) as load_id
    from shop_refund
    group by source_id, order_id
)

select
    source_id,
    order_id,
    -- when refunds reach what was charged all its units came back
    gross_amount > 0 and coalesce(refunded.amount, refunded_amount) >= gross_amount as is_whole,
    -- of its refunds, else of those that may have brought units back; null where one of them has no date
    case when is_whole then last_day else units_day end as last_day,
    greatest(sale.loaded_at, refunded.loaded_at) as loaded_at,
    greatest(sale.load_id, refunded.load_id) as load_id
from shop_order as sale
left join refunded using (source_id, order_id)
where is_sale and (refunded.order_id is not null or refunded_amount <> 0);

-- Of what nobody tells the units the value is null and `unknown` 1.
-- grain: one row per metric, way to count and order line, refund or order; by product and day there would be hardly fewer
create or replace view metric.shop_units as
with whole as (
    select *
    from metric.shop_paid_back
    where is_whole
),

line as (
    select
        shop_order_line.* exclude (loaded_at, load_id),
        whole.order_id is not null as came_back,
        case when came_back then 0 else coalesce(current_quantity, quantity) end as kept,
        greatest(shop_order_line.loaded_at, whole.loaded_at) as loaded_at,
        greatest(shop_order_line.load_id, whole.load_id) as load_id
    from shop_order_line
    left join whole using (source_id, order_id)
    where is_sale and is_gift_card is not true
),

refund as (
    select *
    from shop_refund
    where is_sale and quantity is not null
),

part_refund as (
    select *
    from refund
    anti join whole using (source_id, order_id)
),

-- an order that came with its lines and has none was of no goods; of one that came without, nobody tells
bare as (
    select *
    from shop_order
    semi join (select load_id from load where not list_contains(kinds, 'order_lines')) as without_lines using (load_id)
    anti join whole using (source_id, order_id)
    anti join shop_order_line using (source_id, order_id)
    where is_sale
),

-- refunds say how many units, lines say which: by product the lines count, in all the refunds
returned as (
    select source_id, order_id, day, last_day as refund_day, sku, product_id, quantity - kept as units,
        line.loaded_at, line.load_id
    from line
    left join metric.shop_paid_back using (source_id, order_id)
    where kept is distinct from quantity
    union all
    select source_id, order_id, day, last_day, null, null, kept - quantity, line.loaded_at, line.load_id
    from line
    left join metric.shop_paid_back using (source_id, order_id)
    where kept <> quantity and not came_back
    union all
    select source_id, order_id, day, refund_day, null, null, quantity, loaded_at, load_id
    from part_refund
),

-- by the day of the refund: which of an order's lines came back with which of its refunds nobody tells, so by product
-- all of them came back with the last one
dated as (
    select source_id, order_id, day, coalesce(refund_day, day) as refund_day, sku, product_id, units, loaded_at, load_id
    from returned
    union all
    -- of an order that was paid back by and by, in all: what an earlier refund brought did not come with the last one
    select refund.source_id, order_id, refund.day, unnest([refund.refund_day, last_day]), null, null,
        unnest([quantity, -quantity]), refund.loaded_at, refund.load_id
    from refund
    inner join whole using (source_id, order_id)
    where refund.refund_day <> last_day
),

-- orders whose units came back on a day that nobody tells
undated as (
    select source_id, order_id, day, max(loaded_at) as loaded_at, max(load_id) as load_id
    from returned
    semi join metric.shop_paid_back using (source_id, order_id)
    where refund_day is null
    group by source_id, order_id, day
),

counted as (
    select 'shop.units_sold' as metric, null as refunds_on, source_id, day, sku, product_id, kept as units,
        loaded_at, load_id
    from line
    union all
    select 'shop.units_sold', null, source_id, day, null, null, null, loaded_at, load_id
    from bare
    union all
    -- a vendor without current quantities: what was refunded comes off the day, though nobody says off which line
    select 'shop.units_sold', null, source_id, day, null, null, -quantity, loaded_at, load_id
    from part_refund
    where (source_id, order_id) in (select (source_id, order_id) from line where current_quantity is null)
    union all
    -- what is not kept was sold on the order's day and comes off the day it came back
    select 'shop.units_sold', 'refund', source_id, unnest([day, refund_day]), sku, product_id, unnest([units, -units]),
        loaded_at, load_id
    from dated
    where day <> refund_day
    union all
    select unnest(['shop.units_sold', 'shop.units_refunded']), 'refund', source_id, day, null, null, null,
        loaded_at, load_id
    from undated
    union all
    select 'shop.units_refunded', 'order', source_id, day, sku, product_id, units, loaded_at, load_id
    from returned
    union all
    select 'shop.units_refunded', 'refund', source_id, refund_day, sku, product_id, units, loaded_at, load_id
    from dated
)

select
    metric,
    refunds_on,
    source_id,
    day as period_start,
    sku,
    product_id,
    units as value,
    (units is null)::integer as unknown,
    loaded_at,
    load_id
from counted;

-- grain: one row per metric, way to count, source, day and currency
create or replace view metric.shop_revenue as
with sale as (
    select *
    from shop_order
    where is_sale
),

refunded as (
    select source_id, day, refund_day, currency, amount, loaded_at, load_id
    from shop_refund
    where is_sale
    union all
    -- a vendor that gives one refunded amount an order
    select source_id, day, null, currency, refunded_amount, loaded_at, load_id
    from sale
    where refunded_amount <> 0
        and (source_id, order_id) not in (select (source_id, order_id) from shop_refund)
),

paid_back as (
    select 'order' as refunds_on, 0 as unknown, *
    from refunded
    union all by name
    select 'refund' as refunds_on, (refund_day is null)::integer as unknown, * replace (coalesce(refund_day, day) as day)
    from refunded
),

counted as (
    select 'shop.gross_revenue' as metric, null as refunds_on, source_id, day, currency, gross_amount as amount,
        0 as unknown, loaded_at, load_id
    from sale
    union all
    select 'shop.refunds', refunds_on, source_id, day, currency, amount, unknown, loaded_at, load_id
    from paid_back
    union all
    select 'shop.net_revenue', null, source_id, day, currency, gross_amount, 0, loaded_at, load_id
    from sale
    union all
    select 'shop.net_revenue', refunds_on, source_id, day, currency, -amount, unknown, loaded_at, load_id
    from paid_back
)

select
    metric,
    refunds_on,
    source_id,
    day as period_start,
    currency,
    sum(amount) as value,
    sum(unknown) as unknown,
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
