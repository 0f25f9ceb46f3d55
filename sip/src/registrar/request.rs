//! What a REGISTER asks for (RFC 3261 §10.2, §10.3 steps 5–7): Contacts and how long they shall hold.

use crate::message::{Essentials, HeaderName, Headers, NameAddr, Uri, WireText, number};

/// How long a binding shall hold where an Expires says something that is no number (RFC 3261 §10.2.1.1).
const UNREADABLE_EXPIRES_S: u32 = 3_600;
/// A longer Contact is no phone's.
const MAX_CONTACT_BYTES: usize = 512;
/// A longer Call-ID is no phone's.
const MAX_CALL_ID_BYTES: usize = 256;
/// So many words of User-Agent are kept.
const MAX_USER_AGENT_CHARS: usize = 100;

/// One REGISTER, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wishes {
    pub(crate) kind: Wish,
    pub(crate) call_id: WireText,
    pub(crate) cseq: u32,
    pub(crate) user_agent: Option<String>,
}

/// What it wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wish {
    /// No Contact: only the list.
    Query,
    /// `*`: all shall go.
    RemoveAll,
    /// These shall hold for so many seconds, or for as long as we like; 0 takes one away.
    Bind(Vec<(Uri, Option<u32>)>),
}

/// Why a REGISTER cannot be read; the words go into the reason phrase of a 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WishError {
    #[error("Bad Contact")]
    Contact,
    #[error("Contact Too Long")]
    ContactTooLong,
    #[error("Call-ID Too Long")]
    CallIdTooLong,
    #[error("Wildcard Contact Not Alone Or Without Expires 0")]
    Wildcard,
}

impl Wishes {
    pub(crate) fn read(headers: &Headers, read: &Essentials) -> Result<Self, WishError> {
        if read.call_id.as_bytes().len() > MAX_CALL_ID_BYTES {
            return Err(WishError::CallIdTooLong);
        }
        let expires = headers.get(&HeaderName::Expires).map(seconds);
        let contacts: Vec<_> = headers.members(&HeaderName::Contact).collect();
        let kind = match contacts.as_slice() {
            [] => Wish::Query,
            [only] if only.as_bytes() == b"*" && expires == Some(0) => Wish::RemoveAll,
            all if all.iter().any(|contact| contact.as_bytes() == b"*") => return Err(WishError::Wildcard),
            all => {
                let bind = |contact| bound(contact, expires);
                Wish::Bind(all.iter().map(bind).collect::<Result<_, _>>()?)
            }
        };
        let user_agent = headers.get(&HeaderName::UserAgent);
        let user_agent =
            user_agent.map(|words| words.to_lossy().chars().take(MAX_USER_AGENT_CHARS).collect());
        Ok(Self { kind, call_id: read.call_id.detached(), cseq: read.cseq.number, user_agent })
    }
}

fn bound(contact: &WireText, header: Option<u32>) -> Result<(Uri, Option<u32>), WishError> {
    if contact.as_bytes().len() > MAX_CONTACT_BYTES {
        return Err(WishError::ContactTooLong);
    }
    let contact = NameAddr::parse(&contact.detached()).map_err(|_| WishError::Contact)?;
    if !contact.uri.is_sip() {
        return Err(WishError::Contact);
    }
    let expires = contact.params.value("expires").map(seconds).or(header);
    Ok((contact.uri, expires))
}

/// Seconds of Expires or of the `expires` parameter.
fn seconds(text: &WireText) -> u32 {
    number(text.as_bytes()).unwrap_or(UNREADABLE_EXPIRES_S)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    fn kind(lines: &[(HeaderName, &str)]) -> Result<Wish, WishError> {
        let mut headers = Headers::default();
        for (name, value) in [
            (HeaderName::Via, "SIP/2.0/UDP h;branch=z9hG4bK1"),
            (HeaderName::From, "<sip:8001@h>;tag=1"),
            (HeaderName::To, "<sip:8001@h>"),
            (HeaderName::CallId, "c"),
            (HeaderName::CSeq, "1 REGISTER"),
        ] {
            headers.push(name, value);
        }
        for (name, value) in lines {
            headers.push(name.clone(), *value);
        }
        let read = Essentials::read(&headers).unwrap();
        Wishes::read(&headers, &read).map(|wishes| wishes.kind)
    }

    fn contact(value: &str) -> (HeaderName, &str) {
        (HeaderName::Contact, value)
    }

    fn expires(value: &str) -> (HeaderName, &str) {
        (HeaderName::Expires, value)
    }

    #[test]
    fn a_contacts_own_time_goes_before_that_of_the_header() {
        let Ok(Wish::Bind(bound)) =
            kind(&[contact("<sip:a@h>;expires=60, <sip:b@h>"), contact("sip:c@h;expires=0"), expires("120")])
        else {
            panic!("not read");
        };
        let times: Vec<_> = bound.iter().map(|(_, seconds)| *seconds).collect();
        assert_eq!(times, [Some(60), Some(120), Some(0)]);
    }

    #[test]
    fn without_a_time_it_is_ours_to_choose_and_one_that_is_no_number_is_an_hour() {
        let uri = || "sip:a@h".parse().unwrap();
        assert_eq!(kind(&[contact("<sip:a@h>")]), Ok(Wish::Bind(vec![(uri(), None)])));
        let unreadable = [contact("<sip:a@h>"), expires("99999999999")];
        assert_eq!(kind(&unreadable), Ok(Wish::Bind(vec![(uri(), Some(3_600))])));
    }

    #[test]
    fn the_wildcard_stands_alone_and_with_expires_0() {
        assert_eq!(kind(&[contact("*"), expires("0")]), Ok(Wish::RemoveAll));
        for lines in [
            vec![contact("*")],
            vec![contact("*"), expires("1")],
            vec![contact("*"), contact("<sip:a@h>"), expires("0")],
        ] {
            assert_eq!(kind(&lines), Err(WishError::Wildcard));
        }
    }

    #[test]
    fn a_contact_that_is_no_sip_uri_or_too_long_is_refused() {
        assert_eq!(kind(&[contact("<tel:8001>")]), Err(WishError::Contact));
        assert_eq!(kind(&[contact("<sip:a@h")]), Err(WishError::Contact));
        let long = format!("<sip:{}@h>", "a".repeat(600));
        assert_eq!(kind(&[contact(&long)]), Err(WishError::ContactTooLong));
    }

    #[test]
    fn without_contact_it_is_a_question() {
        assert_eq!(kind(&[expires("0")]), Ok(Wish::Query));
    }
}
