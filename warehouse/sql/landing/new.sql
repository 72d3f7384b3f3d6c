-- How many of the rows that this landing added were never here before.
select count(*)
from {table}_version
where load_id = (select load_id from arriving)
    and ({key}) not in (
        select ({key})
        from {table}_version
        where source_id = (select source_id from arriving) and load_id < (select load_id from arriving)
    );
