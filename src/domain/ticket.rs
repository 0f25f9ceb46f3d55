//! The confirmed ticket (工单) that a department works on.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::draft::Draft;
use super::ids::{CallId, CategoryCode, DepartmentCode, TicketId, UserId};

/// A dispatch ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// Its identity.
    pub id: TicketId,
    /// The number people say on the telephone: date and a running number, such as `20261122-0007`.
    pub number: String,
    /// The call it came from.
    pub call_id: CallId,
    /// Where it stands.
    pub state: TicketState,
    /// Its category.
    pub category: CategoryCode,
    /// The department it was sent to.
    pub department: DepartmentCode,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Whether the caller asked for confidentiality.
    pub confidential: bool,
    /// The draft as it was confirmed, with the evidence of each field.
    pub draft: Draft,
    /// Who confirmed it.
    pub confirmed_by: UserId,
    /// When.
    pub confirmed_at: Timestamp,
    /// When the department had it.
    pub delivered_at: Option<Timestamp>,
}

/// Where a ticket stands. Issue of the first release: the first two steps of the life cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// Confirmed, on its way to the department.
    ToDispatch,
    /// In the department's list, waiting to be accepted.
    ToAccept,
}

/// How urgent a matter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// 一般
    Ordinary,
    /// 紧急: water, power, gas, heat.
    Urgent,
    /// 特急: danger to life or property.
    Critical,
}

/// What kind of request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    /// 咨询
    Inquiry,
    /// 求助
    Help,
    /// 投诉
    Complaint,
    /// 举报
    Report,
    /// 建议
    Suggestion,
    /// 表扬
    Praise,
}
