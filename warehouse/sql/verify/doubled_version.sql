-- what: one row has two versions of one instant, so that both count
-- of: versions
select
    {named} as place,
    count(*) || ' of ' || {instant} as found
from {table}
group by {key}, {instant}
having count(*) > 1
