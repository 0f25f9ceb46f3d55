//! What of a ticket says who or where: the values and words of such fields, the machine's and people's, also those
//! that were corrected.

use crate::domain::{Draft, FieldKey};
use crate::store::{ConfirmedTicket, said};
use crate::understanding::surname_of;

/// A party in so few characters that do not begin with a surname has no name.
const COMMON_LENGTH: usize = 2;

/// The fields whose words are the matter itself, by their names in the interface. The words of every other field
/// are taken out, so that a field that comes later is taken out until somebody lists it here.
const OF_THE_MATTER: [&str; 12] = [
    "title",
    "kind",
    "category",
    "urgency",
    "time",
    "subject",
    "wish",
    "summary",
    "department",
    "confidential",
    "anonymous",
    "call_back",
];

/// Whether the words of a field are taken out.
pub(super) fn tells_who_or_where(key: FieldKey) -> bool {
    let name = serde_json::to_value(key).ok();
    !name.as_ref().and_then(|name| name.as_str()).is_some_and(|name| OF_THE_MATTER.contains(&name))
}

/// What must not stand in an example.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// Names of people.
    pub people: Vec<String>,
    /// Addresses, numbers, and whatever else a field held.
    pub others: Vec<String>,
}

impl Secrets {
    /// All that a ticket's fields ever held, and what the machine reads from its turns.
    #[must_use]
    pub fn of(ticket: &ConfirmedTicket, machine: &Draft) -> Self {
        let mut secrets = Self { people: ticket.identities.clone(), others: Vec::new() };
        for draft in [machine, &ticket.draft] {
            for (key, field) in draft.fields.iter().filter(|(key, _)| tells_who_or_where(**key)) {
                secrets.list(*key).extend(said(field.clone()).filter(|words| !is_common(*key, words)));
            }
        }
        for edit in ticket.edits.iter().filter(|edit| tells_who_or_where(edit.field)) {
            let words = Some(edit.value.clone()).filter(|words| !is_common(edit.field, words));
            secrets.list(edit.field).extend(words);
        }
        secrets
    }

    fn list(&mut self, key: FieldKey) -> &mut Vec<String> {
        if key == FieldKey::Person { &mut self.people } else { &mut self.others }
    }
}

/// Who is complained about and not by name: 物业, 工地, 邻居. That is what the matter is about.
pub(super) fn is_common(key: FieldKey, words: &str) -> bool {
    let chars: Vec<char> = words.chars().collect();
    key == FieldKey::Against && chars.len() <= COMMON_LENGTH && surname_of(&chars, 0).is_none()
}
