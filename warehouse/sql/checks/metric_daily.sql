-- grain: one row per metric, source, currency and day
select metric, source_id, currency, day
from metric_daily
group by all
having count(*) > 1
limit 1;
