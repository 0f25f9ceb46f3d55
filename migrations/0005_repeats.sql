-- What later calls are compared with: the matter of a ticket, and the keys under which it is found. A key is a place
-- as it sounds, a place with a category, or a caller's number; a few for each ticket.
create table ticket_matters (
    ticket_id text    primary key references tickets (id),
    body      text    not null
);

create table ticket_keys (
    key       text    not null,
    at_ns     integer not null,
    ticket_id text    not null references tickets (id),
    primary key (key, at_ns, ticket_id)
) without rowid;

-- Matters with three or more tickets within days, by the newest of them.
create table recurring_matters (
    ticket_id text    primary key references tickets (id),
    since_ns  integer not null,
    body      text    not null
);
create index recurring_by_time on recurring_matters (since_ns);
