//! The desk by its routes, over a real store: drafts and tickets, events, search, recordings, and what happens
//! while the database fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/test_desk.rs"]
mod test_desk;

mod backup;
mod drafts;
mod events;
mod faults;
mod figures;
mod follow_ups;
mod metrics;
mod page;
mod recordings;
mod search;
mod seats;
mod slow_clients;
mod suggestions;
mod taxonomy;
