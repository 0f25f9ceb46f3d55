//! Whose packets are the other end's: the source latch.
//!
//! The address in a description is often not the one packets come from (NAT), so the first valid source is
//! pinned, and later strangers are ignored. Two ways lead to another source: the signalled address itself may
//! always take its place; any other may do so once per description, after the pinned one fell silent.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How long the pinned source must be silent before another may take its place. Longer than any talkspurt
/// pause of a phone that suppresses silence well (it sends comfort noise), shorter than a caller's patience.
pub(super) const SILENT_AFTER: Duration = Duration::from_secs(2);

/// The source of a stream.
#[derive(Debug)]
pub(super) struct Latch {
    signalled: SocketAddr,
    pinned: Option<Pinned>,
    /// Whether an unsignalled source may still take over.
    may_move: bool,
    doubt: Doubt,
}

/// Whether the pinned source is still where to send. A description that names another address means that the
/// other end moved, or only that it is behind a NAT and its own view of itself changed: if the old source goes
/// on for a while, it was the latter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    None,
    FromTheNextPacket,
    Since(Instant),
}

#[derive(Debug)]
struct Pinned {
    source: SocketAddr,
    heard_at: Instant,
}

impl Latch {
    pub(super) const fn new(signalled: SocketAddr) -> Self {
        Self { signalled, pinned: None, may_move: true, doubt: Doubt::None }
    }

    /// A new description: another address may be signalled, and the source may move once more.
    pub(super) fn signal(&mut self, signalled: SocketAddr) {
        if signalled != self.signalled && self.source() != Some(signalled) {
            self.doubt = Doubt::FromTheNextPacket;
        }
        self.signalled = signalled;
        self.may_move = true;
    }

    /// Whether a valid packet from `from` belongs to the stream; pins or moves where the rules allow it.
    pub(super) fn admits(&mut self, now: Instant, from: SocketAddr) -> bool {
        if let Some(pinned) = &mut self.pinned
            && pinned.source != from
            && from != self.signalled
        {
            if !self.may_move || now.duration_since(pinned.heard_at) < SILENT_AFTER {
                return false;
            }
            self.may_move = false;
        }
        let before = self.pinned.replace(Pinned { source: from, heard_at: now });
        self.doubt = match self.doubt {
            _ if before.is_none_or(|pinned| pinned.source != from) => Doubt::None,
            Doubt::FromTheNextPacket => Doubt::Since(now),
            Doubt::Since(since) if now.saturating_duration_since(since) >= SILENT_AFTER => Doubt::None,
            doubt => doubt,
        };
        true
    }

    /// The pinned source; nothing while a new description has it in doubt.
    pub(super) fn source(&self) -> Option<SocketAddr> {
        self.pinned.as_ref().filter(|_| self.doubt == Doubt::None).map(|pinned| pinned.source)
    }

    /// When it was last heard.
    pub(super) fn heard_at(&self) -> Option<Instant> {
        self.pinned.as_ref().map(|pinned| pinned.heard_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    #[test]
    fn the_first_source_is_pinned_and_a_stranger_is_ignored() {
        let (mut latch, now) = (Latch::new(source(1)), Instant::now());
        assert!(latch.admits(now, source(2)));
        assert!(!latch.admits(now + Duration::from_millis(20), source(3)));
        assert!(latch.admits(now + Duration::from_millis(40), source(2)));
        assert_eq!(latch.source(), Some(source(2)));
    }

    #[test]
    fn the_signalled_address_takes_its_place_from_whoever_came_first() {
        let (mut latch, now) = (Latch::new(source(1)), Instant::now());
        assert!(latch.admits(now, source(2)));
        assert!(latch.admits(now, source(1)));
        assert!(!latch.admits(now, source(2)));
        assert_eq!(latch.source(), Some(source(1)));
    }

    #[test]
    fn a_silent_source_is_replaced_once_per_description() {
        let (mut latch, mut now) = (Latch::new(source(1)), Instant::now());
        assert!(latch.admits(now, source(2)));
        now += SILENT_AFTER;
        assert!(latch.admits(now, source(3)));
        now += SILENT_AFTER;
        assert!(!latch.admits(now, source(4)));
        latch.signal(source(1));
        assert!(latch.admits(now, source(4)));
    }

    #[test]
    fn a_description_that_moves_the_stream_lets_the_new_address_in_at_once() {
        let (mut latch, now) = (Latch::new(source(1)), Instant::now());
        assert!(latch.admits(now, source(1)));
        assert!(!latch.admits(now, source(5)));
        latch.signal(source(5));
        assert!(latch.admits(now, source(5)));
    }

    #[test]
    fn a_source_is_in_doubt_after_a_description_elsewhere_until_it_moves_or_stays() {
        let (mut latch, now) = (Latch::new(source(1)), Instant::now());
        assert!(latch.admits(now, source(2)));
        latch.signal(source(5));
        assert_eq!(latch.source(), None);
        // Its last packets on the way are heard, and do not make it the place to send to.
        assert!(latch.admits(now, source(2)));
        assert_eq!(latch.source(), None);
        assert!(latch.admits(now, source(5)));
        assert_eq!(latch.source(), Some(source(5)));
        // Behind a NAT: the description changes, the source does not.
        latch.signal(source(6));
        assert!(latch.admits(now, source(5)));
        assert_eq!(latch.source(), None);
        assert!(latch.admits(now + SILENT_AFTER, source(5)));
        assert_eq!(latch.source(), Some(source(5)));
        // The same description again changes nothing.
        latch.signal(source(6));
        assert_eq!(latch.source(), Some(source(5)));
    }
}
