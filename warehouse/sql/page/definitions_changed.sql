-- grain: one row per key result and change of its target, up to the instant that is judged
with version as (
    select
        key_result_id,
        period_id,
        seen_at,
        reason,
        try_cast(definition -> 'key_result' ->> 'target' as decimal(24, 6)) as target
    from key_result_definition_version
    where not removed
),

edited as (
    select
        key_result_id,
        period_id,
        seen_at as "at",
        reason,
        lag(target) over (partition by key_result_id order by seen_at) as old_target,
        target as new_target
    from version
),

announced as (
    select
        definition.key_result_id,
        definition.period_id,
        try_cast(change ->> 'on' as date) as day,
        change ->> 'reason' as reason,
        try_cast(definition.definition -> 'key_result' ->> 'target' as decimal(24, 6)) as first_target,
        try_cast(change ->> 'target' as decimal(24, 6)) as new_target,
        definition.definition ->> 'timezone' as zone
    from (select *, unnest((definition -> 'key_result' -> 'changes')::json[]) as change from key_result_definition) as definition
    where definition.valid_to is null
),

dated as (
    select
        key_result_id,
        period_id,
        day::timestamp at time zone zone as "at",
        reason,
        coalesce(lag(new_target) over (partition by key_result_id order by day), first_target) as old_target,
        new_target
    from announced
    where new_target is not null
)

select key_result_id, "at", reason, old_target, new_target
from (
    from edited where old_target is not null and old_target <> new_target
    union all by name
    from dated
)
where period_id = $period and "at" <= $at::timestamptz
order by "at", key_result_id
