select definition
from key_result_definition
where key_result_id = $key_result_id
order by seen_at desc
limit 1;
