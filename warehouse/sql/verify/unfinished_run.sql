-- what: a run did not come to its end
-- severity: warning
-- next: okr run, which reads again what it had not landed
select
    'run: run_id ' || run_id as place,
    'okr ' || command as found
from run
where state = 'running'
