-- How often a source is pulled, as the config says: one that is not due is not stale.

alter table source_version add column cadence_seconds bigint;
