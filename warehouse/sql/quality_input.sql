-- What the checks look at: the observations of a year that count, the newest version of each; stocks by their last value
-- of each day.
create or replace temp table checked as
with newest as (
    select
        metric,
        source_id,
        account,
        grain,
        period_start as day,
        observed_at,
        currency,
        arg_max(value, loaded_at) as value,
        arg_max(unit, loaded_at) as unit
    from metric_observation_version
    semi join counted_source using (source_id)
    where period_start between $today::date - 400 and $today::date
        and metric not like '%{%' -- parts of others
    group by all
    having not arg_max(removed, loaded_at)
),

numbered as (
    select
        *,
        dense_rank() over (order by metric, source_id, account, grain, currency) as series,
        metric in (select metric from stock) or grain = 'instant' as is_stock
    from newest
)

from numbered
qualify observed_at is null or row_number() over (partition by series, day order by observed_at desc) = 1;
