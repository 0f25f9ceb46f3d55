//! A session that we offer in a dialog that stands: its re-INVITE, and when that is sent again because the peer was
//! offering, too (RFC 3261 §14.1).

use std::time::{Duration, Instant};

use crate::transaction::ClientId;

/// How often a re-INVITE is sent that is answered 491 each time; more means that the peer will never have it.
const MAX_TRIES: u8 = 8;
/// The waits are multiples of this.
const STEP_MS: u64 = 10;

/// Our re-INVITE: under way, or waiting to be sent again.
#[derive(Debug)]
pub(crate) struct OurReoffer {
    /// The transaction that is or was last under way.
    pub(crate) client: ClientId,
    pub(crate) offer: Vec<u8>,
    /// Set while it waits.
    pub(crate) again_at: Option<Instant>,
    tries: u8,
}

impl OurReoffer {
    /// Its re-INVITE was just sent, for the first time or once more after `before`.
    pub(crate) fn sent(client: ClientId, offer: Vec<u8>, before: Option<&Self>) -> Self {
        let tries = before.filter(|before| before.again_at.is_some()).map_or(0, |before| before.tries);
        Self { client, offer, again_at: None, tries: tries + 1 }
    }

    /// It was answered 491. Whether it shall be sent again: who made the Call-ID waits longer, so that the two do not
    /// meet again. `chance` is any number.
    pub(crate) fn on_glare(&mut self, now: Instant, own_call_id: bool, chance: u64) -> bool {
        let again = self.tries < MAX_TRIES;
        self.again_at = again.then(|| now + wait(own_call_id, chance));
        again
    }

    /// It cannot be sent now, because the peer's offer is being answered.
    pub(crate) fn postpone(&mut self, now: Instant, own_call_id: bool, chance: u64) {
        self.again_at = Some(now + wait(own_call_id, chance));
    }
}

/// 2.1 to 4 s for the owner of the Call-ID, 0 to 2 s for the other.
fn wait(own_call_id: bool, chance: u64) -> Duration {
    let (shortest_ms, longest_ms) = if own_call_id { (2_100, 4_000) } else { (0, 2_000) };
    Duration::from_millis(shortest_ms + chance % ((longest_ms - shortest_ms) / STEP_MS + 1) * STEP_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_of_the_call_id_always_waits_longer() {
        for chance in 0..1_000 {
            assert!((2_100..=4_000).contains(&wait(true, chance).as_millis()));
            assert!((0..=2_000).contains(&wait(false, chance).as_millis()));
        }
        assert_eq!((wait(true, 190).as_millis(), wait(false, 200).as_millis()), (4_000, 2_000));
    }
}
