//! Which characters of a text were heard wrong: the cheapest way from what was said to what was heard, by
//! Hirschberg's method (1975), whose memory grows with one text's length only.

/// What became of what was said, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Heard as it was said.
    Same,
    /// Heard as something else.
    Changed,
    /// Not heard.
    Missing,
    /// Heard and never said.
    Extra,
}

/// Characters wrong among those said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Errors {
    /// Changed, missing or extra.
    pub wrong: usize,
    /// Said.
    pub said: usize,
}

impl Errors {
    /// Wrong characters of a hundred said; nothing where nothing was said.
    #[must_use]
    pub fn percent(self) -> Option<f64> {
        (self.said > 0).then(|| 100.0 * self.wrong as f64 / self.said as f64)
    }

    /// Counts an alignment.
    #[must_use]
    pub fn of(steps: &[Step]) -> Self {
        let count = |which: fn(&Step) -> bool| steps.iter().filter(|step| which(step)).count();
        Self { wrong: count(|step| *step != Step::Same), said: count(|step| *step != Step::Extra) }
    }
}

impl std::ops::AddAssign for Errors {
    fn add_assign(&mut self, other: Self) {
        self.wrong += other.wrong;
        self.said += other.said;
    }
}

/// The steps from `said` to `heard`, as few of them as can be other than [`Step::Same`].
#[must_use]
pub fn align(said: &[char], heard: &[char]) -> Vec<Step> {
    let mut steps = Vec::with_capacity(said.len().max(heard.len()));
    into(said, heard, &mut steps);
    steps
}

fn into(said: &[char], heard: &[char], steps: &mut Vec<Step>) {
    match (said, heard) {
        ([], _) => steps.extend(std::iter::repeat_n(Step::Extra, heard.len())),
        (_, []) => steps.extend(std::iter::repeat_n(Step::Missing, said.len())),
        ([one], _) => {
            // Where it was heard, else anywhere.
            let at = heard.iter().position(|character| character == one);
            let step = if at.is_some() { Step::Same } else { Step::Changed };
            let at = at.unwrap_or(0);
            steps.extend(std::iter::repeat_n(Step::Extra, at));
            steps.push(step);
            steps.extend(std::iter::repeat_n(Step::Extra, heard.len() - at - 1));
        }
        _ => {
            let (first, second) = said.split_at(said.len() / 2);
            let ahead = costs(first.iter(), heard.iter());
            let back = costs(second.iter().rev(), heard.iter().rev());
            let whole = ahead.iter().zip(back.iter().rev()).map(|(ahead, back)| ahead + back);
            let cut = whole.enumerate().min_by_key(|(_, cost)| *cost).map_or(0, |(at, _)| at);
            into(first, &heard[..cut], steps);
            into(second, &heard[cut..], steps);
        }
    }
}

/// Levenshtein's distance of `said` to every beginning of `heard`.
fn costs<'a>(
    said: impl Iterator<Item = &'a char>,
    heard: impl Iterator<Item = &'a char> + Clone,
) -> Vec<usize> {
    let mut row: Vec<usize> = (0..=heard.clone().count()).collect();
    for (index, one) in said.enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (at, other) in heard.clone().enumerate() {
            let best = (diagonal + usize::from(one != other)).min(row[at] + 1).min(row[at + 1] + 1);
            diagonal = std::mem::replace(&mut row[at + 1], best);
        }
    }
    row
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use proptest::prelude::*;

    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn each_kind_of_error_is_counted_once() {
        use Step::{Changed, Extra, Missing, Same};
        let steps = align(&chars("曙光里八号楼"), &chars("阳光里号楼啊"));
        assert_eq!(steps, [Changed, Same, Same, Missing, Same, Same, Extra]);
        assert_eq!(Errors::of(&steps), Errors { wrong: 3, said: 6 });
        assert_eq!(Errors::of(&align(&[], &chars("啊"))), Errors { wrong: 1, said: 0 });
    }

    #[test]
    fn a_rate_of_nothing_said_is_none() {
        assert_eq!(Errors::default().percent(), None);
        assert_eq!(Errors { wrong: 1, said: 4 }.percent(), Some(25.0));
    }

    proptest! {
        #[test]
        fn the_steps_lead_from_one_to_the_other_and_are_the_fewest(said in "[abc]{0,30}", heard in "[abc]{0,30}") {
            let (said, heard) = (chars(&said), chars(&heard));
            let steps = align(&said, &heard);
            let (mut from, mut to) = (said.iter(), heard.iter());
            for step in &steps {
                match step {
                    Step::Same => prop_assert_eq!(from.next(), to.next()),
                    Step::Changed => prop_assert_ne!(from.next(), to.next()),
                    Step::Missing => prop_assert!(from.next().is_some()),
                    Step::Extra => prop_assert!(to.next().is_some()),
                }
            }
            prop_assert_eq!((from.next(), to.next()), (None, None));
            let fewest = *costs(said.iter(), heard.iter()).last().unwrap();
            prop_assert_eq!(Errors::of(&steps).wrong, fewest);
        }
    }
}
