//! What a ticket needs before a department can work on it, and how a draft becomes one. Pure.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use super::repeat::{keys, matter_of};
use super::values::parse;
use crate::domain::{CategoryCode, DepartmentCode, Draft, FieldKey, Urgency};
use crate::store::NewTicket;

/// The fields without which nobody can work on a ticket. What the matter is may stand in the title or in what
/// happened.
pub const REQUIRED: [FieldKey; 3] = [FieldKey::Title, FieldKey::Category, FieldKey::Department];

/// The fields that are missing for a ticket, in the form's order.
#[must_use]
pub fn missing(draft: &Draft) -> Vec<FieldKey> {
    let has = |key: FieldKey| draft.fields.get(&key).is_some_and(|field| !field.value.trim().is_empty());
    REQUIRED
        .into_iter()
        .filter(|&key| !(has(key) || key == FieldKey::Title && has(FieldKey::Subject)))
        .collect()
}

/// The ticket that a draft gives when confirmed at `at`; `caller_number` is the
/// trunk's, `identities` are the caller's names and numbers, `day` is that moment's day where the hotline is.
///
/// # Errors
///
/// The missing fields.
pub fn prepare(
    draft: Draft,
    caller_number: &str,
    identities: Vec<String>,
    at: Timestamp,
    day: Date,
) -> Result<NewTicket, Vec<FieldKey>> {
    let missing = missing(&draft);
    if !missing.is_empty() {
        return Err(missing);
    }
    let matter = matter_of(&draft, caller_number);
    let value = |key| draft.fields.get(&key).map_or("", |field| field.value.as_str());
    Ok(NewTicket {
        category: CategoryCode::from(value(FieldKey::Category)),
        department: DepartmentCode::from(value(FieldKey::Department)),
        urgency: parse(value(FieldKey::Urgency)).unwrap_or(Urgency::Ordinary),
        // Who does not want to be named is not to be found out by name, number or voice either.
        confidential: [FieldKey::Confidential, FieldKey::Anonymous].iter().any(|key| value(*key) == "true"),
        keys: keys(&matter),
        matter,
        draft,
        identities,
        outcomes: BTreeMap::new(),
        confirmed_at: at,
        day,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::domain::{CallId, Field, FilledBy};

    fn draft(fields: &[(FieldKey, &str)]) -> Draft {
        let field = |value: &str| Field {
            value: value.to_owned(),
            confidence: 1.0,
            filled_by: FilledBy::Agent,
            evidence: Vec::new(),
            reason: String::new(),
        };
        Draft {
            call_id: CallId::new(),
            revision: 1,
            fields: fields.iter().map(|(key, value)| (*key, field(value))).collect::<BTreeMap<_, _>>(),
            categories: Vec::new(),
            questions: Vec::new(),
        }
    }

    fn prepared(fields: &[(FieldKey, &str)]) -> Result<NewTicket, Vec<FieldKey>> {
        prepare(draft(fields), "", Vec::new(), Timestamp::UNIX_EPOCH, Date::constant(2026, 11, 22))
    }

    #[test]
    fn an_empty_draft_says_all_that_is_missing() {
        assert_eq!(prepared(&[]).unwrap_err(), REQUIRED);
    }

    #[test]
    fn what_happened_stands_in_for_a_title() {
        let ticket = prepared(&[
            (FieldKey::Subject, "下水道堵了"),
            (FieldKey::Category, "04-02"),
            (FieldKey::Department, "livelihood"),
        ])
        .unwrap();
        assert_eq!((ticket.urgency, ticket.confidential), (Urgency::Ordinary, false));
    }

    #[test]
    fn blanks_are_nothing() {
        let fields = [(FieldKey::Title, " "), (FieldKey::Category, "04-02"), (FieldKey::Department, "x")];
        assert_eq!(prepared(&fields).unwrap_err(), [FieldKey::Title]);
    }

    #[test]
    fn urgency_and_confidentiality_are_taken_from_their_fields() {
        let ticket = prepared(&[
            (FieldKey::Title, "煤气味"),
            (FieldKey::Category, "03-01"),
            (FieldKey::Department, "safety"),
            (FieldKey::Urgency, "critical"),
            (FieldKey::Confidential, "true"),
        ])
        .unwrap();
        assert_eq!((ticket.urgency, ticket.confidential), (Urgency::Critical, true));
    }

    #[test]
    fn who_does_not_want_to_be_named_is_confidential() {
        let matter =
            [(FieldKey::Title, "偷排"), (FieldKey::Category, "04-06"), (FieldKey::Department, "environment")];
        let with = |more: &[(FieldKey, &str)]| prepared(&[&matter[..], more].concat()).unwrap().confidential;
        assert!(with(&[(FieldKey::Anonymous, "true")]));
        assert!(!with(&[(FieldKey::Anonymous, "false"), (FieldKey::CallBack, "true")]));
    }
}
