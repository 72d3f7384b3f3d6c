-- A version for each row that differs from its newest one, null-safe and column by column, and for each that the source
-- no longer gives within what this landing speaks for; one that came and was refused is not gone.
insert into {table}_version by name
with newest as materialized (
    select *
    from (
        select *
        from {table}_version
        where source_id = (select source_id from arriving) and {among}
        qualify row_number() over (partition by {key} order by load_id desc) = 1
    )
    where not removed
),

changed as (
    select incoming.*
    from incoming_{table} as incoming
    left join newest on {same_name}
    where newest.source_id is null or {other_content}
),

gone as (
    select {columns}
    from newest
    where {closes} and ({key}) not in (select ({key}) from incoming_{table}) and not ({spared})
),

final as (
    select *, false as removed from changed
    union all
    select *, true as removed from gone
)

select
    final.*,
    arriving.load_id,
    arriving.loaded_at
from final
cross join arriving;
