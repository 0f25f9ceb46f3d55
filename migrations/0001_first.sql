-- The hotline's first tables. Portable: text, integer, real and blob columns only.
-- Identities are UUIDs of version 7 as text, so their order is the order of time.
-- Moments are nanoseconds since 1970 (`_ns`); places in a recording are samples of 1/8000 s (`_sample`).

create table users (
    id            text    primary key,
    username      text    not null unique,
    display_name  text    not null,
    role          text    not null,
    department    text,
    password_hash text    not null,
    created_at_ns integer not null
);

-- Only the SHA-256 of a cookie's token is kept: a copy of this file signs nobody in.
create table sessions (
    token_hash    blob    primary key,
    user_id       text    not null references users (id) on delete cascade,
    created_at_ns integer not null,
    expires_at_ns integer not null
);

-- `agent` has no foreign key: a call is kept whatever becomes of a user.
create table calls (
    id             text    primary key,
    state          text    not null,
    caller_number  text    not null,
    called_number  text    not null,
    seat           text,
    agent          text,
    started_at_ns  integer not null,
    answered_at_ns integer,
    bridged_at_ns  integer,
    ended_at_ns    integer,
    end_cause      text,
    recording      text    not null
);
create index calls_by_state on calls (state, id);

create table turns (
    id           text    primary key,
    call_id      text    not null references calls (id),
    channel      text    not null,
    start_sample integer not null,
    end_sample   integer not null,
    text         text    not null,
    words        text    not null,
    confidence   real    not null,
    status       text    not null
);
create index turns_by_call on turns (call_id, start_sample);

-- The draft as last shown, edits on top. What the machine alone would say is a pure fold of the turns.
create table drafts (
    call_id  text    primary key references calls (id),
    revision integer not null,
    title    text,
    category text,
    body     text    not null
);

-- `revision` is the draft's after the edit; it orders a call's edits.
create table edits (
    id          text    primary key,
    call_id     text    not null references calls (id),
    on_revision integer not null,
    revision    integer not null,
    field       text    not null,
    value       text    not null,
    by_user     text    not null,
    at_ns       integer not null
);
create index edits_by_call on edits (call_id, revision);

-- The running number of each day's tickets, raised in the transaction that uses it.
create table ticket_numbers (
    day  text    primary key,
    last integer not null
);

-- `all_words` and `open_words` are what a list's search looks in: all of the ticket, and what its
-- department may read of it.
create table tickets (
    id              text    primary key,
    number          text    not null unique,
    call_id         text    not null unique references calls (id),
    state           text    not null,
    category        text    not null,
    department      text    not null,
    urgency         text    not null,
    confidential    integer not null,
    draft           text    not null,
    all_words       text    not null,
    open_words      text    not null,
    confirmed_by    text    not null,
    confirmed_at_ns integer not null,
    delivered_at_ns integer
);
create index tickets_by_department on tickets (department, id);

-- What is still to be handed to a department.
create table outbox (
    ticket_id          text    primary key references tickets (id),
    attempts           integer not null,
    next_attempt_at_ns integer not null
);
create index outbox_by_time on outbox (next_attempt_at_ns);

-- What happened, in order; forgotten after two days, since it only serves pages that come back.
create table events (
    seq     integer primary key,
    at_ns   integer not null,
    call_id text,
    kind    text    not null
);
create index events_by_time on events (at_ns);
