-- grain: one row per source and stream
select source_id, stream
from source_freshness
group by all
having count(*) > 1
limit 1;
