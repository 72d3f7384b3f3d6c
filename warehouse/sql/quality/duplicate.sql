-- What counts twice: the same order in two sources, or a count that was the same in two sources on every day of a week.
with twin_order as (
    select
        first.source_id,
        other.source_id as other_source,
        'shop_order' as subject,
        first.order_id as name
    from shop_order as first
    join shop_order as other
        on other.order_id = first.order_id
        and other.created_at = first.created_at
        and other.gross_amount is not distinct from first.gross_amount
        and other.source_id > first.source_id
    where first.is_sale and other.is_sale
),

twin_series as (
    select
        first.source_id,
        other.source_id as other_source,
        first.metric as subject,
        unnest(list(first.day::varchar)) as name
    from checked as first
    join checked as other
        on other.metric = first.metric
        and other.grain = first.grain
        and other.day = first.day
        and other.source_id > first.source_id
    where first.grain = 'day' and not first.is_stock and (first.value <> 0 or other.value <> 0)
        and first.metric not like 'shop.%'
    group by first.series, other.series, first.source_id, other.source_id, first.metric
    having count(*) >= 7 and bool_and(first.value = other.value) and count(distinct first.value) > 1
),

twin as (
    from twin_order
    union all
    from twin_series
)

select
    source_id,
    subject,
    'warning' as severity,
    count(*) || ' the same in ' || other_source as found,
    'each counted once' as expected,
    array_to_string(list(name order by name)[1:5], ', ') as sample
from twin
group by source_id, other_source, subject
order by all;
