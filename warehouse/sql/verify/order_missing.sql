-- what: a line or a refund counts whose order does not
with part as (
    select 'shop_order_line' as name, source_id, order_id, 'line ' || line_id as which from shop_order_line
    union all
    select 'shop_refund', source_id, order_id, 'refund ' || refund_id from shop_refund
)

select
    name || ': source_id ' || source_id || ', order_id ' || order_id as place,
    which as found
from part
anti join shop_order using (source_id, order_id)
