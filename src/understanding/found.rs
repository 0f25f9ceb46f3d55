//! What a rule found: a value, the words it came from, and why. Becomes a [`Field`] of the draft.

use super::transcript::{Span, Transcript};
use crate::domain::{Field, FilledBy};

/// A value and its words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// The field's value.
    pub(super) value: String,
    /// 0 to 1.
    pub(super) confidence: f32,
    /// The words it came from.
    pub(super) spans: Vec<Span>,
    /// Why: a [`Reason`] and its argument.
    pub(super) reason: String,
}

/// The codes that a reason begins with; the web's message files say them in the agent's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// The value is the words themselves.
    Said,
    /// A word of the taxonomy's lists was said; the argument is that word.
    Keyword,
    /// A named rule fired; the argument is its name.
    Rule,
    /// It follows from the category, whose code is the argument.
    Category,
    /// A word that means one department was said; the argument is that word.
    Specialist,
    /// The place is a department's territory; the argument is the territory's name.
    Territory,
    /// Spoken digits were written as digits; the argument is the words.
    Digits,
    /// The speaker corrected it; the argument is the words.
    Corrected,
    /// The agent read it back, and the caller agreed or did not object; the argument is the words.
    ReadBack,
    /// A place of the gazetteer; the argument is its first name there.
    Place,
    /// A place of the gazetteer that stood there by other characters of its sound; the argument is those.
    SoundsLike,
    /// Put together from other fields.
    Composed,
    /// A time counted from the call; the argument is the words.
    Resolved,
    /// The speaker said how the name is written (弓长张); the argument is the words.
    Spelled,
    /// The trained model of spans took the words for it, where no rule found any.
    Learnt,
    /// An identity number whose last character fits the others. It has no argument: the words are hidden.
    Identity,
}

impl Reason {
    /// What the reason begins with.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Said => "said",
            Self::Keyword => "keyword",
            Self::Rule => "rule",
            Self::Category => "category",
            Self::Specialist => "specialist",
            Self::Territory => "territory",
            Self::Digits => "digits",
            Self::Corrected => "corrected",
            Self::ReadBack => "read_back",
            Self::Place => "place",
            Self::SoundsLike => "sounds_like",
            Self::Composed => "composed",
            Self::Resolved => "resolved",
            Self::Spelled => "spelled",
            Self::Learnt => "learnt",
            Self::Identity => "identity",
        }
    }

    /// The reason as it stands in a field.
    pub(super) fn of(self, argument: &str) -> String {
        let code = self.code();
        if argument.is_empty() { code.to_owned() } else { format!("{code}:{argument}") }
    }
}

impl Found {
    /// The words of one span as they were said.
    pub(super) fn said(transcript: &Transcript<'_>, span: Span, confidence: f32) -> Self {
        Self { value: transcript.text(span), confidence, spans: vec![span], reason: Reason::Said.of("") }
    }

    /// As a field of the draft; nothing where no words stand behind it.
    pub(super) fn field(self, transcript: &Transcript<'_>) -> Option<Field> {
        let evidence = transcript.evidences(&self.spans);
        (!evidence.is_empty() && !self.value.trim().is_empty()).then(|| Field {
            value: self.value,
            confidence: self.confidence.clamp(0.0, 1.0),
            filled_by: FilledBy::Machine,
            evidence,
            reason: self.reason,
        })
    }
}
