//! Repeat calls: same matter, same place, within a window. In: a draft or a ticket. Out: earlier tickets with the
//! reasons that speak for each, and, at the third ticket on one matter within days, an event. What two matters
//! have in common is judged here, purely; where to look is the store's, by keys made here.

mod find;
mod likeness;
mod place;
mod topics;
mod wording;

pub use find::{LOOKED_BACK, RECURRING_WITHIN, candidates, recurring};
pub use likeness::{LIKE_ENOUGH, Likeness, likeness};

use crate::domain::{CategoryCode, Draft, FieldKey, Matter};
use place::Parts;

/// Digits from which a number is somebody's: the last of them are compared, since a trunk may put a prefix before.
const NUMBER_DIGITS: usize = 8;

/// What a draft is compared by; `caller_number` is the trunk's.
#[must_use]
pub fn matter_of(draft: &Draft, caller_number: &str) -> Matter {
    let value = |key| draft.fields.get(&key).map_or("", |field| field.value.trim());
    let place = draft.fields.get(&FieldKey::Place);
    let names = place.and_then(|field| field.reason.strip_prefix("place:")).unwrap_or_default();
    let mut numbers: Vec<String> =
        [caller_number, value(FieldKey::Phone)].into_iter().filter_map(number_key).collect();
    numbers.dedup();
    let (title, subject) = (value(FieldKey::Title), value(FieldKey::Subject));
    Matter {
        title: if title.is_empty() { subject } else { title }.chars().take(TITLE_CHARS).collect(),
        place: place.map_or("", |field| field.value.trim()).to_owned(),
        names: names.split('/').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        category: Some(value(FieldKey::Category)).filter(|code| !code.is_empty()).map(CategoryCode::from),
        words: format!("{title}\n{subject}"),
        numbers,
    }
}

/// A title taken from what happened is no longer than a line.
const TITLE_CHARS: usize = 40;

/// The keys under which a matter is found again.
#[must_use]
pub fn keys(matter: &Matter) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for name in Parts::read(&matter.place, &matter.names).keys() {
        if let Some(category) = &matter.category {
            keys.push(format!("{name}/{category}"));
        }
        keys.push(name);
    }
    keys.extend(matter.numbers.iter().map(|number| format!("n{number}")));
    keys.sort();
    keys.dedup();
    keys
}

fn number_key(number: &str) -> Option<String> {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    digits.len().checked_sub(NUMBER_DIGITS).map(|from| digits[from..].iter().collect())
}
