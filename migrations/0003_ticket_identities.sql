-- Every name and number that the caller had at any time while the ticket was written, as a JSON list: what a person
-- corrected or cleared still stands in the caller's own words, and is masked there too.
alter table tickets add column identities text not null default '[]';
