//! Whether the caller asked for confidentiality, in own words or by saying yes to the agent's question.
//! Asked for and then taken back is not asked for.

use super::found::{Found, Reason};
use super::transcript::{Span, Transcript};
use super::words::denied;

const ASKS: [&str; 31] = [
    "保密",
    "匿名",
    "不要透露",
    "别透露",
    "不能透露",
    "不想透露",
    "不要告诉",
    "别告诉",
    "不要公开",
    "别公开",
    "不要说是我",
    "别说是我",
    "不想留名",
    "不留姓名",
    "不想留姓名",
    "不方便留姓名",
    "不方便透露",
    "别让他们知道",
    "别让他知道",
    "不要让他们知道",
    "怕报复",
    "怕打击报复",
    "confidential",
    "anonymous",
    "anonymously",
    "don't tell",
    "do not tell",
    "don't give my name",
    "do not give my name",
    "don't want to give my name",
    "not to be named",
];
/// What the agent asks.
const QUESTIONS: [&str; 5] = ["保密", "匿名", "公开您", "confidential", "anonymous"];
const YES: [&str; 15] = [
    "需要",
    "要",
    "对",
    "是的",
    "是",
    "嗯",
    "保密",
    "好的",
    "请保密",
    "最好",
    "当然",
    "yes",
    "please",
    "yeah",
    "i do",
];

/// `true`, where confidentiality was asked for.
pub(super) fn confidential(transcript: &Transcript<'_>) -> Option<Found> {
    let mut asked = None;
    for (index, line) in transcript.caller_lines() {
        let own = ASKS.iter().filter_map(|ask| Some((line.find(ask, 0)?, ask.chars().count())));
        if let Some((start, length)) = own.min() {
            let refuses = denied(line, start);
            let here = (vec![Span { line: index, start, end: start + length }], 0.92);
            asked = if refuses { None } else { asked.or(Some(here)) };
            continue;
        }
        let Some((question, agent)) = transcript.question_before(index) else { continue };
        let Some((at, word)) = QUESTIONS.iter().find_map(|word| Some((agent.find(word, 0)?, word))) else {
            continue;
        };
        let is_question = ["吗", "?", "？", "需要", "要不要", "是否", "would you", "do you"];
        if !agent.has_any(&is_question) {
            continue;
        }
        let start = line.skip_pauses(0);
        if let Some((_, length)) =
            line.longest_at(start, &YES).filter(|(_, length)| line.whole(start, start + length))
        {
            let question = Span { line: question, start: at, end: at + word.chars().count() };
            let answer = Span { line: index, start, end: start + length };
            asked = Some((vec![question, answer], 0.85));
        } else if line.has_any(&["不用", "不需要", "不必", "无所谓", "no", "not necessary"]) {
            asked = None;
        }
    }
    let (spans, confidence) = asked?;
    let words = transcript.text(*spans.first()?);
    Some(Found { value: "true".to_owned(), confidence, spans, reason: Reason::Keyword.of(&words) })
}
