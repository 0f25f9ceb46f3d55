//! Calls to numbers outside the hotline: where they go, and which of them the city allows.

use std::collections::VecDeque;

use jiesu_sip::message::Uri;
use tokio::sync::watch;

use super::talks::Refusal;
use crate::gateway::Target;

/// Digits of a number that can be dialled: an emergency number has three, E.164 allows fifteen, a prefix some more.
const DIGITS: std::ops::RangeInclusive<usize> = 3..=20;

/// The way out.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    /// The trunks, in turn: where one cannot be reached the next is tried, and one that is known not to answer is not
    /// tried at all while another does.
    pub gateways: Vec<Way>,
    /// The number that those who are called see.
    pub number: String,
    /// The beginnings of the numbers that may be called. Calls cost money: with none, none may.
    pub allowed: Vec<String>,
}

/// A trunk that calls go out by.
#[derive(Debug, Clone)]
pub struct Way {
    /// Such as `sip:203.0.113.5`.
    pub address: Uri,
    /// Whether it answered when it was asked last; nothing: it is not asked.
    pub up: Option<watch::Receiver<bool>>,
}

impl From<Uri> for Way {
    fn from(address: Uri) -> Self {
        Self { address, up: None }
    }
}

impl Way {
    /// Not known to be down.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.up.as_ref().is_none_or(|up| *up.borrow())
    }
}

impl Outside {
    /// The ways to a number as somebody typed it, with blanks and hyphens, in the order to be tried.
    ///
    /// # Errors
    /// Where it is no number, or not an allowed one.
    pub(super) fn ways(&self, typed: &str) -> Result<VecDeque<Target>, Refusal> {
        let number: String = typed.chars().filter(|char| !matches!(char, ' ' | '-')).collect();
        let digits = number.strip_prefix('+').unwrap_or(&number);
        if !DIGITS.contains(&digits.len()) || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(Refusal::NoSuchNumber);
        }
        if self.gateways.is_empty() || !self.allowed.iter().any(|beginning| number.starts_with(beginning)) {
            return Err(Refusal::NotAllowed);
        }
        let way =
            |way: &Way| Target::Address(Uri { user: Some(number.as_str().into()), ..way.address.clone() });
        let up = self.gateways.iter().filter(|way| way.is_up()).map(way);
        let up: VecDeque<_> = up.collect();
        // Where none answers, perhaps only the question is not understood.
        Ok(if up.is_empty() { self.gateways.iter().map(way).collect() } else { up })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn outside(allowed: &[&str]) -> Outside {
        Outside {
            gateways: ["sip:192.0.2.1", "sip:192.0.2.2:5080"]
                .map(|way| way.parse::<Uri>().unwrap().into())
                .into(),
            allowed: allowed.iter().map(|&beginning| beginning.to_owned()).collect(),
            number: "12345".to_owned(),
        }
    }

    #[test]
    fn a_number_goes_by_each_gateway_in_turn() {
        let ways = outside(&["022", "110"]).ways("022-2530 1234").unwrap();
        let ways: Vec<_> = ways.into_iter().map(|way| format!("{way:?}")).collect();
        assert_eq!(ways.len(), 2);
        assert!(outside(&["110"]).ways("110").is_ok());
        let Target::Address(uri) = &outside(&["+86"]).ways("+8613800006921").unwrap()[1] else { panic!() };
        assert_eq!(uri.to_string(), "sip:+8613800006921@192.0.2.2:5080");
    }

    #[test]
    fn a_trunk_that_does_not_answer_is_passed_over_while_another_does() {
        let mut outside = outside(&["110"]);
        let (is_up, up) = watch::channel(false);
        outside.gateways[0].up = Some(up.clone());
        let hosts = |outside: &Outside| -> Vec<_> {
            let ways = outside.ways("110").unwrap().into_iter();
            ways.map(|way| if let Target::Address(uri) = way { uri.host.to_string() } else { panic!() })
                .collect()
        };
        assert_eq!(hosts(&outside), ["192.0.2.2"]);
        outside.gateways[1].up = Some(up);
        assert_eq!(hosts(&outside), ["192.0.2.1", "192.0.2.2"], "all, where none answers");
        is_up.send_replace(true);
        assert_eq!(hosts(&outside), ["192.0.2.1", "192.0.2.2"]);
    }

    #[test]
    fn what_is_no_number_or_not_allowed_is_refused() {
        let outside = outside(&["022"]);
        for wrong in ["", "12", "022@evil.example", "022;transport=tcp", "0222222222222222222222", "八", "+"]
        {
            assert_eq!(outside.ways(wrong), Err(Refusal::NoSuchNumber), "{wrong}");
        }
        for far in ["0086123456", "00443333", "1022222"] {
            assert_eq!(outside.ways(far), Err(Refusal::NotAllowed), "{far}");
        }
        assert_eq!(Outside::default().ways("0222222"), Err(Refusal::NotAllowed));
    }
}
