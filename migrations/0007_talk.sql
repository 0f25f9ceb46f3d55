-- Hold, third persons and pauses of a talk that goes on (JSON); and the number of the call's last change.
alter table calls add column talk text not null default '{}';
alter table calls add column revision integer not null default 0;

-- The parts of calls that an agent kept out of recording and transcript, and why.
create table recording_pauses (
    call_id      text    not null references calls (id),
    start_sample integer not null,
    end_sample   integer not null,
    reason       text    not null,
    by_user      text    not null,
    primary key (call_id, start_sample)
);
