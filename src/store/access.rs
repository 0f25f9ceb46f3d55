//! Who may see what, in one place: each read asks here first.

use sqlx::sqlite::SqliteExecutor;

use super::StoreError;
use crate::domain::{CallId, DepartmentCode, Role, Viewer};

/// Calls, their words, drafts and sound: the hotline's own people.
pub(super) fn calls(viewer: &Viewer) -> Result<(), StoreError> {
    match viewer.role {
        Role::Agent | Role::Supervisor => Ok(()),
        Role::Department | Role::Admin => Err(StoreError::Forbidden),
    }
}

/// Who listened to whom: those who answer for the agents.
pub(super) fn supervisions(viewer: &Viewer) -> Result<(), StoreError> {
    match viewer.role {
        Role::Supervisor => Ok(()),
        Role::Agent | Role::Department | Role::Admin => Err(StoreError::Forbidden),
    }
}

/// How well the machine does, in counts: those who answer for the desk.
pub(super) fn figures(viewer: &Viewer) -> Result<(), StoreError> {
    match viewer.role {
        Role::Supervisor | Role::Admin => Ok(()),
        Role::Agent | Role::Department => Err(StoreError::Forbidden),
    }
}

/// What a viewer may see of tickets.
pub(super) enum TicketScope {
    /// Every ticket, whole.
    All,
    /// Tickets delivered to this department; confidential ones redacted.
    Delivered(DepartmentCode),
}

pub(super) fn tickets(viewer: &Viewer) -> Result<TicketScope, StoreError> {
    match (viewer.role, &viewer.department) {
        (Role::Agent | Role::Supervisor, _) => Ok(TicketScope::All),
        (Role::Department, Some(department)) => Ok(TicketScope::Delivered(department.clone())),
        (Role::Department, None) | (Role::Admin, _) => Err(StoreError::Forbidden),
    }
}

/// Drafts are corrected and confirmed by agents, and by a supervisor who took the call over.
pub(super) async fn writing(
    database: impl SqliteExecutor<'_>,
    viewer: &Viewer,
    call_id: CallId,
) -> Result<(), StoreError> {
    match viewer.role {
        Role::Agent => return Ok(()),
        Role::Supervisor => {}
        Role::Department | Role::Admin => return Err(StoreError::Forbidden),
    }
    let own: Option<i64> = sqlx::query_scalar("select 1 from calls where id = $1 and agent = $2")
        .bind(call_id.to_string())
        .bind(viewer.user.to_string())
        .fetch_optional(database)
        .await?;
    own.map(drop).ok_or(StoreError::Forbidden)
}
