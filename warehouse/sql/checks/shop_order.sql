-- grain: one row per source and order
select source_id, order_id
from shop_order
group by all
having count(*) > 1
limit 1;
