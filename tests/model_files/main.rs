//! Model files on their way: fetched from a server, a mirror, a folder, or brought on a stick, by the real `jiesu`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod add;
mod broken_servers;
mod interrupted;
mod pull;
mod server;
mod site;
