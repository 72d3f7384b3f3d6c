-- grain: the first name that more than one row of a table has
select {key}
from {table}
group by all
having count(*) > 1
limit 1;
