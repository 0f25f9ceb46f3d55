//! What an endpoint is told once, when it starts.

use std::{net::SocketAddr, time::Duration};

/// Settings of an [`Endpoint`](super::Endpoint).
#[derive(Debug, Clone)]
pub struct Config {
    /// Address and port that peers reach us at: Via and Contact of what goes over UDP.
    pub advertised: SocketAddr,
    /// The same for TCP, where its port differs; `None`: as `advertised`.
    pub advertised_tcp: Option<SocketAddr>,
    /// The words of User-Agent and Server.
    pub user_agent: String,
    /// Legs that may exist at once; a further INVITE gets 503 with Retry-After.
    pub max_legs: usize,
    /// Transactions that may exist at once; beyond, a request is answered 503 without keeping anything.
    /// Requests inside a dialog may use as many again, so that calls can end while the service is full.
    pub max_transactions: usize,
    /// Our own registrations with providers that may exist at once.
    pub max_registrations: usize,
    /// How long a leg may stay unanswered, either way, before the endpoint itself gives it up.
    pub ring_limit: Duration,
    /// Seconds in Retry-After of a 503.
    pub retry_after_s: u32,
}

impl Config {
    /// Settings for the given address, with limits for one machine (RFC 3261 names none).
    pub fn new(advertised: SocketAddr, user_agent: impl Into<String>) -> Self {
        Self {
            advertised,
            advertised_tcp: None,
            user_agent: user_agent.into(),
            max_legs: 1_000,
            max_transactions: 10_000,
            max_registrations: 100,
            ring_limit: Duration::from_secs(180),
            retry_after_s: 5,
        }
    }
}
