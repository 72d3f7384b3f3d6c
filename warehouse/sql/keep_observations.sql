-- A version for each observation that is new, differs from its newest version, or is no longer there. Rows are compared
-- as structs, in which null equals null.
insert into metric_observation_version by name
with found as (
    select
        *,
        row(metric, source_id, account, grain, period_start, observed_at, currency) as name,
        row(value, unit, settled) as content
    from observed
),

newest as (
    select
        * exclude (loaded_at, superseded_at, run_id),
        row(metric, source_id, account, grain, period_start, observed_at, currency) as name,
        row(value, unit, settled) as content
    from metric_observation
    where superseded_at is null
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
