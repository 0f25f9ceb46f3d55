//! The words of a call, made ready to be searched: one [`Line`] a turn, its characters folded (full width
//! to half, capitals to small, spaces inside Chinese dropped), each knowing where it stands in the turn's
//! text. In: turns. Out: spans, and the [`Evidence`] that shows one in text and sound.

use crate::domain::{Channel, Evidence, SamplePosition, Turn, TurnStatus};

/// What can be read of a call, in the order it was said.
pub(super) struct Transcript<'a> {
    pub(super) lines: Vec<Line<'a>>,
}

/// One recognised turn.
pub(super) struct Line<'a> {
    turn: &'a Turn,
    /// The turn's text, one element a Unicode scalar value.
    original: Vec<char>,
    /// The folded characters: what rules look at.
    pub(super) chars: Vec<char>,
    /// For each folded character, its place in `original`.
    at: Vec<usize>,
}

/// A piece of a line, in folded characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    /// Which line.
    pub(super) line: usize,
    /// First folded character.
    pub(super) start: usize,
    /// One past the last.
    pub(super) end: usize,
}

impl<'a> Transcript<'a> {
    /// The recognised turns, by when they began; turns that began together keep the order given.
    pub(super) fn new(turns: &'a [Turn]) -> Self {
        let mut heard: Vec<&Turn> =
            turns.iter().filter(|turn| turn.status == TurnStatus::Recognised).collect();
        heard.sort_by_key(|turn| turn.start_sample);
        Self { lines: heard.into_iter().map(Line::new).collect() }
    }

    /// The caller's lines with their numbers.
    pub(super) fn caller_lines(&self) -> impl Iterator<Item = (usize, &Line<'a>)> {
        self.lines.iter().enumerate().filter(|(_, line)| line.is_caller())
    }

    /// The words of a span as they stand in the turn's text.
    pub(super) fn text(&self, span: Span) -> String {
        self.lines.get(span.line).map(|line| line.text(span.start, span.end)).unwrap_or_default()
    }

    /// A span as evidence; nothing for an empty one.
    pub(super) fn evidence(&self, span: Span) -> Option<Evidence> {
        let line = self.lines.get(span.line)?;
        let (start, end) = line.original_range(span.start, span.end)?;
        let (start_sample, end_sample) = sound_of(line.turn, &line.original, start, end);
        Some(Evidence {
            turn_id: line.turn.id,
            channel: line.turn.channel,
            text: line.original[start..end].iter().collect(),
            start_char: u32::try_from(start).ok()?,
            end_char: u32::try_from(end).ok()?,
            start_sample,
            end_sample,
        })
    }

    /// Spans as evidence, in the order of the call, each once.
    pub(super) fn evidences(&self, spans: &[Span]) -> Vec<Evidence> {
        let mut spans = spans.to_vec();
        spans.sort();
        spans.dedup();
        spans.into_iter().filter_map(|span| self.evidence(span)).collect()
    }

    /// The line said next by the other side after `line`, if any.
    pub(super) fn answer_to(&self, line: usize) -> Option<(usize, &Line<'a>)> {
        let asked = self.lines.get(line)?.turn.channel;
        let next = line + 1;
        self.lines.get(next).filter(|answer| answer.turn.channel != asked).map(|answer| (next, answer))
    }

    /// The line said just before `line` by the other side, if any.
    pub(super) fn question_before(&self, line: usize) -> Option<(usize, &Line<'a>)> {
        let answered = self.lines.get(line)?.turn.channel;
        let before = line.checked_sub(1)?;
        self.lines.get(before).filter(|asked| asked.turn.channel != answered).map(|asked| (before, asked))
    }
}

impl<'a> Line<'a> {
    fn new(turn: &'a Turn) -> Self {
        let original: Vec<char> = turn.text.chars().collect();
        let mut chars = Vec::with_capacity(original.len());
        let mut at = Vec::with_capacity(original.len());
        for (index, raw) in original.iter().enumerate() {
            let folded = fold(*raw);
            if folded == ' ' && beside_chinese(&original, index) {
                continue;
            }
            chars.push(folded);
            at.push(index);
        }
        Self { turn, original, chars, at }
    }

    /// Whether the citizen said it.
    pub(super) fn is_caller(&self) -> bool {
        self.turn.channel == Channel::Caller
    }

    /// The words from `start` to `end` (folded) as they stand in the turn's text.
    pub(super) fn text(&self, start: usize, end: usize) -> String {
        self.original_range(start, end)
            .map(|(from, to)| self.original[from..to].iter().collect())
            .unwrap_or_default()
    }

