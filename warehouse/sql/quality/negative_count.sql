-- Fewer than none of something that is counted. A team's own metric may be a difference.
select
    source_id,
    metric as subject,
    'error' as severity,
    trim_zeros(min(value)) || ' on ' || arg_min(day, value) as found,
    '0 or more' as expected,
    count(*) || ' days' as sample
from checked
where value < 0 and unit = 'count' and regexp_matches(metric, '^(shop|web|social|newsletter)\.')
group by source_id, metric
order by all;
