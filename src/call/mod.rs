//! The calls. A call enters as an [`IncomingLeg`](crate::gateway::IncomingLeg); its session answers it, greets
//! the caller, calls a seat, joins the two and records both, until it ends. What happens leaves through the
//! [`Desk`]. In the order of a call: [`Hotline`] (what all calls share), `session` (its stages), `party` (one
//! side), `leg` (its sound: `clock`, `outgoing`, `relayed`), `fan_out` ([`recording`] and ears).

mod call_backs;
mod caller_id;
mod clock;
mod desk;
mod exchange;
mod fan_out;
mod follow_ups;
mod hearing;
mod hours;
mod keyed;
mod leg;
mod mixer;
mod numbering;
mod outgoing;
mod outside;
mod party;
mod phrases;
pub mod prompts;
mod reception;
pub mod recording;
mod relayed;
mod seats;
mod session;
mod talks;
mod tones;
mod window;

pub use clock::CallClock;
pub use desk::{Desk, Ears};
pub use exchange::{Hotline, take_up_calls};
pub use follow_ups::{DueCallBack, FollowUpRefused, FollowUps};
pub use hours::{Calendar, Hours, HoursError};
pub use leg::{Heard, MediaLeg};
pub use numbering::Numbering;
pub use outgoing::Sound;
pub use outside::{Outside, Way};
pub use phrases::{PhraseBook, Phrases};
pub use reception::Reception;
pub use seats::{
    AgentWish, AgentWishRefused, Claim, ClaimedSeat, Missed, Patience, QueueFigures, Seat, Seats,
};
pub use session::RatingPrompts;
pub use talks::{Refusal, Talks, Wish};
