-- what: a version is of no landing in the ledger
-- of: landed
with version as (
    select
        load_id,
        source_id,
        loaded_at,
        {named} as place
    from {table}
)

select
    version.place,
    case
        when load.load_id is null then 'landing ' || version.load_id || ' is not there'
        when load.state <> 'ok' then 'landing ' || version.load_id || ' failed'
        when load.source_id <> version.source_id then 'landing ' || version.load_id || ' was of ' || load.source_id
        else 'landing ' || version.load_id || ' was at another instant'
    end as found
from version
left join load on load.load_id = version.load_id
where load.load_id is null
    or load.state <> 'ok'
    or load.source_id <> version.source_id
    or load.finished_at <> version.loaded_at
