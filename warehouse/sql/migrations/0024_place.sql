-- The place of a key result in its file, which says in which order key results are shown.

alter table key_result_definition_version add column place bigint;

update key_result_definition_version set place = rowid;
