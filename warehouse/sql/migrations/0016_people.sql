-- What people decide, and what was sent to them.

-- grain: one row per decision
create table decision (
    key_result_id varchar not null,
    "at" timestamptz not null,
    author varchar not null,
    "text" varchar not null
);

-- grain: one row per message, its recipient and each state it came to
create table notification (
    kind varchar not null, -- digest, status, reminder
    recipient varchar not null, -- the service and a fingerprint of the address, which itself is a secret
    subject varchar not null, -- what it is about: a week, or a key result and the run that changed it
    state varchar not null, -- sending; then sent or failed
    content_hash varchar not null,
    attempts integer not null,
    error varchar, -- one line, without the address
    "at" timestamptz not null
);
