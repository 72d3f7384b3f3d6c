-- Where a source lists what happened, a day that it leaves out is a day on which nothing happened.

-- grain: one row per source, metric, account and day without a row, from the first row to the newest, or
-- from the first day or to the last full one that was asked for, where its source says so
create or replace view metric.stated_zeros as
with meaning as (
    select
        source_id,
        arg_max(missing, load_id) as missing,
        -- the day on which the pull was made is not over
        max((window_to at time zone zone)::date - 1) as last_full_day,
        min((window_from at time zone zone)::date) as first_day
    from load
    where state = 'ok' and list_contains(kinds, 'observations') and known(finished_at)
    group by source_id
    having arg_max(missing, load_id) <> 'unknown'
),

stated as (
    select
        source_id,
        metric,
        account,
        period_start as day,
        any_value(unit) as unit,
        max(loaded_at) as loaded_at,
        max(load_id) as load_id
    from stated_value
    semi join meaning using (source_id)
    where grain = 'day' and value is not null
    group by source_id, metric, account, period_start
),

main_currency as (
    select
        source_id,
        metric,
        account,
        currency
    from stated_value
    semi join meaning using (source_id)
    where grain = 'day' and currency is not null
    group by source_id, metric, account, currency
    qualify row_number() over (partition by source_id, metric, account order by count(*) desc, currency) = 1
),

edge as (
    select * from stated
    union all by name
    -- the day after the last one that was asked for ends the gap behind the newest row
    select
        source_id,
        metric,
        account,
        any_value(last_full_day) + 1 as day,
        any_value(unit) as unit,
        max(loaded_at) as loaded_at,
        max(load_id) as load_id
    from stated
    inner join meaning using (source_id)
    where missing in ('zero_in_window', 'zero_in_whole_window')
    group by source_id, metric, account
    having any_value(last_full_day) + 1 > max(day)
    union all by name
    -- and the day before the first one begins the gap ahead of the oldest row
    select
        source_id,
        metric,
        account,
        any_value(first_day) - 1 as day,
        any_value(unit) as unit,
        max(loaded_at) as loaded_at,
        max(load_id) as load_id
    from stated
    inner join meaning using (source_id)
    where missing in ('zero_from_start', 'zero_in_whole_window')
    group by source_id, metric, account
    having any_value(first_day) <= min(day)
),

gap as (
    select
        *,
        lead(day) over series as next_day,
        lead(loaded_at) over series as known_at,
        lead(load_id) over series as known_by
    from edge
    window series as (partition by source_id, metric, account order by day)
    qualify next_day - day > 1
)

select
    gap.metric,
    gap.source_id,
    coalesce(gap.account, '') as account,
    unnest(generate_series(day + 1, next_day - 1, interval 1 day))::date as period_start,
    main_currency.currency,
    0 as value,
    gap.unit,
    known_at as loaded_at,
    known_by as load_id
from gap
left join main_currency
    on gap.source_id = main_currency.source_id
    and gap.metric = main_currency.metric
    and gap.account is not distinct from main_currency.account;
