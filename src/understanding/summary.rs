//! The ticket in one paragraph: who wants what, when and where, what happened and what is asked for. Only pieces
//! that other fields hold, joined by fixed words; nothing that was not said.

use super::found::{Found, Reason};
use super::transcript::{Span, Transcript, is_chinese};

/// The fields that a summary is made of.
pub(super) struct Pieces<'a> {
    /// The kind's code.
    pub(super) kind: Option<&'a Found>,
    pub(super) time: Option<&'a Found>,
    pub(super) place: Option<&'a Found>,
    pub(super) against: Option<&'a Found>,
    pub(super) subject: Option<&'a Found>,
    pub(super) wish: Option<&'a Found>,
    pub(super) earlier_ticket: Option<&'a Found>,
}

/// How the sentences of a language begin and end.
struct Template {
    kinds: [(&'static str, &'static str); 6],
    unnamed: &'static str,
    time: &'static str,
    place: &'static str,
    against: &'static str,
    subject: &'static str,
    wish: &'static str,
    earlier: &'static str,
    end: &'static str,
}

const CHINESE: Template = Template {
    kinds: [
        ("inquiry", "市民咨询"),
        ("help", "市民求助"),
        ("complaint", "市民投诉"),
        ("report", "市民举报"),
        ("suggestion", "市民建议"),
        ("praise", "市民表扬"),
    ],
    unnamed: "市民来电",
    time: "时间：",
    place: "地点：",
    against: "被反映方：",
    subject: "情况：",
    wish: "诉求：",
    earlier: "此前工单：",
    end: "。",
};
const ENGLISH: Template = Template {
    kinds: [
        ("inquiry", "Inquiry"),
        ("help", "Request for help"),
        ("complaint", "Complaint"),
        ("report", "Report"),
        ("suggestion", "Suggestion"),
        ("praise", "Praise"),
    ],
    unnamed: "Call",
    time: " When: ",
    place: " Where: ",
    against: " About: ",
    subject: " What: ",
    wish: " Wish: ",
    earlier: " Earlier ticket: ",
    end: ".",
};

/// The summary; nothing where neither what happened nor what is wanted is known.
pub(super) fn summary(transcript: &Transcript<'_>, pieces: &Pieces<'_>) -> Option<Found> {
    let main = pieces.subject.or(pieces.wish)?;
    let template = if main.value.chars().any(is_chinese) { &CHINESE } else { &ENGLISH };
    let kind = pieces.kind.and_then(|kind| template.kinds.iter().find(|(code, _)| *code == kind.value));
    let mut value = format!("{}{}", kind.map_or(template.unnamed, |(_, words)| words), template.end);
    let mut spans: Vec<Span> = pieces.kind.map(|kind| kind.spans.clone()).unwrap_or_default();
    let told = pieces.subject.map_or("", |subject| subject.value.as_str());
    for (words, piece, always) in [
        (template.time, pieces.time, true),
        (template.place, pieces.place, true),
        (template.against, pieces.against, false),
        (template.subject, pieces.subject, true),
        (template.wish, pieces.wish, false),
        (template.earlier, pieces.earlier_ticket, true),
    ] {
        let Some(piece) = piece else { continue };
        // What the account of the matter says already is not said twice.
        if !always && told.contains(&piece.value) {
            continue;
        }
        value.push_str(words);
        value.push_str(piece.value.trim_end_matches(['。', '.', '，', ',']));
        value.push_str(template.end);
        spans.extend(&piece.spans);
    }
    let confidence = main.confidence;
    spans.retain(|span| !transcript.text(*span).is_empty());
    Some(Found { value, confidence, spans, reason: Reason::Composed.of("") })
}
