//! What kind of request it is (咨询 求助 投诉 举报 建议 表扬): by what the caller says of it, else by what
//! matters of the category mostly are.

use super::found::{Found, Reason};
use super::lexicon::Lexicon;
use super::taxonomy::Taxonomy;
use super::transcript::{Span, Transcript};
use super::words::{denied, spoken};
use crate::domain::{CategoryCode, RequestKind};

/// Weight at which the caller has named the kind.
const NAMED_FROM: f32 = 5.0;
/// What the category's usual kind weighs: more than one vague word, less than a clear one.
const USUAL_WEIGHT: f32 = 2.5;

/// Words that mean a kind, with weights.
pub(super) type KindWords = Lexicon<(RequestKind, f32)>;

/// Gathers the taxonomy's words.
pub(super) fn kind_words(taxonomy: &Taxonomy) -> KindWords {
    let mut words = Lexicon::default();
    for rule in &taxonomy.request_rules {
        for (word, weight) in &rule.words {
            words.add(word, (rule.kind, *weight));
        }
    }
    words
}

/// The kind of request.
pub(super) fn kind(
    taxonomy: &Taxonomy,
    words: &KindWords,
    transcript: &Transcript<'_>,
    category: Option<&Found>,
) -> Option<Found> {
    let mut scores: Vec<(RequestKind, f32, Vec<Span>)> = Vec::new();
    let mut add = |kind: RequestKind, weight: f32, spans: &[Span]| match scores
        .iter_mut()
        .find(|(known, _, _)| *known == kind)
    {
        Some((_, score, evidence)) => {
            *score += weight;
            evidence.extend(spans);
        }
        None => scores.push((kind, weight, spans.to_vec())),
    };
    let mut seen = Vec::new();
    for word in spoken(words, transcript, denied).into_iter().filter(|word| word.by_caller) {
        let text = transcript.text(word.span);
        let again = (word.meaning.0, text);
        if !seen.contains(&again) {
            add(again.0, word.meaning.1, &[word.span]);
            seen.push(again);
        }
    }
    let usual =
        category.and_then(|found| Some((taxonomy.category(&CategoryCode(found.value.clone()))?, found)));
    if let Some((category, found)) = usual {
        add(category.request, USUAL_WEIGHT, &[]);
        let best = best(&scores)?;
        if best.0 == category.request && best.2.is_empty() {
            return Some(Found {
                value: code(category.request).to_owned(),
                confidence: 0.55 * found.confidence,
                spans: found.spans.clone(),
                reason: Reason::Category.of(&category.code.0),
            });
        }
    }
    let (kind, score, spans) = best(&scores)?;
    let rest: f32 = scores.iter().map(|(_, score, _)| score).sum::<f32>() - score;
    let share = score / (score + rest + 1.0);
    Some(Found {
        value: code(*kind).to_owned(),
        confidence: if *score >= NAMED_FROM { share.max(0.7) } else { share },
        spans: spans.clone(),
        reason: Reason::Keyword.of(&transcript.text(*spans.first()?)),
    })
}

/// The best score; of equal ones the first said.
fn best(scores: &[(RequestKind, f32, Vec<Span>)]) -> Option<&(RequestKind, f32, Vec<Span>)> {
    scores.iter().reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// The kind's code: its name in snake case.
pub(super) fn code(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::Inquiry => "inquiry",
        RequestKind::Help => "help",
        RequestKind::Complaint => "complaint",
        RequestKind::Report => "report",
        RequestKind::Suggestion => "suggestion",
        RequestKind::Praise => "praise",
    }
}
