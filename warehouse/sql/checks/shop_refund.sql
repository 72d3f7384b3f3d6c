-- grain: one row per source, order and refund
select source_id, order_id, refund_id
from shop_refund
group by all
having count(*) > 1
limit 1;
