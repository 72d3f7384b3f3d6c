-- Rows that the source no longer gives, within what this landing speaks for, are closed by a version that says so.
insert into {table}_version by name
select
    {columns},
    (select load_id from arriving) as load_id,
    (select loaded_at from arriving) as loaded_at,
    true as removed
from current_{table}
where {closes} and ({key}) not in (select ({key}) from incoming_{table});
