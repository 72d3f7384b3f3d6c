-- What was derived from the records, with its history.

-- grain: one row per metric, source, account, grain, period start, instant, currency and version
create or replace view metric_observation as
select
    metric,
    source_id,
    account,
    grain,
    period_start,
    observed_at, -- for grain instant
    value,
    unit,
    currency,
    settled,
    loaded_at,
    superseded_at,
    load_id,
    run_id
from (
    select
        *,
        lead(loaded_at) over (
            partition by metric, source_id, account, grain, period_start, observed_at, currency order by loaded_at
        ) as superseded_at
    from metric_observation_version
    where known(loaded_at)
)
where not removed;

-- grain: one row per metric, source, currency and day
create or replace view metric_daily as
with newest as (
    select *
    from metric_observation
    where superseded_at is null and grain in ('day', 'instant')
    qualify grain = 'day' or row_number() over (
        partition by metric, source_id, account, grain, period_start, currency order by observed_at desc
    ) = 1
)

select
    metric,
    source_id,
    period_start as day,
    try_cast(sum(value) as decimal(24, 6)) as value, -- over accounts; of an instant's metric the day's last values
    any_value(unit) as unit,
    currency
from newest
group by metric, source_id, period_start, currency;

-- grain: one row per source and stream
create or replace view source_freshness as
with landed as (
    select *
    from load
    -- a team's own metrics are computed from all that counts; what was read of the past says nothing of the present
    where known(finished_at)
        and run_id not in (select run_id from run where command = 'backfill')
        and (connector = 'metrics' or source_id in (from counted_source))
),

-- a published copy speaks of the moment of its newest run
judged as (
    select coalesce(getvariable('known_at')::timestamptz, greatest(max(finished_at), (select max(started_at) from run))) as at_instant
    from landed
),

stream as (
    select
        source_id,
        stream,
        max(coalesce("cursor", least(window_to, finished_at))) filter (where state = 'ok') as newest_data_at,
        max(finished_at) filter (where state = 'ok') as last_success_at,
        arg_max(state, load_id) as last_state,
        arg_max(error, load_id) filter (where state = 'failed') as last_error,
        arg_max(rows_read, load_id) filter (where state = 'ok') as rows
    from landed
    group by source_id, stream
),

sweep as (
    select source_id, stream, max(finished_at) as last_reconciled_at
    from reconciliation
    where known(finished_at)
    group by source_id, stream
),

-- one that is pulled less often than daily is not stale before it was due
cadence as (
    select
        source_id,
        to_seconds(arg_max(coalesce(cadence_seconds, 0), registered_at)) as every
    from source_version
    where known(registered_at)
    group by source_id
)

select
    source_id,
    stream,
    newest_data_at,
    last_success_at,
    case when last_state = 'failed' then last_error end as last_error,
    rows,
    case
        when last_success_at is null then 'never'
        when last_state = 'failed' then 'failing'
        when at_instant - last_success_at > interval 26 hours + if(every > interval 1 day, every, interval 0 hours)
            then 'stale'
        else 'fresh'
    end as state,
    last_reconciled_at -- when what its vendor changes without telling was read again
from stream
cross join judged
left join sweep using (source_id, stream)
left join cadence using (source_id);
