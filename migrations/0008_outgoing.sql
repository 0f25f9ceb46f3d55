-- Calls that the hotline places, what they are about (the call of the ticket, or one that was lost), and how the
-- citizen rated the talk by a key, 1 (best) to 5.
alter table calls add column direction text not null default 'incoming';
alter table calls add column about text;
alter table calls add column rating integer;
create index calls_by_about on calls (about) where about is not null;
