-- what: something is of a landing that the ledger does not have
with referring as (
    select 'quarantine' as name, load_id from quarantine
    union all
    select 'reconciliation', load_id from reconciliation
    union all
    select 'metric_observation_version', load_id from metric_observation_version
    union all
    select 'restatement', load_id from restatement
)

select
    name || ': load_id ' || load_id as place,
    count(*) || ' rows' as found
from referring
anti join load using (load_id)
where load_id is not null
group by name, load_id
