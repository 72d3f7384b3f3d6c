-- The objective that an objective serves; none before there were parents.

alter table objective_score add column parent varchar;
