with described as (
    select table_name, comment from duckdb_tables()
    union all
    select view_name, comment from duckdb_views() where not internal
)

select
    table_name as "table",
    any_value(described.comment).replace('one row per ', '') as grain,
    list(column_name order by column_index) as columns
from described
inner join duckdb_columns() using (table_name)
where described.comment like 'one row per %'
group by table_name
order by table_name;
