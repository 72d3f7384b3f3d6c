-- A version for each definition that is new, differs from its newest version, or is no longer there.
insert into key_result_definition_version by name
with newest as (
    select *
    from key_result_definition_version
    qualify row_number() over (partition by key_result_id order by seen_at desc) = 1
),

appeared as (
    select
        defined.*,
        newest.key_result_id is null as is_first
    from defined
    left join newest using (key_result_id)
    where newest.removed is distinct from false
        or newest.definition_hash <> defined.definition_hash
        or newest.objective_id <> defined.objective_id
        or newest.period_id <> defined.period_id
),

gone as (
    select *
    from newest
    anti join defined using (key_result_id)
    where not removed
)

select
    * exclude (is_first),
    case when is_first then $always else $at end as valid_from,
    $seen_at as seen_at,
    false as removed
from (from appeared order by place)
union all by name
select * replace ($at as valid_from, $seen_at as seen_at, true as removed)
from gone;
