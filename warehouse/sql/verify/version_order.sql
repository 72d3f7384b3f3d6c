-- what: an earlier landing has the later version, so that what was known when is not told right
-- of: landed
with version as (
    select
        *,
        lag(load_id) over (partition by {key} order by {instant}) as load_before
    from {table}
)

select
    {named} as place,
    'landing ' || load_id || ' after landing ' || load_before as found
from version
where load_before > load_id
