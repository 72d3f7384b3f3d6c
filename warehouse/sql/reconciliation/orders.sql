-- Orders that a landing found edited though their vendor tells no newer change, and those it closed.
with touched as (
    select order_id from shop_order_version where load_id = $load_id
    union
    select order_id from shop_order_line_version where load_id = $load_id
    union
    select order_id from shop_refund_version where load_id = $load_id
),

told as (
    select
        order_id,
        arg_max(updated_at, load_id) filter (where load_id < $load_id) as before,
        arg_max(updated_at, load_id) as after,
        bool_or(load_id < $load_id) as was_known,
        bool_or(removed and load_id = $load_id) as is_closed
    from shop_order_version
    where source_id = $source_id and order_id in (from touched)
    group by order_id
)

select
    0,
    count(*) filter (where was_known and not is_closed and coalesce(after <= before, before is not distinct from after)),
    count(*) filter (where is_closed)
from told;
