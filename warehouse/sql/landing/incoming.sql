-- The rows that came, as the table would hold them.
create or replace temp table incoming_{table} as
select {columns}
from (
    select {columns} from {table}_version where false
    union all by name
    select $source_id as source_id, *
    from delivered
);