    fn original_range(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        if end <= start {
            return None;
        }
        Some((*self.at.get(start)?, *self.at.get(end - 1)? + 1))
    }

    /// Whether `word` (already folded) stands at `start`.
    pub(super) fn has_at(&self, start: usize, word: &str) -> bool {
        let mut rest = self.chars.get(start..).unwrap_or_default().iter();
        word.chars().all(|wanted| rest.next() == Some(&wanted))
    }

    /// Whether `word` (already folded) ends just before `end`.
    pub(super) fn has_before(&self, end: usize, word: &str) -> bool {
        end.checked_sub(word.chars().count()).is_some_and(|start| self.has_at(start, word))
    }

    /// The longest of `words` that stands at `start`, with its length in characters.
    pub(super) fn longest_at<'w>(&self, start: usize, words: &[&'w str]) -> Option<(&'w str, usize)> {
        (words.iter().filter(|word| self.has_at(start, word)).map(|word| (*word, word.chars().count())))
            .max_by_key(|(_, length)| *length)
    }

    /// Where `word` (already folded) first stands at or after `from`. English words match whole.
    pub(super) fn find(&self, word: &str, from: usize) -> Option<usize> {
        let length = word.chars().count();
        (from..self.chars.len()).find(|start| self.has_at(*start, word) && self.whole(*start, start + length))
    }

    /// Whether any of `words` stands in the line.
    pub(super) fn has_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.find(word, 0).is_some())
    }

    /// Whether a match from `start` to `end` does not cut an English word.
    pub(super) fn whole(&self, start: usize, end: usize) -> bool {
        let letter = |index: Option<usize>| {
            index.and_then(|index| self.chars.get(index)).is_some_and(char::is_ascii_alphanumeric)
        };
        let cut_left = letter(Some(start)) && letter(start.checked_sub(1));
        let cut_right = end > start && letter(Some(end - 1)) && letter(Some(end));
        !cut_left && !cut_right
    }

    /// The first folded character that is not a pause, from `start`.
    pub(super) fn skip_pauses(&self, start: usize) -> usize {
        (start..self.chars.len()).find(|index| !is_pause(self.chars[*index])).unwrap_or(self.chars.len())
    }
}

/// Folds one character, keeping it one character.
pub(super) fn fold(raw: char) -> char {
    match raw {
        '\u{ff01}'..='\u{ff5e}' if !matches!(raw, '，' | '。' | '！' | '？' | '：' | '；') => {
            let half = char::from_u32(raw as u32 - 0xfee0).unwrap_or(raw);
            half.to_ascii_lowercase()
        }
        '’' | '‘' => '\'',
        other if other.is_whitespace() => ' ',
        other => other.to_ascii_lowercase(),
    }
}

/// Folds a word of a rule the same way as the transcript.
pub(super) fn fold_word(word: &str) -> String {
    word.chars().map(fold).collect()
}

/// Whether a character is a pause: punctuation or a space.
pub(super) fn is_pause(char: char) -> bool {
    matches!(
        char,
        ' ' | ','
            | '.'
            | ';'
            | ':'
            | '!'
            | '?'
            | '，'
            | '。'
            | '！'
            | '？'
            | '；'
            | '：'
            | '、'
            | '…'
            | '—'
            | '-'
            | '～'
            | '~'
    )
}

/// Whether a character ends a sentence. A full stop between digits does not count.
pub(super) fn ends_sentence(char: char) -> bool {
    matches!(char, '。' | '！' | '？' | '!' | '?' | '.' | '；' | ';' | '…')
}

/// Whether a character ends a clause.
pub(super) fn ends_clause(char: char) -> bool {
    ends_sentence(char) || matches!(char, '，' | ',' | '：' | ':')
}

