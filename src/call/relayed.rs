//! The sequence numbers of relayed sound. What was lost on its way to us is a gap on its way from us, too, so that
//! the other end's phone conceals it; and a packet that was overtaken gets the number that was kept for it.
//! Numbers of the other leg's packets enter, distances from our next number leave.

/// Numbers kept free behind the newest: a packet later than this is of no use to anyone's jitter buffer.
const KEPT: u32 = 32;

/// Which of our last numbers are free.
#[derive(Debug, Default)]
pub(super) struct Relayed {
    /// The other leg's number of the newest packet relayed.
    newest: Option<u64>,
    /// Bit n: the number n + 1 before our next one is free.
    free: u64,
}

impl Relayed {
    /// Something else was sent, or silence passed over: the two legs' numbers have no more to do with each other.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// How many numbers to leave free before the packet `sequence`, which stands `missing` packets' time after the
    /// end of the newest. None where that time was silence and no loss.
    pub(super) fn lost_before(&mut self, sequence: u64, missing: u64) -> u16 {
        let Some(newest) = self.newest else { return 0 };
        // Keys take numbers, too, and no time: the smaller of both is what was lost of the sound.
        let lost = sequence.saturating_sub(newest).saturating_sub(1).min(missing);
        if lost < missing || lost > u64::from(KEPT) {
            self.forget();
            return 0;
        }
        self.free = (self.free << lost) | ((1 << lost) - 1);
        u16::try_from(lost).unwrap_or(0)
    }

    /// The packet `sequence` took our next number.
    pub(super) fn sent(&mut self, sequence: u64) {
        self.newest = Some(sequence);
        self.free <<= 1;
    }

    /// Takes the number `before` our next one, if it is free.
    pub(super) fn take(&mut self, before: u64) -> bool {
        let bit = u32::try_from(before).ok().and_then(|before| 1_u64.checked_shl(before.checked_sub(1)?));
        let Some(bit) = bit.filter(|bit| self.free & bit != 0) else { return false };
        self.free &= !bit;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relays packets of these numbers in order, and says how many numbers were left free before each.
    fn relayed(numbers: &[u64]) -> (Relayed, Vec<u16>) {
        let mut relayed = Relayed::default();
        let lost =
            numbers.iter().zip(std::iter::once(&numbers[0]).chain(numbers)).map(|(&number, &before)| {
                let lost = relayed.lost_before(number, (number - before).saturating_sub(1));
                relayed.sent(number);
                lost
            });
        let lost = lost.collect();
        (relayed, lost)
    }

    #[test]
    fn what_is_lost_keeps_its_number_free_once() {
        let (mut relayed, lost) = relayed(&[70, 71, 74, 75]);
        assert_eq!(lost, [0, 0, 2, 0]);
        // Our next is 76's: 72 and 73 stand four and three before it.
        let taken = (0..70).filter(|&before| relayed.take(before)).collect::<Vec<_>>();
        assert_eq!(taken, [3, 4]);
        assert!(!relayed.take(3), "and is taken once");
    }

    #[test]
    fn silence_and_keys_are_no_loss() {
        let (mut relayed, _) = relayed(&[70]);
        assert_eq!(relayed.lost_before(71, 50), 0, "five packets' time without a packet missing: silence");
        let mut relayed = self::relayed(&[70]).0;
        assert_eq!(relayed.lost_before(75, 0), 0, "four keys between two packets of sound");
    }

    #[test]
    fn a_loss_beyond_what_is_kept_and_a_new_beginning_free_nothing() {
        for numbers in [[70, 120], [70, u64::MAX]] {
            let (mut relayed, lost) = relayed(&numbers);
            assert_eq!(lost, [0, 0]);
            assert!((0..=64).all(|before| !relayed.take(before)));
        }
        let (mut relayed, _) = relayed(&[70, 72]);
        relayed.forget();
        assert!((0..=64).all(|before| !relayed.take(before)));
    }
}
