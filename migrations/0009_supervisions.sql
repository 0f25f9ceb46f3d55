-- Who of the supervisors was in a call, from when on, and how: ringing, listening, whispering, joined, took_over, left.
create table supervisions (
    call_id text    not null references calls (id),
    at_ns   integer not null,
    by_user text    not null,
    state   text    not null,
    primary key (call_id, at_ns)
);
