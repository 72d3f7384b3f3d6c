-- grain: one row per source, metric, account, grain, period start and currency
select source_id, metric, account, grain, period_start, currency
from stated_value
group by all
having count(*) > 1
limit 1;
