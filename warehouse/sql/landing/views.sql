-- The rows that came, as the table would hold them.
create or replace temp view incoming_{table} as
select {columns}
from (
    select {columns} from {table}_version where false
    union all by name
    select arriving.source_id, delivered_{table}.*
    from delivered_{table}
    cross join arriving
);

-- Newest versions of the rows that this landing speaks for, as far as they are still there.
create or replace temp view current_{table} as
select * exclude (removed)
from (
    select *
    from {table}_version
    where source_id = (select source_id from arriving) and {among}
    qualify row_number() over (partition by {key} order by loaded_at desc) = 1
)
where not removed;
