-- A row for each observation of a period that was over, and of which its source had told since, whose value is another
-- one now. What is told for the first time changes nothing; a period that goes on is expected to grow.
insert into restatement by name
with fresh as (
    select
        *,
        row(metric, source_id, account, grain, period_start, observed_at, currency) as name
    from metric_observation_version
    where run_id = $run_id
        and loaded_at = $loaded_at
        -- a source that tells for the first time has told nothing otherwise
        and source_id in (select source_id from metric_observation_version where loaded_at < $loaded_at)
),

earlier as (
    select
        version.*,
        fresh.name
    from metric_observation_version as version
    join fresh
        on fresh.metric = version.metric
        and fresh.source_id = version.source_id
        and fresh.account = version.account
        and fresh.grain = version.grain
        and fresh.period_start = version.period_start
        and fresh.observed_at is not distinct from version.observed_at
        and fresh.currency is not distinct from version.currency
    where version.loaded_at < $loaded_at
    qualify row_number() over (partition by fresh.name order by version.loaded_at desc) = 1
),

-- landings of this run, and those that others have pulled for it since the last one
landed as (
    select
        load.*,
        load.run_id = $run_id or (
            run.command = 'pull'
            and load.finished_at > coalesce(
                (
                    select max(started_at)
                    from run
                    where command in ('run', 'score --derive', 'backfill') and run_id <> $run_id
                ),
                '-infinity'::timestamptz
            )
        ) as is_fresh
    from load
    left join run using (run_id)
    where load.state = 'ok'
),

-- by source: until when it had told before, and which fresh landing changed its rows
source as (
    select
        source_id,
        max(finished_at) filter (where not is_fresh) as told_at,
        arg_max(zone, load_id) as zone,
        max(load_id) filter (where is_fresh and rows_new + rows_changed > 0) as load_id,
        min(load_id) filter (where is_fresh) as first_load
    from landed
    group by source_id
)

select
    fresh.metric,
    fresh.source_id,
    fresh.account,
    fresh.grain,
    fresh.observed_at,
    fresh.currency,
    fresh.period_start as day,
    case when not earlier.removed then earlier.value end as "before",
    case when not fresh.removed then fresh.value end as "after",
    case when fresh.load_id >= source.first_load then fresh.load_id else source.load_id end as load_id,
    fresh.run_id,
    case
        when fresh.source_id <> 'metrics' and fresh.source_id not in (from counted_source) then 'source'
        when not earlier.settled then 'provisional'
        when fresh.removed then 'withdrawn'
        else 'corrected'
    end as reason,
    fresh.loaded_at as restated_at
from fresh
join earlier using (name)
left join source on source.source_id = fresh.source_id
where "before" is distinct from "after"
    and source.told_at >= coalesce(
        fresh.observed_at,
        (
            fresh.period_start
            + case fresh.grain when 'week' then interval 7 days when 'month' then interval 1 month else interval 1 day end
        ) at time zone source.zone
    );
