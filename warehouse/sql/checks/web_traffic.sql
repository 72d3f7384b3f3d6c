-- grain: one row per source, grain and period start
select source_id, grain, period_start
from web_traffic
group by all
having count(*) > 1
limit 1;
