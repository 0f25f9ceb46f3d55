//! How callers are received, from the settings.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use jiesu_sip::rtp::Digit;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::call::{Calendar, Hours, Patience, PhraseBook, Reception};
use crate::config::{self, Config};

/// What callers are told and offered.
///
/// # Errors
/// The setting that is wrong, or the file that is missing.
pub(super) fn reception(config: &Config) -> Result<Reception> {
    let settings = &config.reception;
    let calendar =
        if settings.open.is_empty() { Calendar::default() } else { Calendar::read(&settings.calendar)? };
    Ok(Reception {
        phrases: PhraseBook::load(&settings.prompts).context("[reception] prompts")?,
        announce_every: (settings.announce_every_s > 0)
            .then(|| Duration::from_secs(settings.announce_every_s)),
        call_back_key: settings.call_back_key.map(|key| call_back_key(key, config)).transpose()?,
        message_limit: settings.messages.then(|| Duration::from_secs(settings.message_limit_s)),
        hours: Hours::new(TimeZone::system(), &settings.open, calendar).context("[reception] open")?,
        topics: settings.topics.clone().into_iter().collect(),
    })
}

/// How long callers wait for the seats that suit them best.
pub(super) fn patience(settings: &config::Reception) -> Patience {
    let seconds = |seconds: u64| SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    Patience { skill: seconds(settings.skill_wait_s), overflow: seconds(settings.overflow_after_s) }
}

fn call_back_key(key: char, config: &Config) -> Result<Digit> {
    ensure!(
        !config.hotline.language_keys.contains_key(&key),
        "[reception] call_back_key: {key} chooses a language, too ([hotline] language_keys); take another"
    );
    ensure!(
        !config.outside.gateways.is_empty(),
        "[reception] call_back_key: nobody can be called back, since [outside] gateways names no trunk"
    );
    Digit::from_key(key)
        .with_context(|| format!("[reception] call_back_key: `{key}` is on no telephone; use 0 to 9 or *"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn error(settings: &str) -> String {
        let read: Config = toml::from_str(settings).unwrap();
        format!("{:#}", reception(&read).unwrap_err())
    }

    #[test]
    fn what_cannot_be_is_told_with_its_setting() {
        let gateway = "[outside]\ngateways = [\"way\"]\n";
        for (settings, told) in [
            ("[reception]\ncall_back_key = \"1\"", "[outside] gateways names no trunk"),
            (&format!("{gateway}[reception]\ncall_back_key = \"x\""), "`x` is on no telephone"),
            (
                &format!(
                    "{gateway}[hotline]\nlanguage_keys = {{ 1 = \"zh\" }}\n[reception]\ncall_back_key = \"1\""
                ),
                "1 chooses a language",
            ),
            ("[reception]\nopen = [\"always\"]", "`always` is no opening time"),
            ("[reception]\nopen = [\"sun 08:00-12:00\"]\ncalendar = \"nowhere.toml\"", "nowhere.toml"),
            ("[reception]\nprompts = { zh = \"nowhere\" }", "nowhere/next.wav"),
        ] {
            let error = error(settings);
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn without_a_word_about_it_the_hotline_is_open_and_takes_messages() {
        let made = reception(&Config::default()).unwrap();
        assert!(made.hours.are_open(jiff::Timestamp::UNIX_EPOCH));
        assert_eq!((made.message_limit, made.call_back_key), (Some(Duration::from_secs(180)), None));
    }
}
