-- The rows that came, as the table would hold them.
create or replace temp table incoming_{table} as
select {columns}
from (
    from {table}_version limit 0
    union all by name
    select $source_id as source_id, *
    from delivered
);
