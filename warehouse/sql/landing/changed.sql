-- Only what differs from the newest version, null-safe and column by column, becomes a new one.
insert into {table}_version by name
select
    *,
    (select load_id from arriving) as load_id,
    (select loaded_at from arriving) as loaded_at,
    false as removed
from (
    from incoming_{table}
    except
    select {columns} from current_{table}
);
