-- what: something is of a run that the ledger does not have
with referring as (
    select 'load' as name, run_id from load
    union all
    select 'metric_observation_version', run_id from metric_observation_version
    union all
    select 'key_result_score', run_id from key_result_score
    union all
    select 'objective_score', run_id from objective_score
    union all
    select 'key_result_forecast', run_id from key_result_forecast
    union all
    select 'key_result_whatif', run_id from key_result_whatif
    union all
    select 'restatement', run_id from restatement
    union all
    select 'quality_check', run_id from quality_check
)

select
    name || ': run_id ' || run_id as place,
    count(*) || ' rows' as found
from referring
anti join run using (run_id)
group by name, run_id
