//! Which role may call what, asked before anything is read. The store asks again at each read.

use super::{Problem, ProblemCode};
use crate::domain::{Role, Viewer};

pub(super) fn sees_calls(viewer: &Viewer) -> Result<(), Problem> {
    match viewer.role {
        Role::Agent | Role::Supervisor => Ok(()),
        Role::Department | Role::Admin => Err(ProblemCode::Forbidden.into()),
    }
}

pub(super) fn sees_tickets(viewer: &Viewer) -> Result<(), Problem> {
    match viewer.role {
        Role::Agent | Role::Supervisor | Role::Department => Ok(()),
        Role::Admin => Err(ProblemCode::Forbidden.into()),
    }
}

pub(super) fn sees_metrics(viewer: &Viewer) -> Result<(), Problem> {
    match viewer.role {
        Role::Supervisor | Role::Admin => Ok(()),
        Role::Agent | Role::Department => Err(ProblemCode::Forbidden.into()),
    }
}

/// Who answers for the desk sees how days went.
pub(super) fn sees_figures(viewer: &Viewer) -> Result<(), Problem> {
    sees_metrics(viewer)
}

pub(super) fn sees_seats(viewer: &Viewer) -> Result<(), Problem> {
    match viewer.role {
        Role::Agent | Role::Supervisor | Role::Admin => Ok(()),
        Role::Department => Err(ProblemCode::Forbidden.into()),
    }
}

pub(super) fn supervises(viewer: &Viewer) -> Result<(), Problem> {
    match viewer.role {
        Role::Supervisor => Ok(()),
        Role::Agent | Role::Department | Role::Admin => Err(ProblemCode::Forbidden.into()),
    }
}

/// Whether one sits at a seat and talks with callers; the call's session asks whose call it is.
pub(super) fn talks(viewer: &Viewer) -> Result<(), Problem> {
    match viewer.role {
        Role::Agent | Role::Supervisor => Ok(()),
        Role::Department | Role::Admin => Err(ProblemCode::Forbidden.into()),
    }
}

pub(super) fn administers(viewer: &Viewer) -> Result<(), Problem> {
    match viewer.role {
        Role::Admin => Ok(()),
        Role::Agent | Role::Supervisor | Role::Department => Err(ProblemCode::Forbidden.into()),
    }
}

pub(super) fn places_calls(viewer: &Viewer) -> Result<(), Problem> {
    match viewer.role {
        Role::Agent => Ok(()),
        Role::Supervisor | Role::Department | Role::Admin => Err(ProblemCode::Forbidden.into()),
    }
}
