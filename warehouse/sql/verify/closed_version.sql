-- what: a row was closed that was not open
-- of: closing
with version as (
    select
        *,
        lag(removed, 1, true) over (partition by {key} order by {instant}) as was_closed
    from {table}
)

select
    {named} as place,
    'closed ' || {instant} as found
from version
where removed and was_closed
