-- The rows that came, as the table would hold them; a table of its own, since what follows reads them several times.
create or replace temp table incoming_{table} as
select {columns}
from (
    select {columns} from {table}_version where false
    union all by name
    select arriving.source_id, delivered.*
    from delivered
    cross join arriving
);
