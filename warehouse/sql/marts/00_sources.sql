-- Which sources count: those of the config as it was registered by then, enabled or not. Before any was registered all
-- that landed count. After `set variable known_at = <instant>` these views, and all that build on them, show what had
-- been landed by then.

create or replace macro known(landed) as
    landed <= coalesce(getvariable('known_at')::timestamptz, 'infinity'::timestamptz);

-- after `set variable only_sources = [...]` the views of records show those sources alone: what is derived anew
create or replace macro shown(source) as
    coalesce(list_contains(getvariable('only_sources')::varchar[], source), true);

-- grain: one row per source that counts
create or replace view counted_source as
with registered as (
    select
        source_id,
        arg_max(connector, registered_at) as connector,
        arg_max(removed, registered_at) as removed,
        min(registered_at) as since
    from source_version
    where known(registered_at)
    group by source_id
),

answered as (
    select source_id, arg_max(account, seen_at) as account
    from source_account
    where known(seen_at)
    group by source_id
),

-- an account under two ids counts once, under the one that was there first
first_of_account as (
    select source_id
    from registered
    left join answered using (source_id)
    where not removed
    qualify account is null or row_number() over (partition by connector, account order by since, source_id) = 1
)

select source_id
from first_of_account
where shown(source_id)
union
select source_id
from load
where known(finished_at) and not exists (from registered) and shown(source_id);
