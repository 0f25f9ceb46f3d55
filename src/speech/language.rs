//! What is spoken in a call: fixed by the settings, chosen by the caller's key, or found on the first final of
//! the caller. The session's task chooses, the ears' task asks and finds; whoever comes first has settled it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::{Channel, Turn, TurnStatus};

/// How a call's language is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LanguageChoice {
    /// It is this: two letters, such as `zh`.
    Fixed(String),
    /// The first words of the caller tell.
    Detect,
}

impl LanguageChoice {
    /// The language where it is settled.
    #[must_use]
    pub fn fixed(&self) -> Option<&str> {
        match self {
            Self::Fixed(language) => Some(language),
            Self::Detect => None,
        }
    }
}

impl From<Option<String>> for LanguageChoice {
    fn from(language: Option<String>) -> Self {
        language.map_or(Self::Detect, Self::Fixed)
    }
}

/// A call's language as its two tasks see it. Behind a lock because either may settle it; held for a copy.
#[derive(Debug, Clone)]
pub(super) struct CallLanguage {
    choice: Arc<Mutex<LanguageChoice>>,
}

impl CallLanguage {
    pub(super) fn new(choice: LanguageChoice) -> Self {
        Self { choice: Arc::new(Mutex::new(choice)) }
    }

    /// What a recogniser is to be told; nothing where it is to find out.
    pub(super) fn now(&self) -> Option<String> {
        self.choice().fixed().map(str::to_owned)
    }

    /// A person chose.
    pub(super) fn choose(&self, language: &str) {
        *self.choice() = LanguageChoice::Fixed(language.to_owned());
    }

    /// A final came back, recognised in this language: the caller's first words settle it, and it is returned then.
    /// What the agent says does not: a greeting in one language may be answered in another.
    pub(super) fn heard(&self, turn: &Turn, spoken: Option<String>) -> Option<String> {
        let language = spoken.filter(|_| turn.channel == Channel::Caller)?;
        let mut choice = self.choice();
        if turn.status != TurnStatus::Recognised || *choice != LanguageChoice::Detect {
            return None;
        }
        *choice = LanguageChoice::Fixed(language.clone());
        Some(language)
    }

    fn choice(&self) -> MutexGuard<'_, LanguageChoice> {
        self.choice.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::domain::{CallId, SamplePosition, TurnId};

    fn said(channel: Channel, status: TurnStatus) -> Turn {
        Turn {
            id: TurnId::new(),
            call_id: CallId::new(),
            channel,
            start_sample: SamplePosition(0),
            end_sample: SamplePosition(8_000),
            text: "Hello.".to_owned(),
            words: Vec::new(),
            confidence: 1.0,
            status,
        }
    }

    fn heard(language: &CallLanguage, channel: Channel, spoken: Option<&str>) -> Option<String> {
        language.heard(&said(channel, TurnStatus::Recognised), spoken.map(str::to_owned))
    }

    #[test]
    fn the_callers_first_words_settle_it_and_nothing_after_them_does() {
        let language = CallLanguage::new(LanguageChoice::Detect);
        assert_eq!(heard(&language, Channel::Agent, Some("zh")), None);
        assert_eq!(heard(&language, Channel::Caller, None), None, "a recogniser that does not know");
        let failed = said(Channel::Caller, TurnStatus::Unrecognised);
        assert_eq!(language.heard(&failed, Some("zh".to_owned())), None, "no words");
        assert_eq!(language.now(), None);
        assert_eq!(heard(&language, Channel::Caller, Some("en")).as_deref(), Some("en"));
        assert_eq!(language.now().as_deref(), Some("en"));
        assert_eq!(heard(&language, Channel::Caller, Some("zh")), None);
        assert_eq!(language.now().as_deref(), Some("en"));
    }

    #[test]
    fn what_is_fixed_or_chosen_is_not_found_otherwise() {
        let language = CallLanguage::new(LanguageChoice::Fixed("zh".to_owned()));
        assert_eq!(heard(&language, Channel::Caller, Some("en")), None);
        assert_eq!(language.now().as_deref(), Some("zh"));
        language.choose("en");
        assert_eq!(language.now().as_deref(), Some("en"));
        assert_eq!(heard(&language, Channel::Caller, Some("zh")), None);
    }
}
