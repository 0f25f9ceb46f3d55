//! The clocks of a ticket: how long each step of the work may take, in minutes around the clock or in workdays.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::Urgency;

/// How long a step may take. Minutes are shorter than workdays, whatever their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Minutes, which run around the clock.
    Minutes(u32),
    /// Workdays of the calendar.
    Workdays(u32),
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, unit) = text.trim().split_once(' ').unwrap_or((text, ""));
        match (number.parse::<u32>().ok().filter(|number| *number > 0), unit.trim()) {
            (Some(minutes), "minute" | "minutes") => Ok(Self::Minutes(minutes)),
            (Some(days), "workday" | "workdays") => Ok(Self::Workdays(days)),
            _ => Err(format!("`{text}` is no clock; write it as `30 minutes` or `5 workdays`")),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = match self {
            Self::Minutes(number) => (number, "minute"),
            Self::Workdays(number) => (number, "workday"),
        };
        write!(f, "{number} {unit}{}", if *number == 1 { "" } else { "s" })
    }
}

/// The clocks of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Clocks {
    /// From the call to the department's list.
    pub dispatch: Limit,
    /// Until the department has accepted it.
    pub receipt: Limit,
    /// Until somebody has spoken with the caller.
    pub first_contact: Limit,
    /// Until the department has answered.
    pub finish: Limit,
    /// From the answer until the caller was asked about it.
    pub call_back: Limit,
}

impl Clocks {
    /// What holds where a taxonomy says nothing.
    pub(super) const fn usual(urgency: Urgency) -> Self {
        use Limit::{Minutes, Workdays};
        match urgency {
            Urgency::Critical => Self {
                dispatch: Minutes(5),
                receipt: Minutes(15),
                first_contact: Minutes(30),
                finish: Workdays(1),
                call_back: Workdays(1),
            },
            Urgency::Urgent => Self {
                dispatch: Minutes(15),
                receipt: Minutes(30),
                first_contact: Minutes(120),
                finish: Workdays(2),
                call_back: Workdays(1),
            },
            Urgency::Ordinary => Self {
                dispatch: Workdays(1),
                receipt: Workdays(1),
                first_contact: Workdays(1),
                finish: Workdays(5),
                call_back: Workdays(3),
            },
        }
    }
}

/// The clocks that something has of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct OwnClocks {
    pub(super) dispatch: Option<Limit>,
    pub(super) receipt: Option<Limit>,
    pub(super) first_contact: Option<Limit>,
    pub(super) finish: Option<Limit>,
    pub(super) call_back: Option<Limit>,
}

impl OwnClocks {
    /// These over others; each by `choose(own, other)` where there is an own one.
    pub(super) fn over(&self, others: Clocks, choose: fn(Limit, Limit) -> Limit) -> Clocks {
        let pick = |own: Option<Limit>, other| own.map_or(other, |own| choose(own, other));
        Clocks {
            dispatch: pick(self.dispatch, others.dispatch),
            receipt: pick(self.receipt, others.receipt),
            first_contact: pick(self.first_contact, others.first_contact),
            finish: pick(self.finish, others.finish),
            call_back: pick(self.call_back, others.call_back),
        }
    }
}

/// The clocks by urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClocksByUrgency {
    pub(super) ordinary: Clocks,
    pub(super) urgent: Clocks,
    pub(super) critical: Clocks,
}

impl ClocksByUrgency {
    pub(super) const fn of(&self, urgency: Urgency) -> Clocks {
        match urgency {
            Urgency::Ordinary => self.ordinary,
            Urgency::Urgent => self.urgent,
            Urgency::Critical => self.critical,
        }
    }
}