/// Whether a character is of the Chinese script.
pub(super) fn is_chinese(char: char) -> bool {
    matches!(char, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' | '〇')
}

fn beside_chinese(chars: &[char], index: usize) -> bool {
    let wide =
        |char: &char| is_chinese(*char) || matches!(char, '，' | '。' | '！' | '？' | '；' | '：' | '、');
    let before = chars[..index].iter().rev().find(|char| !char.is_whitespace());
    let after = chars[index..].iter().find(|char| !char.is_whitespace());
    before.is_none_or(wide) || after.is_none_or(wide)
}

/// Where characters `start..end` of a turn are in the sound: by the words' times, inside a word in
/// proportion; by the turn's own times where the words are missing or say something else.
fn sound_of(turn: &Turn, text: &[char], start: usize, end: usize) -> (SamplePosition, SamplePosition) {
    let whole = (turn.start_sample, turn.end_sample);
    let spoken = turn.words.iter().flat_map(|word| word.text.chars());
    if turn.words.is_empty() || !spoken.eq(text.iter().copied()) {
        let share = |char| between(whole.0, whole.1, char, text.len());
        return (share(start), share(end));
    }
    let mut from = None;
    let mut to = whole.1;
    let mut first = 0;
    for word in &turn.words {
        let length = word.text.chars().count();
        let inside = |char: usize| between(word.start_sample, word.end_sample, char - first, length);
        if from.is_none() && start < first + length {
            from = Some(inside(start));
        }
        if end <= first + length {
            to = inside(end.max(first));
            break;
        }
        first += length;
    }
    let from = from.unwrap_or(whole.0);
    (from, to.max(from))
}

fn between(start: SamplePosition, end: SamplePosition, part: usize, whole: usize) -> SamplePosition {
    let length = u128::from(end.0.saturating_sub(start.0));
    let samples = length * part as u128 / whole.max(1) as u128;
    SamplePosition(start.0.saturating_add(u64::try_from(samples).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::domain::{CallId, TurnId, Word};

    fn turn(text: &str, words: &[(&str, u64, u64)]) -> Turn {
        Turn {
            id: TurnId::new(),
            call_id: CallId::new(),
            channel: Channel::Caller,
            start_sample: SamplePosition(1_000),
            end_sample: SamplePosition(9_000),
            text: text.to_owned(),
            words: (words.iter())
                .map(|(text, start, end)| Word {
                    text: (*text).to_owned(),
                    start_sample: SamplePosition(*start),
                    end_sample: SamplePosition(*end),
                    biased: false,
                })
                .collect(),
            confidence: 0.9,
            status: TurnStatus::Recognised,
        }
    }

    fn evidence_of(turn: &Turn, word: &str) -> Evidence {
        let turns = [turn.clone()];
        let transcript = Transcript::new(&turns);
        let start = transcript.lines[0].find(word, 0).unwrap();
        transcript.evidence(Span { line: 0, start, end: start + word.chars().count() }).unwrap()
    }

    fn samples(evidence: &Evidence) -> (u64, u64) {
        (evidence.start_sample.0, evidence.end_sample.0)
    }

    #[test]
    fn evidence_takes_its_times_from_the_words() {
        let turn =
            turn("停水了，大港", &[("停水", 1_000, 2_000), ("了，", 2_000, 3_000), ("大港", 5_000, 7_000)]);
        assert_eq!(samples(&evidence_of(&turn, "大港")), (5_000, 7_000));
        assert_eq!(samples(&evidence_of(&turn, "停水")), (1_000, 2_000));
        // Inside a word, in proportion.
        assert_eq!(samples(&evidence_of(&turn, "港")), (6_000, 7_000));
        assert_eq!(samples(&evidence_of(&turn, "水了")), (1_500, 2_500));
    }

    #[test]
    fn without_words_the_turn_is_shared_out() {
        assert_eq!(samples(&evidence_of(&turn("一二三四五六七八", &[]), "三四")), (3_000, 5_000));
        let other = turn("一二三四五六七八", &[("一二三", 0, 10)]);
        assert_eq!(samples(&evidence_of(&other, "一二")), (1_000, 3_000));
    }

    #[test]
    fn offsets_count_the_turns_own_characters() {
        let evidence = evidence_of(&turn("我 在 大 港 Ｄａｇａｎｇ🔥 停 水", &[]), "停水");
        assert_eq!((evidence.text.as_str(), evidence.start_char, evidence.end_char), ("停 水", 16, 19));
        let evidence = evidence_of(&turn("我在 ＤＡＧＡＮＧ", &[]), "dagang");
        assert_eq!(evidence.text, "ＤＡＧＡＮＧ");
    }

    #[test]
    fn english_words_match_whole() {
        let turns = [turn("the heater is on, heat", &[])];
        let transcript = Transcript::new(&turns);
        assert_eq!(transcript.lines[0].find("heat", 0), Some(18));
        assert_eq!(transcript.lines[0].find("eater", 0), None);
    }

    #[test]
    fn turns_that_nobody_said_are_no_lines() {
        let made_up = Turn { status: TurnStatus::Suppressed, ..turn("停水", &[]) };
        assert!(Transcript::new(&[made_up]).lines.is_empty());
    }

    #[test]
    fn unrecognised_turns_are_no_lines() {
        let silent = Turn { status: TurnStatus::Unrecognised, ..turn("停水", &[]) };
        assert!(Transcript::new(&[silent]).lines.is_empty());
    }
}
