-- Fewer than none of something that is counted. A team's own metric may be a difference; and on a day on which more came
-- back than was sold, units sold are below 0.
select
    source_id,
    metric as subject,
    'error' as severity,
    trim_zeros(min(value)) || ' on ' || arg_min(day, value) as found,
    '0 or more' as expected,
    count(*) || ' days' as sample
from checked
where value < 0 and unit = 'count' and regexp_matches(metric, '^(shop|web|social|newsletter)\.')
    and not starts_with(metric, 'shop.units_sold')
group by source_id, metric
order by all;
