-- A version for each observation that is new, differs from its newest version, or is no longer there. Rows are compared
-- as structs, in which null equals null. The newest versions are found here and not read from metric_observation, which
-- also tells when each version ended and sorts all of them for it.
-- {observed}: observations as derived now. {scope}: condition on versions, which of them those speak for.
insert into metric_observation_version by name
with found as (
    select
        series as metric,
        * exclude (series, loaded_at, unknown),
        row(series, source_id, account, grain, period_start, observed_at, currency) as name,
        row(value, unit, settled) as content
    from {observed}
    where value is not null
),

newest as (
    select
        version.* exclude (loaded_at, run_id, removed),
        row(metric, source_id, account, grain, period_start, observed_at, currency) as name,
        row(value, unit, settled) as content
    from metric_observation_version as version
    anti join metric_observation_version as later
        on later.metric = version.metric
        and later.source_id = version.source_id
        and later.account = version.account
        and later.grain = version.grain
        and later.period_start = version.period_start
        and later.observed_at is not distinct from version.observed_at
        and later.currency is not distinct from version.currency
        and later.loaded_at > version.loaded_at
    where not version.removed and {scope}
),

final as (
    select *, false as removed
    from found
    anti join newest using (name, content)
    union all by name
    select *, true as removed
    from newest
    anti join found using (name)
)

select
    * exclude (name, content),
    $run_id as run_id,
    $loaded_at as loaded_at
from final;
