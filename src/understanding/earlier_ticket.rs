//! The number of an earlier ticket: letters and digits after 工单号, 受理编号, `ticket number`, said at once or with
//! pauses, corrected, read back by the agent. Written as a ticket's number is: capitals, digits, hyphens.

use super::found::{Found, Reason};
use super::phone_words::{agrees, announces, corrected_between, denies};
use super::transcript::{Line, Span, Transcript, is_pause};
use crate::numerals::{digit_groups, word_at};

const CUES: [&str; 17] = [
    "工单号",
    "工单编号",
    "单号",
    "受理编号",
    "受理号",
    "登记号",
    "登记编号",
    "投诉编号",
    "投诉号",
    "案件号",
    "案件编号",
    "编号",
    "ticket number",
    "reference number",
    "case number",
    "ticket",
    "reference",
];
/// What may stand between the word for the number and the number.
const LEADS: [&str; 13] =
    ["是", "为", "就是", "好像是", "应该是", "嗯", "呃", "那个", "是那个", "is", "it's", "was", "number"];
const HYPHENS: [&str; 6] = ["横杠", "横线", "杠", "dash", "hyphen", "减号"];
/// Numbers of other things that are called 编号 too.
const OTHERS: [&str; 6] = ["快递", "订单", "车牌", "表", "物流", "电表"];
/// A number is corrected in the caller's next line, after the agent read it back.
const CORRECTED_WITHIN_LINES: usize = 2;
const FEWEST_CHARS: usize = 4;
const MOST_CHARS: usize = 24;

#[derive(Debug, Clone)]
struct Said {
    number: String,
    span: Span,
    confidence: f32,
    reason: Reason,
}

/// The number of an earlier ticket, and where numbers of tickets were said: they are no telephone numbers. The
/// digits at `taken` are another thing's.
pub(super) fn earlier_ticket(transcript: &Transcript<'_>, taken: &[Span]) -> (Option<Found>, Vec<Span>) {
    let mut spans = Vec::new();
    let mut best: Option<Said> = None;
    let mut read_back: Option<Said> = None;
    for (index, line) in transcript.lines.iter().enumerate() {
        if line.is_caller()
            && let Some(back) = read_back.take()
        {
            match &mut best {
                Some(known) if known.number == back.number && !denies(line) => known.confidence = 0.95,
                Some(known) if denies(line) => known.confidence = 0.5,
                _ if agrees(line) => {
                    best = Some(Said { reason: Reason::ReadBack, confidence: 0.9, ..back });
                }
                _ => {}
            }
        }
        let asked = transcript
            .question_before(index)
            .is_some_and(|(_, question)| cue(question, 0).is_some() && line.is_caller());
        let near = best.as_ref().is_some_and(|known| index <= known.span.line + CORRECTED_WITHIN_LINES);
        let of_a_phone = announces(line)
            || transcript.question_before(index).is_some_and(|(_, question)| announces(question));
        let correcting = near && denies(line) && !of_a_phone;
        for said in numbers(line, index, asked || correcting) {
            let overlaps = |other: &Span| {
                other.line == index && other.start < said.span.end && said.span.start < other.end
            };
            if taken.iter().any(overlaps) {
                continue;
            }
            spans.push(said.span);
            if !line.is_caller() {
                read_back = Some(said);
            } else if best.is_none() || correcting || said.reason == Reason::Corrected {
                let reason = if best.is_some() { Reason::Corrected } else { said.reason };
                best = Some(Said { reason, ..said });
            }
        }
    }
    let found = best.map(|said| Found {
        reason: said.reason.of(&transcript.text(said.span)),
        value: said.number,
        confidence: said.confidence,
        spans: vec![said.span],
    });
    (found, spans)
}

/// The end of the first word for a ticket's number at or after `from`.
fn cue(line: &Line<'_>, from: usize) -> Option<usize> {
    (from..line.chars.len()).find_map(|at| {
        let (_, length) = line.longest_at(at, &CUES)?;
        let other = OTHERS.iter().any(|other| line.has_before(at, other));
        (line.whole(at, at + length) && !other).then_some(at + length)
    })
}

/// The numbers a line gives, left to right.
fn numbers(line: &Line<'_>, index: usize, at_start: bool) -> Vec<Said> {
    let mut found: Vec<Said> = Vec::new();
    let mut from = if at_start && cue(line, 0).is_none() { Some(0) } else { cue(line, 0) };
    while let Some(start) = from {
        let lead = skip(line, start);
        let Some((number, end)) = number(line, lead) else {
            from = match corrected_after(line, start) {
                Some(next) if next > start => Some(next),
                _ => cue(line, start + 1),
            };
            continue;
        };
        let corrects = found.last().is_some_and(|last| corrected_between(line, last.span.end, lead));
        found.push(Said {
            number,
            span: Span { line: index, start: lead, end },
            confidence: if corrects { 0.85 } else { 0.9 },
            reason: if corrects { Reason::Corrected } else { Reason::Digits },
        });
        // 不对，是…: the number said instead.
        from = cue(line, end).or_else(|| corrected_after(line, end));
    }
    found
}

/// Where words that take back what was said end, if they follow.
fn corrected_after(line: &Line<'_>, from: usize) -> Option<usize> {
    const WRONG: [&str; 9] =
        ["不对", "错了", "说错了", "不是", "更正一下", "no", "sorry", "wait", "actually"];
    (from..line.chars.len()).find_map(|at| {
        let (_, length) = line.longest_at(at, &WRONG)?;
        line.whole(at, at + length).then_some(at + length)
    })
}

fn skip(line: &Line<'_>, from: usize) -> usize {
    let mut at = line.skip_pauses(from);
    while let Some((_, length)) = line.longest_at(at, &LEADS) {
        if !line.whole(at, at + length) {
            break;
        }
        at = line.skip_pauses(at + length);
    }
    at
}

/// A ticket's number at `start`, as it is written, and where it ends. It has digits; a date or a count is none.
fn number(line: &Line<'_>, start: usize) -> Option<(String, usize)> {
    let groups = digit_groups(&line.chars);
    let mut number = String::new();
    let (mut at, mut end) = (start, start);
    while at < line.chars.len() && number.len() <= MOST_CHARS {
        if let Some(group) = groups.iter().find(|group| group.start == at) {
            number.push_str(&group.digits);
            at = group.end;
            end = at;
        } else if let Some((_, length)) = line.longest_at(at, &HYPHENS) {
            number.push('-');
            at += length;
        } else if line.chars[at].is_ascii_alphabetic() {
            let (word, word_end) = word_at(&line.chars, at)?;
            // Letters are said one by one, or as a short word; a longer one is speech.
            if word.len() > 3 || !word.chars().all(|char| char.is_ascii_alphabetic()) {
                break;
            }
            number.push_str(&word.to_ascii_uppercase());
            at = word_end;
            end = at;
        } else if is_pause(line.chars[at]) {
            if line.chars[at] == '-' && !number.is_empty() {
                number.push('-');
            }
            if matches!(line.chars[at], '。' | '？' | '！' | '?' | '!') {
                break;
            }
            at += 1;
        } else {
            break;
        }
    }
    let number = number.trim_matches('-').to_owned();
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let counted =
        line.chars.get(end).is_some_and(|char| matches!(char, '月' | '年' | '天' | '楼' | '次' | '个'));
    (digits >= FEWEST_CHARS && number.len() <= MOST_CHARS && !counted && end > start).then_some((number, end))
}
