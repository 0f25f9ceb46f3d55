//! The browser seats of the settings: their port, and who hears of it when a page comes or goes.

use std::collections::HashMap;

use anyhow::Result;

use crate::call::Seats;
use crate::config::Config;
use crate::domain::UserId;
use crate::seat::{BrowserSeats, SeatConfig, SeatDriver};

/// Serves the pages of these users' seats; where there is none, no port is taken.
pub(super) async fn start(
    config: &Config,
    extensions: HashMap<UserId, String>,
    seats: &Seats,
) -> Result<BrowserSeats> {
    if extensions.is_empty() {
        return Ok(BrowserSeats::none());
    }
    let seats = seats.clone();
    let seat_config = SeatConfig {
        listen_udp: config.browser.listen_udp,
        advertised_ip: config.browser.advertised_ip.or(config.sip.advertised_ip),
    };
    let tell = move |extension: &str, present| seats.set_present(extension, present);
    let (driver, browsers) = SeatDriver::bind(seat_config, extensions, tell).await?;
    tracing::info!(browsers = %driver.addr(), "browser seats are served");
    tokio::spawn(driver.run());
    Ok(browsers)
}
