-- What a day without a row means in a stream of stated values, as its source said when it was landed: unknown; zero
-- (between the first and the newest row); zero_in_window (to the last full day that was asked for).

alter table load add column missing varchar;
