-- A count that was above 0 on every day of four weeks and is 0 now: for two full days, of a stock for one.
with day as (
    select
        *,
        max(day) filter (where value <> 0) over (partition by series) as last_day
    from checked
    where grain in ('day', 'instant') and (day < $today::date or is_stock)
),

summed as (
    select
        source_id,
        metric,
        last_day,
        any_value(is_stock) as is_stock,
        count(*) filter (where day > last_day) as zeros,
        count(*) filter (where day between last_day - 27 and last_day) as days,
        min(value) filter (where day between last_day - 27 and last_day) as low,
        max(value) filter (where day between last_day - 27 and last_day) as high
    from day
    group by series, source_id, metric, last_day
)

select
    source_id,
    metric as subject,
    'warning' as severity,
    '0 since ' || (last_day + 1) as found,
    trim_zeros(low) || ' to ' || trim_zeros(high) || ' a day' as expected,
    null as sample
from summed
where zeros >= if(is_stock, 1, 2) and days >= 14 and low > 0
order by all;
