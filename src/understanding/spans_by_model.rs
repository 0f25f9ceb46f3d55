//! What the trained model of spans makes of a call: the caller's name, the place, whom it is about. Asked only where
//! the rules find nothing, and believed only where it is sure. In: the caller's lines. Out: spans of them.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::found::{Found, Reason};
use super::surnames::surname_at;
use super::tagger::{self, Tagger};
use super::transcript::{Line, Span, Transcript, is_chinese};
use super::words::is_not_that;

/// What the model may look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sought {
    Person,
    Place,
    Against,
}

impl Sought {
    /// As the examples mark it.
    const fn label(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Place => "place",
            Self::Against => "against",
        }
    }

    /// So sure the model must be, as chosen on `tests/spans_shipped/chosen_on.rs`.
    const fn least(self) -> f32 {
        match self {
            Self::Person => 0.5,
            Self::Place => 0.6,
            Self::Against => 0.66,
        }
    }
}

/// A longer line is a story that no template is like, and its cost grows with its length.
const LONGEST_LINE_CHARS: usize = 120;
/// The model is no surer of a field than this: it was taught on made-up calls.
const MOST_CONFIDENCE: f32 = 0.6;

/// So many lines are remembered; then all are forgotten.
const MOST_LINES: usize = 1024;

/// A model of spans, and what it made of the lines that it was asked last. A call is folded anew at every final, when
/// only its last line is new; calls are folded side by side, hence the lock.
pub(super) struct RememberingTagger {
    tagger: Tagger,
    lines: Mutex<HashMap<String, Arc<[tagger::Span]>>>,
}

impl RememberingTagger {
    pub(super) fn new(tagger: Tagger) -> Self {
        Self { tagger, lines: Mutex::default() }
    }

    /// The spans of a line, in characters.
    fn tag(&self, line: String) -> Arc<[tagger::Span]> {
        let lines = || self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lines().get(&line) {
            return Arc::clone(known);
        }
        let spans: Arc<[tagger::Span]> = self.tagger.tag(&line).into();
        let mut lines = lines();
        if lines.len() >= MOST_LINES {
            lines.clear();
        }
        lines.insert(line, Arc::clone(&spans));
        spans
    }
}

impl fmt::Debug for RememberingTagger {
    /// Without the lines: they are callers' words.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RememberingTagger")
            .field("labels", &self.tagger.labels())
            .finish_non_exhaustive()
    }
}

/// The model and a call; the call is looked through once, when something is sought first.
pub(super) struct SpansByModel<'a> {
    tagger: Option<&'a RememberingTagger>,
    transcript: &'a Transcript<'a>,
    spans: OnceCell<Vec<(Span, String, f32)>>,
}

impl<'a> SpansByModel<'a> {
    pub(super) fn new(tagger: Option<&'a RememberingTagger>, transcript: &'a Transcript<'a>) -> Self {
        Self { tagger, transcript, spans: OnceCell::new() }
    }

    /// The surest of what is sought, outside of what other fields quote.
    pub(super) fn best(&self, sought: Sought, quoted: &[Span]) -> Option<Found> {
        let free = |span: &Span| {
            quoted
                .iter()
                .all(|other| other.line != span.line || other.end <= span.start || span.end <= other.start)
        };
        let (span, _, _) = self
            .spans
            .get_or_init(|| self.look())
            .iter()
            .filter(|(span, label, confidence)| {
                label == sought.label() && *confidence >= sought.least() && free(span)
            })
            .filter(|(span, ..)| {
                self.transcript.lines.get(span.line).is_some_and(|line| fits(sought, line, *span))
            })
            .max_by(|one, other| one.2.total_cmp(&other.2))?;
        Some(Found { reason: Reason::Learnt.of(""), ..Found::said(self.transcript, *span, MOST_CONFIDENCE) })
    }

    fn look(&self) -> Vec<(Span, String, f32)> {
        let Some(tagger) = self.tagger else { return Vec::new() };
        let mut found = Vec::new();
        for (index, line) in self.transcript.caller_lines() {
            if line.chars.len() > LONGEST_LINE_CHARS || !line.chars.iter().any(|char| is_chinese(*char)) {
                continue;
            }
            found.extend(tagger.tag(line.chars.iter().collect()).iter().map(|span| {
                let place = Span { line: index, start: span.start, end: span.end };
                (place, span.label.clone(), span.confidence)
            }));
        }
        found
    }
}

/// Whether a span can be what is sought.
fn fits(sought: Sought, line: &Line<'_>, span: Span) -> bool {
    let words = &line.chars[span.start..span.end];
    let chinese = words.iter().filter(|char| is_chinese(**char)).count();
    match sought {
        // A name is a surname and one or two characters, or two of a double surname and as many.
        Sought::Person => {
            let given = surname_at(line, span.start).map(|surname| words.len().saturating_sub(surname));
            // After these the rules know a caller from another: 我邻居叫张强.
            let ruled = ["叫", "姓"].iter().any(|word| line.has_before(span.start, word));
            !ruled && chinese == words.len() && given.is_some_and(|given| (1..=2).contains(&given))
        }
        Sought::Place | Sought::Against => chinese >= 2 && !is_not_that(line, span.start),
    }
}
