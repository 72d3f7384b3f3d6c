-- grain: one row per source, probe and look
select source_id, probe, observed_at
from shop_state
group by all
having count(*) > 1
limit 1;
