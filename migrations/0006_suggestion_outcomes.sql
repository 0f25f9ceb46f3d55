-- What became of each field that the machine suggested or a person had to fill, when the ticket was confirmed:
-- `kept`, `corrected`, `cleared` or `missed`. No value stands here.
create table suggestion_outcomes (
    ticket_id       text    not null references tickets (id),
    field           text    not null,
    outcome         text    not null,
    confirmed_at_ns integer not null,
    primary key (ticket_id, field)
);
create index suggestion_outcomes_by_time on suggestion_outcomes (confirmed_at_ns);
