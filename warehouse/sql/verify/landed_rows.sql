-- what: the ledger counts other rows than there are
with landed as (
    {landed}
),

counted as (
    select load_id, count(*) as rows
    from landed
    group by load_id
)

select
    'load: load_id ' || load.load_id || ', source_id ' || load.source_id || ', stream ' || load.stream as place,
    coalesce(counted.rows, 0) || ' versions, the ledger says ' || (load.rows_new + load.rows_changed) as found
from load
left join counted using (load_id)
where load.state = 'ok'
    and load.connector <> 'metrics'
    and coalesce(counted.rows, 0) + load.rows_purged <> load.rows_new + load.rows_changed
