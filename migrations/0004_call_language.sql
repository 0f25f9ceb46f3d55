-- What is spoken in a call, in two letters; null while that is not known.
alter table calls add column language text;
