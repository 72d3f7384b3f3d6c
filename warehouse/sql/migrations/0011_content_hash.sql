-- What a landing brought, as a hash: a pull that brings the same again needs no comparison.

alter table load add column if not exists content_hash varchar; -- of its rows and of what they speak for; null: compare
