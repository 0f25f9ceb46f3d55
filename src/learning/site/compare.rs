//! Two models asked about the same held-out texts. In: examples, two ways to answer. Out: [`Comparison`]. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Answer, Example};

/// Of so many texts one is held out.
const ONE_IN: u8 = 5;
/// How many standard deviations of a coin's throws the wins must lead by: one chance in twenty of luck.
const LEAD: f64 = 1.645;

/// Whether a text is one that no model learns from: by its own words, so that it stays held out for ever, and the
/// same words said twice are on the same side.
#[must_use]
pub fn is_held_out(body: &str) -> bool {
    let letters: String = body.chars().filter(|char| char.is_alphanumeric()).collect();
    Sha256::digest(letters.as_bytes()).first().is_some_and(|byte| byte % ONE_IN == 0)
}

/// How well a model answers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// The share of texts whose category it names, 0 to 1.
    pub accuracy: f64,
    /// The mean over categories of the harmonic mean of precision and recall, 0 to 1.
    pub macro_f1: f64,
}

/// How a new model does beside the one in use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// How many texts were asked about.
    pub held_out: usize,
    /// The new model's figures.
    pub new: Figures,
    /// Those of the one in use.
    pub in_use: Figures,
    /// Texts that only the new one has right.
    pub wins: usize,
    /// Texts that only the one in use has right.
    pub losses: usize,
}

impl Comparison {
    /// Whether the new model is better: right where the other is wrong more often than luck would have it, and not
    /// at the cost of rare categories.
    #[must_use]
    pub fn is_better(&self) -> bool {
        let lead = self.wins as f64 - self.losses as f64;
        lead > LEAD * ((self.wins + self.losses) as f64).sqrt() && self.new.macro_f1 >= self.in_use.macro_f1
    }
}

/// Asks both about every text.
#[must_use]
pub fn compare(held_out: &[Example], new: &Answer<'_>, in_use: &Answer<'_>) -> Comparison {
    let answers =
        |answer: &Answer<'_>| held_out.iter().map(|example| answer(&example.body)).collect::<Vec<_>>();
    let (by_new, by_old) = (answers(new), answers(in_use));
    let only = |one: &[Option<String>], other: &[Option<String>]| {
        let right = |said: &Option<String>, example: &Example| said.as_ref() == Some(&example.label);
        let pairs = one.iter().zip(other).zip(held_out);
        pairs.filter(|((one, other), example)| right(one, example) && !right(other, example)).count()
    };
    Comparison {
        held_out: held_out.len(),
        wins: only(&by_new, &by_old),
        losses: only(&by_old, &by_new),
        new: figures(held_out, &by_new),
        in_use: figures(held_out, &by_old),
    }
}

/// Texts of a category, answers that name it, and both at once.
#[derive(Default)]
struct Counts {
    texts: usize,
    answers: usize,
    right: usize,
}

fn figures(examples: &[Example], answers: &[Option<String>]) -> Figures {
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    for (example, answer) in examples.iter().zip(answers) {
        let label = example.label.as_str();
        counts.entry(label).or_default().texts += 1;
        if let Some(answer) = answer {
            counts.entry(answer).or_default().answers += 1;
            counts.entry(label).or_default().right += usize::from(answer == label);
        }
    }
    let right: usize = counts.values().map(|count| count.right).sum();
    // A category that no held-out text has says nothing; answering it wrongly shows in the accuracy.
    let asked: Vec<&Counts> = counts.values().filter(|count| count.texts > 0).collect();
    let f1 = |count: &&Counts| 2.0 * count.right as f64 / (count.texts + count.answers) as f64;
    Figures {
        accuracy: right as f64 / examples.len().max(1) as f64,
        macro_f1: asked.iter().map(f1).sum::<f64>() / asked.len().max(1) as f64,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn examples(count: usize) -> Vec<Example> {
        (0..count)
            .map(|index| Example {
                title: String::new(),
                body: format!("{index}"),
                label: if index % 4 == 0 { "rare" } else { "common" }.to_owned(),
            })
            .collect()
    }

    fn always(label: &'static str) -> Answer<'static> {
        Box::new(move |_| Some(label.to_owned()))
    }

    #[test]
    fn figures_are_those_of_a_hand_count() {
        let silent: Answer<'_> = Box::new(|_| None);
        let told = compare(&examples(8), &always("common"), &silent);
        // Six of eight; F1 of common 2·6/(6+8), of rare 0.
        assert_eq!(told.new, Figures { accuracy: 0.75, macro_f1: 6.0 / 14.0 });
        assert_eq!(told.in_use, Figures { accuracy: 0.0, macro_f1: 0.0 });
        assert_eq!((told.held_out, told.wins, told.losses), (8, 6, 0));
    }

    #[test]
    fn the_same_model_is_not_better_than_itself() {
        assert!(!compare(&examples(100), &always("common"), &always("common")).is_better());
    }

    #[test]
    fn a_lead_that_may_be_luck_is_not_better() {
        let figures = Figures { accuracy: 0.5, macro_f1: 0.5 };
        let told = |wins, losses| Comparison { held_out: 100, new: figures, in_use: figures, wins, losses };
        assert!(!told(6, 4).is_better());
        assert!(told(16, 4).is_better());
        assert!(!told(4, 16).is_better());
    }

    #[test]
    fn more_right_answers_at_the_cost_of_rare_categories_are_not_better() {
        let told = compare(&examples(100), &always("common"), &always("rare"));
        assert!(told.wins > told.losses && told.is_better());
        let worse = Comparison { new: Figures { accuracy: 0.75, macro_f1: 0.1 }, ..told };
        assert!(!worse.is_better());
    }

    #[test]
    fn about_a_fifth_is_held_out_and_marks_do_not_count() {
        let held = (0..1_000).filter(|index| is_held_out(&format!("电梯坏了{index}"))).count();
        assert!((150..260).contains(&held), "{held}");
        assert_eq!(is_held_out("电梯坏了。"), is_held_out("电梯，坏了"));
    }
}
