-- Money of which nobody says the currency: it cannot be counted.
with money as (
    select source_id, 'shop_order' as subject, order_id as name
    from shop_order
    where is_sale and gross_amount <> 0 and currency is null
    union all
    select source_id, metric, period_start::varchar
    from stated_value
    where unit = 'money' and value <> 0 and currency is null
)

select
    source_id,
    subject,
    'error' as severity,
    count(*) || ' without currency' as found,
    'a currency with every amount' as expected,
    array_to_string(list(name order by name)[1:5], ', ') as sample
from money
group by source_id, subject
order by all;
