//! How many files this process may open: sockets of sound and recordings are files, too.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Two port pairs of two sockets each, and the recording.
const FILES_OF_A_CALL: u64 = 5;
/// The database, the telephone, pages, models.
const OTHER_FILES: u64 = 256;

/// Raises the soft limit to the hard one, which most systems set far higher; says so where even that is too low for as
/// many calls as are allowed.
pub(super) fn raise_limit(max_calls: usize) {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let limit = match setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        Ok(()) => maximum,
        Err(error) => {
            tracing::warn!(%error, "the limit on open files could not be raised");
            current
        }
    };
    let needed = (max_calls as u64).saturating_mul(FILES_OF_A_CALL).saturating_add(OTHER_FILES);
    // None is no limit.
    if let Some(limit) = limit.filter(|limit| *limit < needed) {
        tracing::warn!(
            limit,
            needed,
            max_calls,
            "this process may open too few files for so many calls: raise the limit (`ulimit -n`, LimitNOFILE= of \
             systemd) or lower sip.max_calls"
        );
    }
}
