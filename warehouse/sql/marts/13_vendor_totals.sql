-- grain: one row per source, metric, day and currency, of the newest comparison of each source
create or replace view vendor_total as
select *
from vendor_total_version
where (source_id, compared_at) in (select (source_id, max(compared_at)) from vendor_total_version group by source_id);
