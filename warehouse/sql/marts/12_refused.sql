-- Rows that came in and are not counted, for as long as that lasts.

-- grain: one row per refused row that no later landing has read well or found gone
create or replace view refused_row as
with landing as (
    select
        *,
        -- the earliest mark that a later landing spoke for
        min(case when whole then '-infinity'::timestamptz else window_from end) over (
            partition by source_id, stream order by load_id rows between 1 following and unbounded following
        ) as read_again_from
    from load
    where state = 'ok' and known(finished_at)
),

refused as (
    select
        quarantine.*,
        landing.read_again_from,
        landing.finished_at as refused_at,
        -- an order's day is known by its instant only
        case when quarantine.kind in ('orders', 'order_lines', 'refunds') then 1 else 0 end as slack,
        case quarantine.row_key ->> 'grain' when 'week' then 6 when 'month' then 30 else 0 end as length,
        coalesce(
            quarantine.changed_at,
            quarantine.day::timestamp at time zone landing.zone,
            landing.window_from
        ) as mark
    from quarantine
    join landing using (load_id)
)

select
    source_id,
    stream,
    kind,
    reason,
    row_key,
    row_key ->> 'metric' as metric,
    json_keys(payload)[1] as field,
    day - slack as first_day, -- null: of any
    day + slack + length as last_day,
    mark, -- the source is read again from here
    refused_at,
    load_id,
    row_number
from refused
where read_again_from is null or read_again_from > mark;
