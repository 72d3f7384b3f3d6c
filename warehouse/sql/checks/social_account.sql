-- grain: one row per source, account, metric and snapshot
select source_id, account, metric, observed_at
from social_account
group by all
having count(*) > 1
limit 1;
