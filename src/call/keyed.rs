//! The number of a card that a caller keys in during a talk: its tones are kept out of recording and transcript.

use std::time::{Duration, Instant};

/// From this key of a row on it may be a card's number; those before it tell nothing.
const FROM_KEY: usize = 4;
/// Keys further apart than this are no row.
const ROW_GAP: Duration = Duration::from_secs(4);
/// How long after a key its tone may still be heard.
const TAIL: Duration = Duration::from_secs(1);

/// The keys that a caller pressed in a row.
#[derive(Debug, Default)]
pub(super) struct Keyed {
    keys: usize,
    last: Option<Instant>,
}

impl Keyed {
    /// A key went down.
    pub(super) fn press(&mut self, now: Instant) {
        let goes_on = self.last.is_some_and(|last| now.saturating_duration_since(last) < ROW_GAP);
        self.keys = if goes_on { self.keys + 1 } else { 1 };
        self.last = Some(now);
    }

    /// Whether what is heard now is kept from being kept.
    pub(super) fn hides(&self, now: Instant) -> bool {
        self.keys >= FROM_KEY && self.last.is_some_and(|last| now.saturating_duration_since(last) < TAIL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_the_fourth_key_of_a_row_on_until_a_second_after_the_last() {
        let zero = Instant::now();
        let at = |ms| zero + Duration::from_millis(ms);
        let mut keyed = Keyed::default();
        for key in 0..3 {
            keyed.press(at(key * 500));
            assert!(!keyed.hides(at(key * 500)));
        }
        keyed.press(at(1_500));
        assert!(keyed.hides(at(1_500)) && keyed.hides(at(2_400)) && !keyed.hides(at(2_600)));
        keyed.press(at(9_000));
        assert!(!keyed.hides(at(9_000)), "a new row");
    }
}
