-- Days so far of key results, and vendors' own totals, as versions: rows are only added, views show the newest.

create table key_result_day_version (
    key_result_id varchar not null,
    day date not null,
    value decimal(24, 6),
    progress double,
    expected double,
    removed boolean not null, -- no longer one of its days
    run_id varchar not null,
    saved_at timestamptz not null
);

insert into key_result_day_version
with newest as (
    select run_id, saved_at
    from key_result_score
    where run_id not in (select run_id from run_event where command = 'score --as-of')
    order by saved_at desc
    limit 1
)

select
    key_result_daily.*,
    false,
    coalesce(newest.run_id, ''),
    coalesce(newest.saved_at, 'epoch'::timestamptz)
from key_result_daily
left join newest on true;

drop table key_result_daily;

create table vendor_total_version (
    source_id varchar not null,
    metric varchar not null,
    day date not null,
    currency varchar not null,
    ours decimal(24, 6),
    theirs decimal(24, 6) not null,
    causes varchar[],
    compared_at timestamptz not null
);

insert into vendor_total_version
from vendor_total;

drop table vendor_total;
