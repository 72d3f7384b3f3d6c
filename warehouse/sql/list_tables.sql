with described as (
    select schema_name, table_name, comment from duckdb_tables()
    union all
    select schema_name, view_name, comment from duckdb_views() where not internal
)

select
    table_name as "table",
    any_value(described.comment).replace('one row per ', '') as grain,
    list(column_name order by column_index) as columns
from described
inner join duckdb_columns() using (schema_name, table_name)
where schema_name = 'main' and described.comment like 'one row per %'
group by table_name
order by table_name;
