//! The number to call back, from spoken digits: said at once or in groups over several turns, corrected in
//! whole or in part, read back by the agent. In: the transcript. Out: at most one number that was said.

use super::found::{Found, Reason};
use super::hesitation::only_hesitation;
use super::phone_words::{
    Item, agrees, announces, complete, denies, items, of_another, offers_a_number, reads_back,
};
use super::transcript::{Line, Span, Transcript};
use crate::numerals::{DigitGroup, MOBILE_DIGITS, is_mobile};

/// A number is still being said while no more than this many lines lie between two of its groups.
const PAUSE_LINES: usize = 3;
/// How sure a number is that was read back as it was said, and denied.
const DENIED: f32 = 0.4;
/// How sure a number is of which a part was said anew.
const CORRECTED: f32 = 0.8;

/// The caller's number; the digits at `taken` are another thing's.
pub(super) fn phone(transcript: &Transcript<'_>, taken: &[Span]) -> Option<Found> {
    let mut reader = Reader { taken, ..Reader::default() };
    for (index, line) in transcript.lines.iter().enumerate() {
        reader.read(index, line);
    }
    let number = reader.number.or(reader.read_back.map(|(_, number)| number))?;
    let words: Vec<String> = number.spans.iter().map(|span| transcript.text(*span)).collect();
    Some(Found {
        reason: number.reason.of(&words.join(" ")),
        value: number.digits,
        confidence: number.confidence,
        spans: number.spans,
    })
}

#[derive(Default)]
struct Reader<'t> {
    /// Digits of an identity number or of a ticket's.
    taken: &'t [Span],
    caller: Side,
    agent: Side,
    /// The line that last spoke of a telephone.
    announced_at: Option<usize>,
    /// What the caller's words give so far.
    number: Option<Number>,
    /// What the agent read back and the caller has not answered, with its line.
    read_back: Option<(usize, Number)>,
    /// The line in which the agent read back what the caller had said.
    confirmed_at: Option<usize>,
}

/// One side's digits that are not a number yet.
#[derive(Default)]
struct Side {
    open: Vec<Group>,
    /// What stood open when the speaker said it was wrong.
    before_wrong: Vec<Group>,
    correcting: bool,
    end: Option<EndOfNumber>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum EndOfNumber {
    Head(Option<usize>),
    Tail(Option<usize>),
}

#[derive(Clone)]
struct Group {
    digits: String,
    span: Span,
    /// Whether nothing but hesitation follows it in its line.
    last: bool,
}

#[derive(Clone)]
struct Number {
    digits: String,
    spans: Vec<Span>,
    confidence: f32,
    reason: Reason,
}

impl Reader<'_> {
    fn read(&mut self, index: usize, line: &Line<'_>) {
        if announces(line) {
            self.announced_at = Some(index);
        }
        if line.is_caller() {
            self.answer(index, line);
        }
        let items = items(line);
        for (place, item) in items.iter().enumerate() {
            let side = if line.is_caller() { &mut self.caller } else { &mut self.agent };
            match item {
                Item::Wrong => side.begin_correction(self.number.is_some()),
                Item::Tail(count) => side.end = Some(EndOfNumber::Tail(*count)),
                Item::Head(count) => side.end = Some(EndOfNumber::Head(*count)),
                Item::Digits(group) if line.is_caller() => {
                    let replaced = match items.get(place + 1) {
                        Some(Item::Digits(next)) => self.replace(index, line, group, next),
                        _ => false,
                    };
                    if replaced {
                        return;
                    }
                    self.digits(index, line, group);
                }
                Item::Digits(group) => self.digits(index, line, group),
            }
        }
        if line.is_caller() {
            self.finish_correction();
        }
    }

