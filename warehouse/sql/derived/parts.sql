-- One row per source that counts and part of its observations, with a hash of everything in the records that it follows
-- from. Landings that added no version change nothing, but for the days that they cover.
create or replace temp table part as
with landed as (
    select
        source_id,
        bit_xor(hash(load_id, finished_at))
            filter (rows_new + rows_changed > 0 and list_has_any(kinds, ['accounts', 'shop_state'])) as looks,
        bit_xor(hash(load_id, finished_at))
            filter (rows_new + rows_changed > 0 and len(list_filter(kinds, lambda kind: kind not in ('accounts', 'shop_state'))) > 0) as periods,
        arg_max(missing, load_id) filter (list_contains(kinds, 'observations')) as missing,
        max((window_to at time zone zone)::date) filter (list_contains(kinds, 'observations')) as last_day,
        min((window_from at time zone zone)::date) filter (list_contains(kinds, 'observations')) as first_day
    from load
    where state = 'ok'
    group by source_id
),

covered as (
    select
        source_id,
        bit_xor(hash(day, load_id)) as days
    from shop_covered_day
    group by source_id
),

answered as (
    select distinct source_id
    from source_account
)

select
    source_id,
    unnest([true, false]) as is_look,
    unnest([
        -- whether its account has a lasting id decides by which handle it is called; whether it has orders, what counts
        hash(landed.looks, answered.source_id, source_id in (select source_id from shop_order_version)),
        hash(landed.periods, covered.days, (select count(*) from forgotten_customer), missing, if(contains(missing, 'window'), last_day, null), if(missing in ('zero_from_start', 'zero_in_whole_window'), first_day, null))
    ]) as state
from counted_source
left join landed using (source_id)
left join covered using (source_id)
left join answered using (source_id);

create or replace temp table stale as
select source_id, is_look
from part
anti join last_derived.part as known using (source_id, is_look, state)
union
select source_id, is_look
from last_derived.part
anti join part using (source_id, is_look);
