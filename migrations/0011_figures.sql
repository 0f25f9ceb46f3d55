-- When a call came to be answered by an agent; nothing for calls that the hotline placed, or that came when it was closed.
alter table calls add column queued_at_ns integer;
update calls set queued_at_ns = answered_at_ns where direction = 'incoming';
create index calls_by_queued on calls (queued_at_ns) where queued_at_ns is not null;

-- What each seat's time was spent on; `until_ns` is null while it lasts.
create table seat_spans (
    extension  text    not null,
    since_ns   integer not null,
    until_ns   integer,
    agent      text,
    agent_name text,
    state      text    not null,
    primary key (extension, since_ns)
);
create index seat_spans_by_time on seat_spans (since_ns);
create index seat_spans_open on seat_spans (extension) where until_ns is null;
