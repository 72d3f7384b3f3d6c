-- grain: one row per source, order and line
select source_id, order_id, line_id
from shop_order_line
group by all
having count(*) > 1
limit 1;
