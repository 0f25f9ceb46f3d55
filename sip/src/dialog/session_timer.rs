//! How long a session lasts that nobody refreshes (RFC 4028). Headers of requests and responses in; who refreshes, and
//! when that is due or was missed, out.

use std::{
    fmt,
    time::{Duration, Instant},
};

use crate::message::{HeaderName, Headers, Message, WireText};

/// The option tag.
pub(crate) const TIMER: &str = "timer";
/// The interval that we ask for, seconds (RFC 4028 §4 recommends it).
pub(crate) const INTERVAL_S: u32 = 1_800;
/// The shortest that we take, seconds: the shortest there may be (RFC 4028 §5).
pub(crate) const MIN_SE_S: u32 = 90;
/// The longest Min-SE that a peer may ask for, seconds: a day.
const LONGEST_MIN_SE_S: u32 = 86_400;
/// A session is over by at most so much before its time, and by a third of it at most (RFC 4028 §10).
const EARLY: Duration = Duration::from_secs(32);
/// A refresh that could not be sent is tried again after this.
const RETRY: Duration = Duration::from_secs(30);

/// Which side of a request refreshes from then on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refresher {
    /// Who sent the request.
    Uac,
    /// Who answered it.
    Uas,
}

/// Session-Expires (RFC 4028 §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SessionExpires {
    pub(crate) seconds: u32,
    pub(crate) refresher: Option<Refresher>,
}

impl SessionExpires {
    /// The header of a message; one that cannot be read counts as none.
    pub(crate) fn read(headers: &Headers) -> Option<Self> {
        let value = headers.get(&HeaderName::SessionExpires)?.to_lossy();
        let mut pieces = value.split(';').map(str::trim);
        let seconds = pieces.next()?.parse().ok()?;
        let refresher = pieces.find_map(|piece| {
            let (name, value) = piece.split_once('=')?;
            let named = name.trim().eq_ignore_ascii_case("refresher");
            named.then(|| value.trim().to_ascii_lowercase()).and_then(|value| match value.as_str() {
                "uac" => Some(Refresher::Uac),
                "uas" => Some(Refresher::Uas),
                _ => None,
            })
        });
        Some(Self { seconds, refresher })
    }

    /// What a peer's request asks for, as we grant it (RFC 4028 §9, table 2); nothing where neither he nor a proxy wants
    /// a timer. `ours`: we refreshed until now, or would on a new session.
    pub(crate) fn granted(request: &Headers, ours: bool) -> Option<Self> {
        let (asked, supported) = (Self::read(request), supports_timer(request));
        if asked.is_none() && !supported {
            return None;
        }
        let min_se = min_se(request).unwrap_or(MIN_SE_S).max(MIN_SE_S);
        let longest = INTERVAL_S.max(min_se);
        let seconds = asked.map_or(longest, |asked| asked.seconds.clamp(MIN_SE_S, longest));
        let wish = asked.and_then(|asked| asked.refresher).filter(|_| supported);
        let refresher = wish.unwrap_or(if ours || !supported { Refresher::Uas } else { Refresher::Uac });
        Some(Self { seconds, refresher: Some(refresher) })
    }

    /// Whether a request asks for less than we take, and understands 422.
    pub(crate) fn is_too_small(request: &Headers) -> bool {
        supports_timer(request) && Self::read(request).is_some_and(|asked| asked.seconds < MIN_SE_S)
    }
}

impl fmt::Display for SessionExpires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refresher = match self.refresher {
            Some(Refresher::Uac) => ";refresher=uac",
            Some(Refresher::Uas) => ";refresher=uas",
            None => "",
        };
        write!(f, "{}{refresher}", self.seconds)
    }
}

/// Puts on a request of ours what we want, and on one that is sent again what the peer wants, too.
pub(crate) fn ask_for(request: &mut Message, min_se_s: u32, refresher: Option<Refresher>) {
    let asked = SessionExpires { seconds: INTERVAL_S.max(min_se_s), refresher };
    request.headers.set(HeaderName::SessionExpires, asked.to_string());
    request.headers.set(HeaderName::MinSe, min_se_s.to_string());
}

/// Whether Supported names the timer.
pub(crate) fn supports_timer(headers: &Headers) -> bool {
    headers.members(&HeaderName::Supported).any(|tag| tag.eq_ignore_case(TIMER))
}

/// Min-SE, where it is one that can be kept to.
pub(crate) fn min_se(headers: &Headers) -> Option<u32> {
    let value = headers.get(&HeaderName::MinSe).map(WireText::to_lossy)?;
    let seconds = value.split(';').next()?.trim().parse().ok()?;
    (seconds <= LONGEST_MIN_SE_S).then_some(seconds)
}

/// What its time asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionDue {
    Nothing,
    Refresh,
    Expired,
}

