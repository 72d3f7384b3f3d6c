-- What is said about the future, so that it can be held against what came.

alter table key_result_score add column outlook varchar; -- what it takes and what there is, in one sentence
alter table key_result_score add column probability_raw double; -- before closed key results had their say
alter table objective_score add column probability_at_least double[]; -- that one, two, ... are reached

-- grain: one row per key result, run and assumption
create table key_result_whatif (
    key_result_id varchar not null,
    run_id varchar not null,
    place integer not null, -- order of telling
    assumption varchar not null, -- now, needed, per_day, repeat_last, target
    amount double, -- of the assumption: a day, days, or the target
    target double,
    lands_p10 double,
    lands_p50 double,
    lands_p90 double,
    probability double, -- of reaching the target under the assumption
    likelihood double, -- of the assumption or better coming true
    text varchar not null
);

-- what came of it follows from the scores: a view now
drop table calibration;
