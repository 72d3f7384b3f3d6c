-- The day of a customer's first order, as it was known at each instant at which anything about their orders changed.
insert into forgotten_sale_version by name
with mine as (
    select *
    from shop_order_version
    where (source_id, order_id) in (
        select (source_id, order_id)
        from shop_order_version
        where customer_key = $customer
    )
),

instant as (
    select distinct source_id, loaded_at as at_instant
    from mine
),

standing as (
    select
        instant.at_instant,
        mine.*
    from instant
    inner join mine
        on mine.source_id = instant.source_id
        and mine.loaded_at <= instant.at_instant
    qualify row_number() over (
        partition by instant.source_id, instant.at_instant, mine.order_id
        order by mine.loaded_at desc
    ) = 1
),

first_sale as (
    select
        source_id,
        at_instant,
        min(day) filter (counts) as day,
        arg_min(loaded_at, day) filter (counts) as landed_at,
        arg_min(load_id, day) filter (counts) as load_id
    from (
        select
            *,
            not removed and is_sale and customer_key is not distinct from $customer as counts
        from standing
    )
    group by source_id, at_instant
)

select
    source_id,
    $sale as sale,
    day,
    landed_at,
    load_id,
    at_instant as loaded_at
from first_sale;
