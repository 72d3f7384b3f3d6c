-- What happened on a day, as people note it: marks in the charts, and what an effect is measured of.

-- one row per note and time it was written or taken back; the view `note` shows those that stand
create table note_version (
    name varchar not null, -- its words; of those that stand, one of a name
    first_day date not null,
    last_day date not null, -- the same as first_day where it took one day
    metric varchar, -- what it is about; without it and without a key result: everything
    key_result_id varchar,
    author varchar not null,
    "at" timestamptz not null,
    removed boolean not null
);
