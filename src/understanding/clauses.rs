//! Lines cut into clauses and sentences, with the openings that say nothing of the matter.

use super::transcript::{Line, Span, ends_clause, ends_sentence, is_pause};

/// What callers begin with before they come to the matter.
const OPENINGS: [&str; 60] = [
    "同志",
    "我反映一下",
    "我反映",
    "我们家",
    "我家",
    "快点",
    "喂",
    "您好",
    "你好",
    "哎",
    "嗯",
    "呃",
    "啊",
    "那个",
    "是这样的",
    "是这样",
    "我想反映一下",
    "我想反映",
    "我要反映一下",
    "我要反映",
    "反映一下",
    "我要投诉一下",
    "我要投诉",
    "我想投诉",
    "我要举报",
    "我想举报",
    "我想咨询一下",
    "我想咨询",
    "我想问一下",
    "想咨询一下",
    "咨询一下",
    "请问一下",
    "请问",
    "我建议",
    "就是",
    "我们这儿",
    "我们这里",
    "我们这边",
    "我们这",
    "然后",
    "不好意思",
    "麻烦您",
    "我们",
    "对",
    "对的",
    "是的",
    "好的",
    "hello",
    "hi",
    "good morning",
    "good afternoon",
    "yes",
    "well",
    "so",
    "i want to report that",
    "i'm calling because",
    "i am calling because",
    "i'd like to complain about",
    "i want to complain about",
    "and",
];

/// The clauses of a line, without the pauses around them.
pub(super) fn clauses(line: &Line<'_>, index: usize) -> Vec<Span> {
    pieces(line, index, |line, at| ends_clause(line.chars[at]) && !inside_number(line, at))
}

/// The clause that holds a character.
pub(super) fn clause_of(line: &Line<'_>, index: usize, at: usize) -> Span {
    let holds = |clause: &Span| clause.start <= at && at < clause.end;
    clauses(line, index).into_iter().find(holds).unwrap_or(Span { line: index, start: at, end: at + 1 })
}

/// Where the sentence that holds a character ends.
pub(super) fn sentence_end(line: &Line<'_>, at: usize) -> usize {
    (at..line.chars.len())
        .find(|at| ends_sentence(line.chars[*at]) && !inside_number(line, *at))
        .unwrap_or(line.chars.len())
}

/// The span without openings and pauses at its beginning.
pub(super) fn without_opening(line: &Line<'_>, mut span: Span) -> Span {
    loop {
        let start = line.skip_pauses(span.start).min(span.end);
        let opening = line.longest_at(start, &OPENINGS).map_or(0, |(_, length)| length);
        let whole = line.whole(start, start + opening) && start + opening <= span.end;
        span.start = if whole { start + opening } else { start };
        if opening == 0 || !whole {
            return span;
        }
    }
}

/// The span without pauses at its ends.
pub(super) fn trimmed(line: &Line<'_>, mut span: Span) -> Span {
    while span.start < span.end && line.chars.get(span.start).is_some_and(|char| is_pause(*char)) {
        span.start += 1;
    }
    while span.start < span.end && line.chars.get(span.end - 1).is_some_and(|char| is_pause(*char)) {
        span.end -= 1;
    }
    span
}

fn pieces(line: &Line<'_>, index: usize, ends: impl Fn(&Line<'_>, usize) -> bool) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = 0;
    for at in 0..=line.chars.len() {
        if at == line.chars.len() || ends(line, at) {
            let piece = trimmed(line, Span { line: index, start, end: at });
            if piece.start < piece.end {
                found.push(piece);
            }
            start = at + 1;
        }
    }
    found
}

fn inside_number(line: &Line<'_>, at: usize) -> bool {
    let is_digit = |index: Option<usize>| {
        index.and_then(|index| line.chars.get(index)).is_some_and(char::is_ascii_digit)
    };
    matches!(line.chars[at], '.' | ',' | ':') && is_digit(at.checked_sub(1)) && is_digit(Some(at + 1))
}
