//! What may stand in a field. Codes must be known; text is free but bounded. Pure.

use serde::de::DeserializeOwned;

use super::Rules;
use crate::domain::{CategoryCode, DepartmentCode, FieldKey, RequestKind, Urgency};
use crate::numerals::identity::{hidden, is_hidden};

/// Characters of a field at most: a long complaint, not a book.
const MAX_CHARS: usize = 4_000;
/// Characters of a one-line field at most.
const MAX_LINE_CHARS: usize = 200;

/// Whether a person's value fits a field. Empty always does: it clears the field.
#[must_use]
pub fn accepts(rules: &dyn Rules, field: FieldKey, value: &str) -> bool {
    if value.is_empty() {
        return true;
    }
    match field {
        FieldKey::Kind => parse::<RequestKind>(value).is_some(),
        FieldKey::Urgency => parse::<Urgency>(value).is_some(),
        FieldKey::Confidential | FieldKey::Anonymous | FieldKey::CallBack => {
            matches!(value, "true" | "false")
        }
        FieldKey::IdNumber => is_hidden(value) || hidden(value).is_some(),
        FieldKey::Category => rules.category(&CategoryCode::from(value)).is_some(),
        FieldKey::Department => rules.has_department(&DepartmentCode::from(value)),
        FieldKey::Title
        | FieldKey::Place
        | FieldKey::Against
        | FieldKey::Person
        | FieldKey::Phone
        | FieldKey::EarlierTicket
        | FieldKey::Time => value.chars().count() <= MAX_LINE_CHARS && !value.chars().any(char::is_control),
        FieldKey::Subject | FieldKey::Wish | FieldKey::Summary => {
            value.chars().count() <= MAX_CHARS && !value.chars().any(|c| c.is_control() && c != '\n')
        }
    }
}

/// A person's value as it is kept: of an identity number no more than its ends.
#[must_use]
pub fn kept(field: FieldKey, value: String) -> String {
    if field == FieldKey::IdNumber { hidden(&value).unwrap_or(value) } else { value }
}

/// A code of a field as the enum it names.
pub(super) fn parse<T: DeserializeOwned>(code: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
}
