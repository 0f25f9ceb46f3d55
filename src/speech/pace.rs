//! How often partials are made, by how busy the recognisers are: finals matter more. Pure.

use std::time::Duration;

/// Between two partials of a channel while recognisers have nothing else to do.
const QUICK: Duration = Duration::from_millis(600);
/// Between two partials just before there are none any more.
const SLOW: Duration = Duration::from_secs(2);
/// With so many finals waiting for each recogniser there are no partials.
const MOST_FINALS_EACH: f64 = 2.0;
/// With a final this late there are no partials.
const MOST_LAG: Duration = Duration::from_secs(2);
/// With a partial that has waited so long they are made as seldom as can be. They stop for finals only.
const LONG_PARTIAL_WAIT: Duration = Duration::from_secs(2);

/// A channel's refreshes take at most one part in so many of a recogniser's time.
const COST_SHARE: u32 = 4;

/// How busy the recognisers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Load {
    /// Finals of live calls that wait.
    pub(super) finals: usize,
    /// For how long the oldest of those has waited.
    pub(super) lag: Duration,
    /// For how long the oldest waiting partial has.
    pub(super) partial_wait: Duration,
    /// Recognisers.
    pub(super) workers: usize,
}

/// New sound that a partial needs now; nothing where there are to be none.
pub(super) fn partial_interval(load: Load) -> Option<Duration> {
    let share = |part: Duration, whole: Duration| part.as_secs_f64() / whole.as_secs_f64();
    let finals = load.finals as f64 / (MOST_FINALS_EACH * load.workers.max(1) as f64);
    let finals = finals.max(share(load.lag, MOST_LAG));
    if finals >= 1.0 {
        return None;
    }
    let pressure = finals.max(share(load.partial_wait, LONG_PARTIAL_WAIT)).min(1.0);
    Some(QUICK + (SLOW - QUICK).mul_f64(pressure))
}

/// The same for a turn that has a partial already: its words stand there, and what a large model would spend on
/// showing a few more at once is better kept. `cost`: what a partial takes a recogniser.
pub(super) fn refresh_interval(load: Load, cost: Duration) -> Option<Duration> {
    partial_interval(load).map(|interval| interval.max((cost * COST_SHARE).min(SLOW)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use proptest::prelude::*;

    use super::*;

    const IDLE: Load = Load { finals: 0, lag: Duration::ZERO, partial_wait: Duration::ZERO, workers: 2 };

    #[test]
    fn idle_recognisers_make_partials_quickly() {
        assert_eq!(partial_interval(IDLE), Some(QUICK));
    }

    #[test]
    fn partials_slow_down_with_every_final_that_waits_and_then_stop() {
        let interval = |finals| partial_interval(Load { finals, ..IDLE });
        let ms: Vec<_> = (0..5).map(|finals| interval(finals).map(|interval| interval.as_millis())).collect();
        assert_eq!(ms, [Some(600), Some(950), Some(1_300), Some(1_650), None]);
    }

    #[test]
    fn one_final_that_is_late_stops_them_whatever_the_queue() {
        let late = |lag| partial_interval(Load { finals: 1, lag, workers: 100, ..IDLE });
        assert!(late(MOST_LAG / 2).is_some());
        assert_eq!(late(MOST_LAG), None);
    }

    #[test]
    fn partials_alone_slow_one_another_down_and_never_stop() {
        let waited = |partial_wait| partial_interval(Load { partial_wait, ..IDLE });
        assert_eq!(waited(LONG_PARTIAL_WAIT / 2), Some((QUICK + SLOW) / 2));
        assert_eq!(waited(Duration::from_secs(3_600)), Some(SLOW));
    }

    #[test]
    fn refreshes_of_a_quick_recogniser_are_quick_and_of_a_slow_one_never_slower_than_the_slowest() {
        let every = |cost_ms| refresh_interval(IDLE, Duration::from_millis(cost_ms));
        assert_eq!([every(0), every(100), every(150)], [Some(QUICK); 3]);
        assert_eq!(every(350), Some(Duration::from_millis(1_400)));
        assert_eq!(every(60_000), Some(SLOW));
        assert_eq!(refresh_interval(Load { finals: 100, ..IDLE }, Duration::ZERO), None);
    }

    proptest! {
        #[test]
        fn more_load_never_makes_more_partials(
            finals in 0_usize..50, more in 0_usize..10, lag in 0_u64..5_000, wait in 0_u64..5_000,
            later in 0_u64..2_000, workers in 0_usize..20,
        ) {
            let ms = Duration::from_millis;
            let load = Load { finals, lag: ms(lag), partial_wait: ms(wait), workers };
            let heavier =
                Load { finals: finals + more, lag: ms(lag + later), partial_wait: ms(wait + later), workers };
            let (interval, longer) = (partial_interval(load), partial_interval(heavier));
            prop_assert!(interval.is_none_or(|interval| (QUICK..=SLOW).contains(&interval)));
            prop_assert!(longer.is_none() || interval.is_some_and(|interval| interval <= longer.unwrap()));
        }
    }
}
