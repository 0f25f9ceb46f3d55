//! What of a ticket says who or where: the values and words of such fields, the machine's and people's, also those
//! that were corrected.

use crate::domain::{Draft, FieldKey};
use crate::store::{ConfirmedTicket, said};

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
                secrets.list(*key).extend(said(field.clone()));
            }
        }
        for edit in ticket.edits.iter().filter(|edit| tells_who_or_where(edit.field)) {
            secrets.list(edit.field).push(edit.value.clone());
        }
        secrets
    }

    fn list(&mut self, key: FieldKey) -> &mut Vec<String> {
        if key == FieldKey::Person { &mut self.people } else { &mut self.others }
    }
}
