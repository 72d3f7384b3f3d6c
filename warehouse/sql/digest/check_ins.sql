-- grain: one row per key result: when a person last told its value or how sure they are
select
    key_result_id,
    max("at") as "at"
from check_in
where known("at") and "at" <= $at::timestamptz
group by key_result_id
order by key_result_id
