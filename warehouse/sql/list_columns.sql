with described as (
    select schema_name, table_name, comment from duckdb_tables()
    union all
    select schema_name, view_name, comment from duckdb_views() where not internal
)

select
    table_name as "table",
    described.comment.replace('one row per ', '') as grain,
    column_name as "column",
    case data_type when 'TIMESTAMP WITH TIME ZONE' then 'TIMESTAMPTZ' else data_type end as type,
    duckdb_columns.comment as words
from described
inner join duckdb_columns() using (schema_name, table_name)
where schema_name = 'main' and described.comment like 'one row per %'
order by table_name, column_index;
