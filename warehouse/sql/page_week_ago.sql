-- grain: one row per key result, as judged newest up to an instant
select *
from key_result_score
where period_id = $period and as_of <= $at
qualify row_number() over (partition by key_result_id order by as_of desc, saved_at desc) = 1
order by key_result_id
