//! How long a caller will most likely wait: by how many are before it, how many seats serve, and how long the last calls
//! took them, writing included.

use jiff::SignedDuration;

/// Seats that are taken for a mean time `m` each come free every `m / seats` on average; the caller has the seat that
/// comes free after those of the callers `ahead`. Nothing where no seat serves, or no call has ended yet.
pub(super) fn expected_wait(
    ahead: usize,
    seats: usize,
    taken_for: impl ExactSizeIterator<Item = SignedDuration>,
) -> Option<SignedDuration> {
    let calls = i32::try_from(taken_for.len()).ok()?;
    let turns = i32::try_from(ahead).ok()?.checked_add(1)?;
    let sum = taken_for.fold(SignedDuration::ZERO, |sum, one| sum.saturating_add(one));
    let mean = sum.checked_div(calls)?;
    mean.checked_mul(turns)?.checked_div(i32::try_from(seats).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(ahead: usize, seats: usize, taken_for: &[i64]) -> Option<i64> {
        let taken_for = taken_for.iter().map(|&minutes| SignedDuration::from_mins(minutes));
        expected_wait(ahead, seats, taken_for).map(|wait| wait.as_mins())
    }

    #[test]
    fn it_grows_with_the_callers_before_and_shrinks_with_the_seats() {
        assert_eq!(minutes(0, 1, &[4]), Some(4));
        assert_eq!(minutes(3, 1, &[4]), Some(16));
        assert_eq!(minutes(3, 4, &[4]), Some(4));
        assert_eq!(minutes(0, 2, &[2, 6, 10]), Some(3), "the mean of the last calls");
    }

    #[test]
    fn without_seats_or_calls_nothing_can_be_told() {
        assert_eq!(minutes(1, 0, &[4]), None);
        assert_eq!(minutes(1, 2, &[]), None);
        assert_eq!(minutes(usize::MAX, 2, &[4]), None);
    }
}
