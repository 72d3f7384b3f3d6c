-- grain: one row per metric, source, account, grain, period start, instant, currency and version
select metric, source_id, account, grain, period_start, observed_at, currency, loaded_at
from metric_observation
group by all
having count(*) > 1
limit 1;
