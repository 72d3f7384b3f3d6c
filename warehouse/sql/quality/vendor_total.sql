-- Days of which the vendor's own page says another number, by whether the cause is known.
with differing as (
    select *
    from vendor_total
    semi join counted_source using (source_id)
    where ours is not null and causes is distinct from []
)

select
    source_id,
    metric as subject,
    if(bool_or(causes is null), 'warning', 'info') as severity,
    count(*) || if(count(*) = 1, ' day differs', ' days differ') || ' from the vendor''s own page: '
        || string_agg(distinct coalesce(array_to_string(causes, ' and '), 'unexplained'), '; ') as found,
    null as expected,
    arg_max(
        day || ': ' || trim_zeros(ours) || ' here, ' || trim_zeros(theirs) || ' there', (causes is null, day)
    ) as sample
from differing
group by source_id, metric
order by all;
