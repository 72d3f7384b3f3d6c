-- grain: one row per source and product
select source_id, product_id
from shop_product
group by all
having count(*) > 1
limit 1;
