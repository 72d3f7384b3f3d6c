-- Whose a lake is, so that two projects cannot share one by mistake; null in a file, which lies in its project's folder.

alter table schema_state add column project varchar;
