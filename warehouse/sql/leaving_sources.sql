-- What counts now and would not, were these the only sources.
with counted as (
    select source_id, 'orders' as what
    from shop_order
    union all
    select source_id, 'periods of visits'
    from web_traffic
    union all
    select source_id, 'readings of accounts'
    from social_account
    union all
    select source_id, 'stated numbers'
    from stated_value
)

select
    source_id,
    what,
    count(*) as rows
from counted
where not list_contains($configured::varchar[], source_id)
group by source_id, what
order by source_id, what;
