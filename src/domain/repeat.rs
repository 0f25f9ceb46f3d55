//! Calls about the same matter: what they are compared by, what was found, and why.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids::{CallId, CategoryCode, TicketId};
use super::ticket::TicketState;

/// What one ticket, or one in the making, is compared with others by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// What it is, in a line.
    pub title: String,
    /// Where it is, as the caller said it.
    pub place: String,
    /// The gazetteer's names in it.
    pub names: Vec<String>,
    /// Its category.
    pub category: Option<CategoryCode>,
    /// Title and what happened.
    pub words: String,
    /// The numbers of who called: the trunk's, and the one to call back.
    pub numbers: Vec<String>,
}

/// An earlier ticket that may be on the same matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Repeat {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The number people say.
    pub number: String,
    /// The call it came from.
    pub call_id: CallId,
    /// Where it stands.
    pub state: TicketState,
    /// What it is, in a line.
    pub title: String,
    /// Where it is.
    pub place: String,
    /// When it was confirmed.
    pub confirmed_at: Timestamp,
    /// How much speaks for it; only what reaches the limit is listed.
    pub score: f32,
    /// Why, the weightiest first.
    pub reasons: Vec<RepeatReason>,
}

/// What two matters have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum RepeatReason {
    /// The same place, in all that both say of it.
    SamePlace,
    /// One says more of the place than the other.
    PlaceInPart,
    /// Another building or number of the same estate or road, and a matter that concerns all of it.
    PlaceAround,
    /// The same category.
    SameCategory,
    /// Words for the same thing.
    Words {
        /// As they stand in the newer of the two.
        words: Vec<String>,
    },
    /// The same caller's number.
    SameCaller,
}

/// Several tickets on one matter within days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Recurring {
    /// The tickets, the oldest first; at least three.
    pub tickets: Vec<TicketId>,
    /// The newest ticket's number.
    pub number: String,
    /// The newest ticket's line.
    pub title: String,
    /// Where it is.
    pub place: String,
    /// When the oldest of them was confirmed.
    pub since: Timestamp,
}
