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
