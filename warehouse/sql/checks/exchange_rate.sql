-- grain: one row per currency and day
select currency, day
from exchange_rate
group by all
having count(*) > 1
limit 1;
