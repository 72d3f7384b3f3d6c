-- Rows of {table} that a later one has taken the place of, and that nothing is asked of: {key} names a row.
delete from {table} as version
where exists (
    select 1
    from {table} as later
    where {same} and later.{instant} > version.{instant}
);
