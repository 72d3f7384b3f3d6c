-- grain: one row per closed key result or back-test bin
select subject
from calibration
group by all
having count(*) > 1
limit 1;
