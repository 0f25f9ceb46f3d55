//! The one error of the HTTP side: a status, a code that the web translates, and a plain English line.
//! Internal text (SQL, paths) is logged here once and never leaves.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::{AgentWishRefused, FollowUpRefused, Refusal};
use crate::domain::FieldKey;
use crate::store::StoreError;
use crate::ticket::DraftingError;

/// When to come back while the database fails.
const RETRY_AFTER_S: u64 = 2;

/// The body of every answer that is not a success.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// What went wrong; the web has a sentence for each in every language.
    pub code: ProblemCode,
    /// The same in plain English, for people who read the wire.
    pub message: String,
    /// The fields that a ticket still needs (`ticket_incomplete`), or that are wrong (`bad_value`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub fields: Vec<FieldKey>,
    /// Seconds to wait before another try (`too_many_attempts`, `unavailable`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// The request could not be read.
    BadRequest,
    /// A value does not fit its field.
    BadValue,
    /// Nobody is signed in, or the session is over.
    NotSignedIn,
    /// No such name, or not its password.
    WrongPassword,
    /// Too many wrong passwords, or open streams, for now.
    TooManyAttempts,
    /// This role may not do that.
    Forbidden,
    /// The request came from another site's page.
    CrossSite,
    /// There is no such thing, or not for this viewer.
    NotFound,
    /// The call's ticket is confirmed already.
    AlreadyConfirmed,
    /// The draft changed since it was last seen; look again before confirming.
    DraftChanged,
    /// The same edit identity was used for another change.
    EditConflict,
    /// The ticket still needs fields.
    TicketIncomplete,
    /// No seat of the settings has this person as its agent.
    NoSeat,
    /// The page of the person's seat is not connected.
    SeatOffline,
    /// The requested part lies outside the recording.
    RangeNotSatisfiable,
    /// The body is larger than any honest request.
    TooLarge,
    /// The talk is not in a state for this.
    NotNow,
    /// No such extension, and no telephone number.
    NoSuchNumber,
    /// The settings do not allow calls to this number.
    NumberNotAllowed,
    /// The seat talks, or is away.
    SeatBusy,
    /// Another supervisor is in the call.
    Supervised,
    /// Somebody else takes care of what the call left to do.
    FollowUpTaken,
    /// The database does not answer for the moment; calls go on.
    Unavailable,
    /// A fault of the service.
    Internal,
}

impl ProblemCode {
    const fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::NotSignedIn | Self::WrongPassword => StatusCode::UNAUTHORIZED,
            Self::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
            Self::Forbidden | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::AlreadyConfirmed
            | Self::DraftChanged
            | Self::EditConflict
            | Self::NotNow
            | Self::SeatBusy
            | Self::NoSeat
            | Self::SeatOffline
            | Self::Supervised
            | Self::FollowUpTaken => StatusCode::CONFLICT,
            Self::TicketIncomplete | Self::BadValue | Self::NoSuchNumber | Self::NumberNotAllowed => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::RangeNotSatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::BadRequest => "The request could not be read.",
            Self::BadValue => "The value does not fit the field.",
            Self::NotSignedIn => "Sign in first.",
            Self::WrongPassword => "The name or the password is wrong.",
            Self::TooManyAttempts => "Too many attempts. Wait and try again.",
            Self::Forbidden => "Your role may not do this.",
            Self::CrossSite => "Requests from other sites are refused.",
            Self::NotFound => "There is no such thing, or you may not see it.",
            Self::AlreadyConfirmed => "This call's ticket is confirmed already.",
            Self::DraftChanged => "The draft has changed since you saw it. Look again.",
            Self::EditConflict => "This edit's identity belongs to another change.",
            Self::TicketIncomplete => "The ticket still needs some fields.",
            Self::SeatOffline => "Your seat's page is not connected. Connect its sound first.",
            Self::RangeNotSatisfiable => "The recording has no such part.",
            Self::TooLarge => "The request is too large.",
            Self::NotNow => "That cannot be done at this point of the talk.",
            Self::NoSuchNumber => "There is no such extension, and it is no telephone number.",
            Self::NumberNotAllowed => "Calls to this number are not allowed by the settings.",
            Self::SeatBusy => "This seat is not free.",
            Self::NoSeat => "You have no seat: the settings must name you as the agent of one.",
            Self::Supervised => "Another supervisor is in this call.",
            Self::FollowUpTaken => "Somebody else takes care of it.",
            Self::Unavailable => "The database does not answer. Try again shortly.",
            Self::Internal => "The service made a mistake. It has been logged.",
        }
    }
}

impl Problem {
    /// A problem with the code's own sentence.
    #[must_use]
    pub fn new(code: ProblemCode) -> Self {
        Self { code, message: code.message().to_owned(), fields: Vec::new(), retry_after_s: None }
    }

    pub(super) fn with_fields(mut self, fields: Vec<FieldKey>) -> Self {
        self.fields = fields;
        self
    }

    pub(super) fn with_retry_after_s(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }
}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Forbidden => ProblemCode::Forbidden.into(),
            StoreError::NotFound => ProblemCode::NotFound.into(),
            StoreError::AlreadyConfirmed(_) => ProblemCode::AlreadyConfirmed.into(),
            StoreError::EditConflict(_) => ProblemCode::EditConflict.into(),
            error if error.is_passing() => {
                tracing::error!(error = &error as &dyn std::error::Error, "the store does not answer");
                Self::new(ProblemCode::Unavailable).with_retry_after_s(RETRY_AFTER_S)
            }
            error => {
                tracing::error!(error = &error as &dyn std::error::Error, "the store's fault");
                ProblemCode::Internal.into()
            }
        }
    }
}

impl From<AgentWishRefused> for Problem {
    fn from(error: AgentWishRefused) -> Self {
        Self::new(match error {
            AgentWishRefused::NoSeat => ProblemCode::NoSeat,
            AgentWishRefused::Absent => ProblemCode::SeatOffline,
        })
    }
}

impl From<FollowUpRefused> for Problem {
    fn from(refused: FollowUpRefused) -> Self {
        Self::new(match refused {
            FollowUpRefused::NoSuch => ProblemCode::NotFound,
            FollowUpRefused::Taken => ProblemCode::FollowUpTaken,
        })
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::new(match refusal {
            Refusal::NoSuchCall => ProblemCode::NotFound,
            Refusal::NotYours => ProblemCode::Forbidden,
            Refusal::NotNow => ProblemCode::NotNow,
            Refusal::NoSuchNumber => ProblemCode::NoSuchNumber,
            Refusal::NotAllowed => ProblemCode::NumberNotAllowed,
            Refusal::Busy => ProblemCode::SeatBusy,
            Refusal::NoSeat => ProblemCode::NoSeat,
            Refusal::Supervised => ProblemCode::Supervised,
        })
    }
}

impl From<DraftingError> for Problem {
    fn from(error: DraftingError) -> Self {
        match error {
            DraftingError::Store(error) => error.into(),
            DraftingError::BadValue(field) => Self::new(ProblemCode::BadValue).with_fields(vec![field]),
            DraftingError::Changed(_) => ProblemCode::DraftChanged.into(),
            DraftingError::Incomplete(fields) => Self::new(ProblemCode::TicketIncomplete).with_fields(fields),
            DraftingError::Unavailable | DraftingError::Stopped => {
                Self::new(ProblemCode::Unavailable).with_retry_after_s(RETRY_AFTER_S)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let retry_after = self.retry_after_s.map(HeaderValue::from);
        let mut response = (self.code.status(), axum::Json(self)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}