    /// The caller's answer to a number read back.
    fn answer(&mut self, index: usize, line: &Line<'_>) {
        let confirmed = self.confirmed_at.take().is_some_and(|at| index <= at + 2);
        if let Some(number) = self.number.as_mut().filter(|_| confirmed && denies(line)) {
            // What was said and read back alike is wrong all the same; what is right comes with this answer, or
            // has to be asked for.
            number.confidence = DENIED;
        }
        let Some((at, read_back)) = self.read_back.take() else { return };
        if denies(line) {
            return;
        }
        if agrees(line) && index <= at + 2 {
            self.number = Some(Number { confidence: 0.97, ..read_back });
        } else if self.number.is_none() {
            self.read_back = Some((at, read_back));
        }
    }

    fn digits(&mut self, index: usize, line: &Line<'_>, group: &DigitGroup) {
        let announced = self.announced_at.is_some_and(|at| index <= at + PAUSE_LINES);
        let span = Span { line: index, start: group.start, end: group.end };
        let taken = |other: &Span| other.line == index && other.start < span.end && span.start < other.end;
        if of_another(line, group.start) || self.taken.iter().any(taken) {
            self.caller.end = None;
            return;
        }
        let last = only_hesitation(line, group.end, line.chars.len());
        let group = Group { digits: group.digits.clone(), span, last };
        let side = if line.is_caller() { &mut self.caller } else { &mut self.agent };
        if line.is_caller()
            && let Some(end) = side.end.take()
            && let Some(number) = &mut self.number
            && number.replace_end(end, &group)
        {
            side.correcting = false;
            return;
        }
        let Some(number) = side.push(line, group, announced) else { return };
        if line.is_caller() { self.said(number) } else { self.heard_back(index, line, number) }
    }

    /// The caller said a whole number.
    fn said(&mut self, mut number: Number) {
        let correcting = std::mem::take(&mut self.caller.correcting);
        self.caller.before_wrong.clear();
        match &self.number {
            Some(known) if known.digits == number.digits => return,
            // A second number beside the first, such as a landline: the first is the one to call.
            Some(known) if !correcting && differing(&known.digits, &number.digits) > 4 => return,
            Some(_) => {
                number.reason = Reason::Corrected;
                number.confidence = number.confidence.min(0.9);
            }
            None if correcting => number.reason = Reason::Corrected,
            None => {}
        }
        self.number = Some(number);
    }

    /// The agent said a whole number.
    fn heard_back(&mut self, index: usize, line: &Line<'_>, number: Number) {
        if offers_a_number(line) {
            return;
        }
        match &mut self.number {
            Some(known) if known.digits == number.digits => {
                known.confidence = 0.97;
                known.spans.extend(number.spans);
                known.reason = Reason::ReadBack;
                self.confirmed_at = Some(index);
            }
            Some(known) if differing(&known.digits, &number.digits) > 4 && !reads_back(line) => {}
            _ => {
                let number = Number { confidence: 0.6, reason: Reason::ReadBack, ..number };
                self.read_back = Some((index, number));
            }
        }
    }

    /// 不是五六，是六五: digits of the number that others take the place of.
    fn replace(&mut self, index: usize, line: &Line<'_>, wrong: &DigitGroup, right: &DigitGroup) -> bool {
        let Some(number) = &mut self.number else { return false };
        let between: String = line.chars[wrong.end..right.start]
            .iter()
            .filter(|char| !super::transcript::is_pause(**char))
            .collect();
        let said = self.caller.correcting
            && matches!(between.as_str(), "是" | "应该是" | "it's" | "it'sit's" | "butit's" | "but");
        if !said || wrong.digits.len() != right.digits.len() || wrong.digits.len() >= number.digits.len() {
            return false;
        }
        let Some(at) = number.digits.rfind(&wrong.digits) else { return false };
        number.digits.replace_range(at..at + wrong.digits.len(), &right.digits);
        number.spans.push(Span { line: index, start: right.start, end: right.end });
        number.corrected();
        self.caller.correcting = false;
        true
    }

