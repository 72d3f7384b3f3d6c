-- grain: one row per check, source and subject that the newest run found something for
from quality_check
where run_id = (select max(run_id) from run where command in ('run', 'score --derive') and known(started_at) and started_at <= $at::timestamptz)
order by state = 'silenced', severity, check_id, source_id, subject
