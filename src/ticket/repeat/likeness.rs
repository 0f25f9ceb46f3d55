//! How alike two matters are: a sum of what speaks for it and against it. Pure.

use super::place::{Nearness, Parts};
use super::wording::Wording;
use crate::domain::{Matter, RepeatReason};

/// From this score on it is the same matter.
pub const LIKE_ENOUGH: f32 = 4.0;

const SAME_PLACE: f32 = 3.0;
const PLACE_IN_PART: f32 = 2.5;
/// Of the whole city's part only, and of a place that is not known: little and nothing.
const SAME_UNIT: f32 = 1.0;
const SAME_TOPIC: f32 = 3.0;
/// Both say what it is, and it is not the same.
const OTHER_TOPIC: f32 = -3.0;
const SAME_CATEGORY: f32 = 1.0;
const OTHER_CATEGORY: f32 = -0.7;
/// All words of the shorter text in common; where no topic is named they must speak for themselves.
const SAME_WORDS: f32 = 2.0;
const SAME_CALLER: f32 = 1.5;
/// Words in common from which on they are a reason.
const WORDS_SHOWN_FROM: f32 = 0.3;

/// What two matters have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    /// At least [`LIKE_ENOUGH`].
    pub score: f32,
    /// What speaks for it, the weightiest first.
    pub reasons: Vec<RepeatReason>,
}

/// How alike a matter is to an earlier one; nothing where it is another matter.
#[must_use]
pub fn likeness(new: &Matter, old: &Matter) -> Option<Likeness> {
    let wording = |matter: &Matter| Wording::read(&matter.words, &matter.place, &matter.names);
    let (ours, theirs) = (wording(new), wording(old));
    let same_caller = new.numbers.iter().any(|number| old.numbers.contains(number));
    let nearness = Parts::read(&new.place, &new.names).nearness(&Parts::read(&old.place, &old.names));
    let mut reasons = Vec::new();
    let mut score = match nearness {
        Nearness::Same => {
            reasons.push(RepeatReason::SamePlace);
            SAME_PLACE
        }
        Nearness::InPart => {
            reasons.push(RepeatReason::PlaceInPart);
            PLACE_IN_PART
        }
        Nearness::Around if ours.reaches_around(&theirs) => {
            reasons.push(RepeatReason::PlaceAround);
            PLACE_IN_PART
        }
        Nearness::UnitOnly => SAME_UNIT,
        // Who calls again need not say the place again.
        Nearness::Unknown if same_caller => 0.0,
        Nearness::Around | Nearness::Unknown | Nearness::Elsewhere => return None,
    };
    let overlap = ours.overlap(&theirs);
    let shared = ours.shared_topics(&theirs);
    let words = ours.shared_words(&theirs);
    score += SAME_WORDS * overlap;
    if shared > 0.0 {
        score += SAME_TOPIC * shared;
        reasons.push(RepeatReason::Words { words });
    } else if ours.has_topic() && theirs.has_topic() {
        score += OTHER_TOPIC;
    } else if overlap < WORDS_SHOWN_FROM {
        // Nothing says that it is the same thing.
        return None;
    }
    match (&new.category, &old.category) {
        (Some(ours), Some(theirs)) if ours == theirs => {
            score += SAME_CATEGORY;
            reasons.push(RepeatReason::SameCategory);
        }
        (Some(_), Some(_)) => score += OTHER_CATEGORY,
        (None, _) | (_, None) => {}
    }
    if same_caller {
        score += SAME_CALLER;
        reasons.push(RepeatReason::SameCaller);
    }
    (score >= LIKE_ENOUGH).then_some(Likeness { score, reasons })
}
