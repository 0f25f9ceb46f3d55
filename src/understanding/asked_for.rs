//! What a caller asks for with a yes or a no: to stay confidential, not to be named, to be called back. In own
//! words, or as the answer to the agent's question; what was asked for and then taken back is not asked for.

use super::found::{Found, Reason};
use super::transcript::{Line, Span, Transcript};
use super::words::denied;

const QUESTION_MARKS: [&str; 8] = ["吗", "?", "？", "需要", "要不要", "是否", "would you", "do you"];
const YES: [&str; 14] =
    ["需要", "要", "对", "是的", "是", "嗯", "好的", "可以", "最好", "当然", "yes", "please", "yeah", "i do"];
const NO: [&str; 10] =
    ["不用", "不需要", "不必", "无所谓", "不要", "没必要", "不了", "no", "not necessary", "no need"];

/// The words of one wish.
pub(super) struct Wording {
    /// What the caller says who wants it.
    pub(super) asks: &'static [&'static str],
    /// What the caller says who does not.
    pub(super) declines: &'static [&'static str],
    /// What the agent's question speaks of.
    pub(super) questions: &'static [&'static str],
    /// How else the question may be answered with yes.
    pub(super) yes: &'static [&'static str],
}

/// Whether it was asked for, `true` or `false`; nothing where nothing was said of it.
pub(super) fn asked_for(transcript: &Transcript<'_>, wording: &Wording) -> Option<(bool, Found)> {
    let mut asked: Option<(bool, Vec<Span>, f32)> = None;
    for (index, line) in transcript.caller_lines() {
        if let Some((wanted, span)) = own_words(line, index, wording) {
            let repeated = matches!(&asked, Some((known, _, _)) if *known == wanted);
            if !repeated {
                asked = Some((wanted, vec![span], 0.92));
            }
            continue;
        }
        let Some((question_line, agent)) = transcript.question_before(index) else { continue };
        let Some((at, word)) = wording.questions.iter().find_map(|word| Some((agent.find(word, 0)?, word)))
        else {
            continue;
        };
        if !agent.has_any(&QUESTION_MARKS) {
            continue;
        }
        let Some((wanted, answer)) = answer(line, index, wording) else { continue };
        let question = Span { line: question_line, start: at, end: at + word.chars().count() };
        asked = Some((wanted, vec![question, answer], 0.85));
    }
    let (wanted, spans, confidence) = asked?;
    let words = transcript.text(*spans.first()?);
    let found = Found { value: wanted.to_string(), confidence, spans, reason: Reason::Keyword.of(&words) };
    Some((wanted, found))
}

fn own_words(line: &Line<'_>, index: usize, wording: &Wording) -> Option<(bool, Span)> {
    let first = |words: &[&str]| {
        words.iter().filter_map(|word| Some((line.find(word, 0)?, word.chars().count()))).min()
    };
    let span = |(start, length): (usize, usize)| Span { line: index, start, end: start + length };
    if let Some(found) = first(wording.declines) {
        return Some((false, span(found)));
    }
    let found = first(wording.asks)?;
    Some((!denied(line, found.0), span(found)))
}

fn answer(line: &Line<'_>, index: usize, wording: &Wording) -> Option<(bool, Span)> {
    let start = line.skip_pauses(0);
    let at_start = |words: &[&str]| {
        (line.longest_at(start, words))
            .filter(|(_, length)| line.whole(start, start + length))
            .map(|(_, length)| Span { line: index, start, end: start + length })
    };
    if let Some(no) = at_start(&NO) {
        return Some((false, no));
    }
    if let Some(yes) = at_start(&YES).or_else(|| at_start(wording.yes)) {
        return Some((true, yes));
    }
    let no = NO.iter().find_map(|word| Some((line.find(word, 0)?, word.chars().count())))?;
    Some((false, Span { line: index, start: no.0, end: no.0 + no.1 }))
}
