-- A row for each source that the config names now and did not, or names otherwise; and for each that it no longer names,
-- among them those that landed before sources were registered. An account that is not known now is what it was.
insert into source_version by name
with newest as (
    select *
    from source_version
    qualify row_number() over (partition by source_id order by registered_at desc) = 1
),

final as (
    select
        configured.* replace (
            coalesce(configured.account, if(newest.connector = configured.connector, newest.account, null)) as account
        ),
        false as removed
    from configured
    left join newest using (source_id)
    where newest.source_id is null
        or newest.removed
        or newest.connector is distinct from configured.connector
        or newest.account != configured.account
        or (newest.account is null and configured.account is not null)
        or newest.cadence_seconds is distinct from configured.cadence_seconds
    union all by name
    select
        source_id,
        connector,
        account,
        true as removed
    from newest
    anti join configured using (source_id)
    where not removed
    union all by name
    select
        source_id,
        max_by(connector, load_id) as connector,
        true as removed
    from load
    anti join configured using (source_id)
    anti join newest using (source_id)
    where connector != 'metrics'
    group by source_id
)

select
    *,
    $at as registered_at
from final;
