-- What people noted of a day.

-- grain: one row per note that stands
create or replace view note as
select * exclude (removed)
from note_version
where known("at")
qualify row_number() over (partition by name order by "at" desc) = 1 and not removed;
