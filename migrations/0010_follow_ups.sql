-- What is left to do after calls that no agent talked in: `kind` call_back or message, `state` open, taken or done.
create table follow_ups (
    call_id  text    not null primary key references calls (id),
    kind     text    not null,
    since_ns integer not null,
    state    text    not null,
    by_user  text,
    by_name  text,
    attempts integer not null
);
create index follow_ups_by_state on follow_ups (state) where state <> 'done';
