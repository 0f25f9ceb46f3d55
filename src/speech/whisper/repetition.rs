//! The loop guard: Whisper sometimes says the same thing over and over until it is stopped.

/// A loop is so many times the same tokens,
const MIN_TIMES: usize = 4;
/// and so many tokens in all: a caller may well say 喂喂喂喂, or 0000 in a number.
const MIN_TOKENS: usize = 24;
/// What is said over and over is at most so long: longer loops meet the cap on tokens first.
const MAX_PERIOD: usize = 48;

/// Where tokens end in a loop: how many to keep, so that what is said over and over is said once.
pub(super) fn cut(tokens: &[i32]) -> Option<usize> {
    (1..=MAX_PERIOD).find_map(|period| {
        let times = MIN_TIMES.max(MIN_TOKENS.div_ceil(period));
        let start = tokens.len().checked_sub(period * times)?;
        let (earlier, later) = (&tokens[start..tokens.len() - period], &tokens[start + period..]);
        (earlier == later).then_some(start + period)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_loop_is_cut_to_one() {
        let said = [vec![7, 8], [1, 2, 3, 4, 5, 6].repeat(4)].concat();
        assert_eq!(cut(&said), Some(8));
        assert_eq!(cut(&[9; 24]), Some(1));
        assert_eq!(cut(&said[..said.len() - 1]), None, "not yet");
    }

    #[test]
    fn what_callers_repeat_is_no_loop() {
        assert_eq!(cut(&[9; 12]), None, "对对对");
        assert_eq!(cut(&[1, 2, 3].repeat(5)), None, "不是的，不是的");
        assert_eq!(cut(&[]), None);
    }

    proptest! {
        #[test]
        fn a_loop_of_any_period_is_found_and_one_of_it_left(
            before in proptest::collection::vec(100..200, 0..20),
            period in proptest::collection::vec(0..100, 1..40),
        ) {
            let mut said: Vec<i32> = before.clone();
            let mut found = None;
            for token in period.repeat(40) {
                said.push(token);
                found = cut(&said);
                if found.is_some() {
                    break;
                }
            }
            // A period may itself be of shorter ones.
            let kept = found.expect("no loop found");
            prop_assert!(kept > before.len() && kept <= before.len() + period.len());
            prop_assert_eq!(&said[before.len()..kept], &period[..kept - before.len()]);
        }
    }
}