/// The timer of a session that stands.
#[derive(Debug)]
pub(crate) struct SessionTimer {
    /// We refresh.
    pub(crate) ours: bool,
    /// When; nothing while it is under way, and where the peer refreshes.
    refresh_at: Option<Instant>,
    expires_at: Instant,
}

impl SessionTimer {
    /// A 2xx granted this just now. `we_asked`: it answers a request of ours.
    pub(crate) fn new(now: Instant, granted: SessionExpires, we_asked: bool) -> Self {
        let interval = Duration::from_secs(granted.seconds.max(MIN_SE_S).into());
        // A 2xx that names nobody is against the RFC; that both refresh does no harm.
        let ours = granted.refresher.is_none_or(|refresher| (refresher == Refresher::Uac) == we_asked);
        Self {
            ours,
            refresh_at: ours.then(|| now + interval / 2),
            expires_at: now + interval - EARLY.min(interval / 3),
        }
    }

    pub(crate) fn deadline(&self) -> Instant {
        self.refresh_at.map_or(self.expires_at, |at| at.min(self.expires_at))
    }

    pub(crate) fn on_time(&mut self, now: Instant) -> SessionDue {
        if self.expires_at <= now {
            SessionDue::Expired
        } else if self.refresh_at.take_if(|at| *at <= now).is_some() {
            SessionDue::Refresh
        } else {
            SessionDue::Nothing
        }
    }

    /// The refresh could not be sent, or did not get through.
    pub(crate) fn try_again(&mut self, now: Instant) {
        self.refresh_at = Some(now + RETRY);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn headers(lines: &[(HeaderName, &str)]) -> Headers {
        let mut headers = Headers::default();
        for (name, value) in lines {
            headers.push(name.clone(), *value);
        }
        headers
    }

    fn granted(expires: &str, min_se: &str, supported: &str, ours: bool) -> Option<String> {
        let lines = [
            (HeaderName::SessionExpires, expires),
            (HeaderName::MinSe, min_se),
            (HeaderName::Supported, supported),
        ];
        let lines: Vec<_> = lines.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        SessionExpires::granted(&headers(&lines), ours).map(|granted| granted.to_string())
    }

    #[test]
    fn the_refresher_is_chosen_by_the_rfcs_table() {
        let refreshed_by = |wish: &str, supported| granted(wish, "", supported, false).unwrap();
        assert_eq!(refreshed_by("600;refresher=uac", "100rel, timer"), "600;refresher=uac");
        assert_eq!(refreshed_by("600;refresher=uas", "timer"), "600;refresher=uas");
        assert_eq!(refreshed_by("600 ; Refresher = UAS", "timer"), "600;refresher=uas");
        assert_eq!(refreshed_by("600", ""), "600;refresher=uas", "a proxy asks for one who knows no timer");
        assert_eq!(refreshed_by("600;refresher=uac", ""), "600;refresher=uas");
        assert_eq!(refreshed_by("600", "timer"), "600;refresher=uac");
        assert_eq!(granted("600", "", "timer", true).unwrap(), "600;refresher=uas", "who did goes on");
    }

    #[test]
    fn an_interval_is_made_shorter_but_not_below_anybodys_minimum() {
        assert_eq!(granted("7200", "", "timer", true).unwrap(), "1800;refresher=uas");
        assert_eq!(granted("7200", "3600", "timer", true).unwrap(), "3600;refresher=uas");
        assert_eq!(granted("", "3600", "timer", true).unwrap(), "3600;refresher=uas");
        assert_eq!(granted("30", "", "", true).unwrap(), "90;refresher=uas");
        assert_eq!(granted("", "", "timer", true).unwrap(), "1800;refresher=uas");
        assert_eq!(granted("", "", "100rel", true), None);
        assert_eq!(granted("soon", "", "", true), None);
        assert_eq!(granted("99999999999999", "", "", true), None);
    }

    #[test]
    fn the_refresher_acts_at_half_and_the_session_is_over_a_little_before_its_time() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let granted = SessionExpires { seconds: 1_800, refresher: Some(Refresher::Uac) };
        let mut ours = SessionTimer::new(start, granted, true);
        assert_eq!(ours.on_time(after(899)), SessionDue::Nothing);
        assert_eq!(ours.deadline(), after(900));
        assert_eq!(ours.on_time(after(900)), SessionDue::Refresh);
        assert_eq!((ours.on_time(after(901)), ours.deadline()), (SessionDue::Nothing, after(1_768)));
        assert_eq!(ours.on_time(after(1_768)), SessionDue::Expired);
        let theirs = SessionTimer::new(start, granted, false);
        assert_eq!((theirs.ours, theirs.deadline()), (false, after(1_768)));
        let short = SessionTimer::new(start, SessionExpires { seconds: 90, refresher: None }, false);
        assert_eq!((short.ours, short.expires_at), (true, after(60)));
    }
}
