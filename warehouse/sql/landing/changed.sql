-- Only what differs from the newest version, null-safe and column by column, becomes a new one.
insert into {table}_version by name
select
    *,
    $load_id as load_id,
    $loaded_at as loaded_at,
    false as removed
from (
    from incoming_{table}
    except
    from current_{table}
);
