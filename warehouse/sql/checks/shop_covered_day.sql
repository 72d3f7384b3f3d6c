-- grain: one row per source and day that pulls of its orders have covered
select source_id, day
from shop_covered_day
group by all
having count(*) > 1
limit 1;
