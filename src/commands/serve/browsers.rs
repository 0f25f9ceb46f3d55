//! The browser seats of the settings: their port, and who hears of it when a page comes or goes.

use std::collections::HashMap;

use anyhow::Result;
use jiff::Timestamp;

use crate::call::Seats;
use crate::config::Config;
use crate::domain::{EventKind, SeatKind, SeatState, SeatStatus, UserId};
use crate::journal::Journal;
use crate::seat::{BrowserSeats, SeatConfig, SeatDriver};

/// Serves the pages of these users' seats; where there is none, no port is taken.
pub(super) async fn start(
    config: &Config,
    extensions: HashMap<UserId, String>,
    seats: &Seats,
    journal: &Journal,
) -> Result<BrowserSeats> {
    if extensions.is_empty() {
        return Ok(BrowserSeats::none());
    }
    let (seats, journal) = (seats.clone(), journal.clone());
    let agents: HashMap<_, _> =
        extensions.iter().map(|(user, extension)| (extension.clone(), *user)).collect();
    let seat_config = SeatConfig {
        listen_udp: config.browser.listen_udp,
        advertised_ip: config.browser.advertised_ip.or(config.sip.advertised_ip),
    };
    let (driver, browsers) = SeatDriver::bind(seat_config, extensions, move |extension, present| {
        seats.set_present(extension, present);
        let state = if present { SeatState::Ready } else { SeatState::Offline };
        journal
            .record(None, EventKind::Seat { seat: status(extension, agents.get(extension).copied(), state) });
    })
    .await?;
    tracing::info!(browsers = %driver.addr(), "browser seats are served");
    tokio::spawn(driver.run());
    Ok(browsers)
}

fn status(extension: &str, agent: Option<UserId>, state: SeatState) -> SeatStatus {
    SeatStatus {
        extension: extension.to_owned(),
        agent,
        agent_name: None,
        kind: SeatKind::Browser,
        state,
        reason: None,
        since: Timestamp::now(),
        until: None,
        call_id: None,
    }
}
