-- Versions of {table} that count no more since `before`, and that no published score rests on: none was worked out while
-- they counted. The closing of a row that nothing is left of goes with it.
create or replace temp table purgeable as
with told as (
    select distinct known_at
    from key_result_score
),

version as (
    select
        rowid as place,
        {key},
        {instant} as since,
        removed,
        lead({instant}) over (partition by {key} order by {instant}) as until
    from {table}
),

judged as (
    select
        version.*,
        version.until is null or version.until > $before or coalesce(told.known_at < version.until, false) as is_kept
    from version
    asof left join told
        on version.since <= told.known_at
),

closing as (
    select
        place,
        removed and lag(removed, 1, true) over (partition by {key} order by since) as is_idle
    from judged
    where is_kept
)

select judged.place
from judged
left join closing using (place)
where not judged.is_kept or (closing.is_idle and judged.since <= $before);
