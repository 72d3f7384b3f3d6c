-- A number of the past fortnight beyond what its history holds: five times the most, of a stock also a fifth of the least,
-- and twice as large a step as any before. The history must hold enough to be one: a fortnight of days on which there
-- was something, of a stock three values of ten and more. A shop's first days are each unlike the ones before.
with step as (
    select
        *,
        greatest(value / nullif(lag(value) over earlier, 0), lag(value) over earlier / nullif(value, 0)) as ratio
    from checked
    where grain in ('day', 'instant') and (day < $today::date or is_stock)
    window earlier as (partition by series order by day)
),

held as (
    select
        *,
        count(*) filter (where value > 0) over before as days,
        max(value) over before as high,
        min(value) over before as low,
        coalesce(max(ratio) over before, 1) as largest_ratio
    from step
    window before as (partition by series order by day rows between unbounded preceding and 1 preceding)
)

select
    source_id,
    metric as subject,
    'warning' as severity,
    trim_zeros(value) || ' on ' || day || ': is that right?' as found,
    trim_zeros(low) || ' to ' || trim_zeros(high) || ' before' as expected,
    null as sample
from held
where day >= $today::date - 14
    and days >= if(is_stock, 3, 14)
    and ((value >= 5 * high and value >= 10 and (high >= 10 or not is_stock)) or (is_stock and value > 0 and value <= low / 5 and low >= 10))
    and (not is_stock or ratio >= 2 * largest_ratio)
qualify row_number() over (partition by series order by day desc) = 1
order by all;
