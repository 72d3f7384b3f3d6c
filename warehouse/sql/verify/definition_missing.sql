-- what: a score rests on a definition that is not there
select
    'key_result_score: key_result_id ' || score.key_result_id || ', run_id ' || score.run_id as place,
    'definition ' || score.definition_hash as found
from key_result_score as score
anti join key_result_definition_version as version
    on version.definition_hash = score.definition_hash
where score.definition_hash is not null
