-- grain: one row per key result, with its newest observed values, oldest first
select
    key_result_id,
    list(value order by day) as "values"
from (
    select
        key_result_id,
        day,
        value
    from key_result_daily
    where value is not null
    qualify row_number() over (partition by key_result_id order by day desc) <= $days
)
group by key_result_id
