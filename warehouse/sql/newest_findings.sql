-- What the newest run found wrong with what came; what is silenced last.
from quality_check
where run_id = (select max(run_id) from run where command in ('run', 'score --derive'))
order by state = 'silenced', severity, check_id, source_id, subject;
