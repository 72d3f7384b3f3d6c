-- grain: one row per key result, its newest check-in that says something
select
    key_result_id,
    "at",
    author,
    note
from check_in
where "at" <= $at::timestamptz and known("at") and note <> ''
qualify row_number() over (partition by key_result_id order by "at" desc) = 1
order by key_result_id
