//! One side of a test call: a SIP leg, its sound both ways, and an ear.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use jiesu_sip::codec::Codec;
use jiesu_sip::endpoint::LegEnd;
use jiesu_sip::rtp::Digit;
use jiesu_sip::sdp::{Direction, LocalMedia};

use super::heard::{Ear, SideReport};
use crate::call::{CallClock, Heard, MediaLeg, Sound};
use crate::gateway::{Leg, LegEvent, MediaPorts, MediaPortsError};

/// Ports for the test caller's own sound: outside the service's range, below those the system gives away.
const PORTS: std::ops::RangeInclusive<u16> = 30_000..=32_767;
/// How often a side looks up while it neither speaks nor hears.
const LOOK_UP_EVERY: Duration = Duration::from_millis(100);
/// Packet time.
const PTIME_MS: u16 = 20;

/// One side, its session agreed on.
pub(super) struct Side {
    pub(super) leg: Leg,
    media: MediaLeg,
    clock: CallClock,
    ear: Ear,
    end: Option<LegEnd>,
}

/// The sound of a side to be.
pub(super) async fn open_media(ip: IpAddr, codecs: &[Codec]) -> Result<MediaLeg, MediaPortsError> {
    let ports = MediaPorts::new(ip, PORTS)?.bind().await?;
    let local = LocalMedia {
        address: ip,
        rtp_port: ports.rtp_port,
        codecs: codecs.to_vec(),
        dtmf: true,
        ptime_ms: PTIME_MS,
        direction: Direction::SendRecv,
    };
    Ok(MediaLeg::new(ports, local))
}

impl Side {
    /// A side whose `media` was agreed on.
    pub(super) fn new(leg: Leg, media: MediaLeg, clock: CallClock) -> Self {
        Self { leg, media, clock, ear: Ear::default(), end: None }
    }

    /// Says `sound` from where the clock now stands in it.
    pub(super) fn say(&mut self, sound: &Sound) {
        let now = Instant::now();
        let from = usize::try_from(self.clock.position(now).0).unwrap_or(usize::MAX);
        let rest = sound.get(from..).unwrap_or_default();
        self.media.play(now, rest.into(), false);
    }

    /// Presses keys, one after another.
    pub(super) fn press(&mut self, keys: &[Digit]) {
        for &key in keys {
            self.media.press(key);
        }
    }

    /// Whether the other side hung up, or the line broke.
    pub(super) fn end(&self) -> Option<&LegEnd> {
        self.end.as_ref()
    }

    /// Speaks and listens until `until`, or the end.
    pub(super) async fn converse(&mut self, until: Instant) {
        while self.end.is_none() && Instant::now() < until {
            self.step(until).await;
        }
    }

    /// Speaks and listens until everything is said and pressed, or the end.
    pub(super) async fn converse_until_said(&mut self) {
        while self.end.is_none() && self.media.is_sending() {
            self.step(Instant::now() + LOOK_UP_EVERY).await;
        }
    }

    /// Does what comes next, at the latest at `until`.
    async fn step(&mut self, until: Instant) {
        let wake_at = self.media.due().map_or(until, |due| due.min(until));
        tokio::select! {
            heard = self.media.next() => self.hear(heard),
            event = self.leg.next() => self.signalled(event).await,
            () = tokio::time::sleep_until(wake_at.into()) => self.media.advance(Instant::now()),
        }
    }

    /// Ends the call, unless it is over.
    pub(super) async fn hang_up(&mut self) {
        self.media.goodbye();
        if self.end.is_none() {
            self.leg.hang_up().await;
        }
    }

    /// What it heard.
    pub(super) fn report(&self) -> SideReport {
        self.ear.report(self.media.stats(), self.media.sent())
    }

    /// Everything it heard, from the call's sample 0 on.
    pub(super) fn sound(&self) -> &[i16] {
        self.ear.sound()
    }

    fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Audio { position, codec, payload, .. } => self.ear.hear(position, codec, &payload),
            Heard::Pressed(digit) => self.ear.press(digit),
        }
    }

    async fn signalled(&mut self, event: LegEvent) {
        match event {
            LegEvent::Ended(end) => self.end = Some(end),
            LegEvent::Reoffered { offer: Some(offer) } => match self.media.answer(&offer) {
                Ok((answer, negotiated)) => {
                    self.media.agree(Instant::now(), self.clock, negotiated);
                    self.leg.accept(answer).await;
                }
                Err(error) => {
                    let (status, reason) = error.status();
                    self.leg.reject(status, reason).await;
                }
            },
            LegEvent::Reoffered { offer: None } => {
                let offer = self.media.offer();
                self.leg.accept(offer).await;
            }
            LegEvent::Progress { .. }
            | LegEvent::Answered { .. }
            | LegEvent::Established { .. }
            | LegEvent::ReofferAcknowledged { .. }
            | LegEvent::ReofferCancelled
            | LegEvent::ReinviteAnswered { .. } => {}
        }
    }
}