    /// At the end of a line: what the caller corrected in part.
    fn finish_correction(&mut self) {
        if !self.caller.correcting || self.caller.open.is_empty() {
            return;
        }
        let fresh = digits_of(&self.caller.open);
        let spans = || self.caller.open.iter().map(|group| group.span);
        if let Some(number) = &mut self.number {
            // The tail said again: 二三四六 for …二三四五.
            if (2..=8).contains(&fresh.len()) && !fresh.starts_with("1") | (fresh.len() > 3) {
                let keep = number.digits.len() - fresh.len();
                number.digits.replace_range(keep.., &fresh);
                number.spans.extend(spans());
                number.corrected();
            }
            return;
        }
        // Taken up again some digits back, and finished: 幺三八零零幺三，不对，二八八八八八.
        let begun = digits_of(&self.caller.before_wrong);
        let Some(keep) = MOBILE_DIGITS.checked_sub(fresh.len()) else { return };
        if (3..=begun.len()).contains(&keep) && begun.len() - keep <= 4 && begun.is_char_boundary(keep) {
            let whole = format!("{}{fresh}", &begun[..keep]);
            if let Some(digits) = complete(&whole, false) {
                let spans = self.caller.before_wrong.iter().map(|group| group.span).chain(spans()).collect();
                self.number = Some(Number { digits, spans, confidence: 0.6, reason: Reason::Corrected });
                self.caller.correcting = false;
            }
        }
    }
}

impl Number {
    fn corrected(&mut self) {
        self.confidence = CORRECTED;
        self.reason = Reason::Corrected;
    }

    fn replace_end(&mut self, end: EndOfNumber, group: &Group) -> bool {
        let (count, tail) = match end {
            EndOfNumber::Tail(count) => (count, true),
            EndOfNumber::Head(count) => (count, false),
        };
        let length = group.digits.len();
        if count.is_some_and(|count| count != length) || length < 2 || length >= self.digits.len() {
            return false;
        }
        let range = if tail { self.digits.len() - length..self.digits.len() } else { 0..length };
        if self.digits[range.clone()] == group.digits {
            return true;
        }
        self.digits.replace_range(range, &group.digits);
        self.spans.push(group.span);
        self.corrected();
        true
    }
}

impl Side {
    /// Something said before is wrong; where no number was begun, it is none of our matter.
    fn begin_correction(&mut self, known: bool) {
        self.correcting |= known || !self.open.is_empty();
        if !self.open.is_empty() {
            self.before_wrong = std::mem::take(&mut self.open);
        }
    }

    /// Adds a group; the number that is complete with it, if one is.
    fn push(&mut self, line: &Line<'_>, group: Group, announced: bool) -> Option<Number> {
        let confidence = if announced { 0.92 } else { 0.8 };
        let number = |digits, groups: &[Group]| {
            let spans = groups.iter().map(|group| group.span).collect();
            Number { digits, spans, confidence, reason: Reason::Digits }
        };
        if !self.open.last().is_some_and(|last| continues(last, &group, line)) {
            self.open.clear();
            if group.digits.len() < 2 && !announced {
                return None;
            }
        }
        self.open.push(group);
        // The fewest leading groups dropped: a false start said before the number is no part of it.
        let whole = (0..self.open.len())
            .find_map(|from| Some((from, complete(&digits_of(&self.open[from..]), announced)?)))
            .filter(|(from, digits)| *from == 0 || is_mobile(digits));
        if let Some((from, digits)) = whole {
            return Some(number(digits, &self.open[from..]));
        }
        None
    }
}

/// Whether a group goes on with the number that `last` belongs to.
fn continues(last: &Group, next: &Group, line: &Line<'_>) -> bool {
    if last.span.line == next.span.line {
        return only_hesitation(line, last.span.end, next.span.start);
    }
    last.last && next.span.line - last.span.line <= PAUSE_LINES && only_hesitation(line, 0, next.span.start)
}

fn digits_of(groups: &[Group]) -> String {
    groups.iter().map(|group| group.digits.as_str()).collect()
}

/// In how many digits two numbers differ.
fn differing(one: &str, other: &str) -> usize {
    let unequal = one.bytes().zip(other.bytes()).filter(|(one, other)| one != other).count();
    unequal + one.len().abs_diff(other.len())
}
