//! The caller's name, as said: 我姓王, 我叫王建国, `my name is …`; an answer to the agent's question; how the
//! agent then addresses the caller (王女士). Other people's names (邻居叫…) are not the caller's.

use super::found::{Found, Reason};
use super::phone_words::denies;
use super::spelled::{Spelling, spelling_at};
use super::surnames::surname_at;
use super::transcript::{Line, Span, Transcript, is_chinese, is_pause};
use crate::numerals::word_at;

/// What a given name hardly has: where one of these follows, the name is over.
const NOT_IN_NAMES: &str = "我你您他她它的是在住想要电手家这那有昨反投举咨就也啊呢吧嗯身联号来打报跟女男先同师阿老了说给从到叫姓今请麻希地和与没不呀哈哦什么机座然后对幺零一二两三四五六七八九十";
const TITLES: [&str; 14] = [
    "女士", "先生", "小姐", "师傅", "阿姨", "大爷", "大妈", "大娘", "大姐", "大哥", "奶奶", "叔叔", "老师",
    "同志",
];
/// Titles that an agent gives nobody but the caller.
const CALLERS_TITLES: usize = 3;
const ASKS: [&str; 14] = [
    "贵姓",
    "姓名",
    "怎么称呼",
    "如何称呼",
    "您叫什么",
    "您的名字",
    "名字",
    "your name",
    "you called",
    "who am i speaking",
    "may i have your name",
    "who is calling",
    "who's calling",
    "name please",
];
const NAMED: [(&str, bool); 11] = [
    ("叫我", true),
    ("我的名字叫", true),
    ("我的名字是", true),
    ("我名字叫", true),
    ("我名字是", true),
    ("我叫", true),
    ("本人叫", true),
    ("名字是", true),
    ("名字叫", true),
    ("我是", false),
    ("叫", false),
];
const ENGLISH_NAMED: [&str; 8] =
    ["my name is", "my name's", "the name is", "name is", "this is", "i am", "i'm", "it's"];
const ENGLISH_STOPS: [&str; 52] = [
    "and",
    "my",
    "i",
    "i'm",
    "from",
    "calling",
    "phone",
    "number",
    "the",
    "a",
    "an",
    "here",
    "speaking",
    "at",
    "in",
    "on",
    "not",
    "it",
    "is",
    "to",
    "about",
    "living",
    "very",
    "so",
    "with",
    "for",
    "there",
    "that",
    "this",
    "of",
    "telephone",
    "sorry",
    "no",
    "yes",
    "by",
    "live",
    "you",
    "can",
    "we",
    "going",
    "just",
    "really",
    "having",
    "calling",
    "reporting",
    "our",
    "out",
    "been",
    "again",
    "mobile",
    "afraid",
    "spelled",
];

/// The caller's name.
pub(super) fn person(transcript: &Transcript<'_>) -> Option<Found> {
    let mut best: Option<Named> = None;
    let mut spelled: Option<Spelling> = None;
    for (index, line) in transcript.caller_lines() {
        let asked = transcript.question_before(index).is_some_and(|(_, question)| question.has_any(&ASKS));
        let denied = denies(line);
        for named in names(line, index, asked) {
            let corrected = best.is_some() && denied;
            if best
                .as_ref()
                .is_none_or(|known| named.rank > known.rank || corrected && named.rank >= known.rank)
            {
                best = Some(named);
            }
        }
        if best.is_some() || asked {
            spelled = (0..line.chars.len()).find_map(|at| spelling_at(line, index, at)).or(spelled);
        }
    }
    let addressed = addressed(transcript, best.as_ref());
    if let Some(spelling) = spelled
        && let Some(found) = as_spelled(transcript, best.as_ref(), &spelling)
    {
        return Some(found);
    }
    let found = match (best, addressed) {
        (Some(named), Some(address)) if named.rank <= Rank::Surname => Found {
            confidence: 0.9,
            spans: vec![named.span, address],
            reason: Reason::ReadBack.of(&transcript.text(address)),
            value: transcript.text(address),
        },
        (Some(named), _) => Found::said(transcript, named.span, named.rank.confidence()),
        (None, Some(address)) => Found {
            reason: Reason::ReadBack.of(&transcript.text(address)),
            ..Found::said(transcript, address, 0.6)
        },
        (None, None) => return None,
    };
    Some(found)
}

/// The name with the surname that its parts make, where the recogniser wrote another that sounds like it; or the
/// surname alone, where it was said by its parts only.
fn as_spelled(transcript: &Transcript<'_>, named: Option<&Named>, spelling: &Spelling) -> Option<Found> {
    let words = transcript.text(spelling.span);
    let reason = Reason::Spelled.of(&words);
    let Some(named) = named else {
        let (value, spans) = (spelling.surname.to_string(), vec![spelling.span]);
        return Some(Found { value, confidence: 0.85, spans, reason });
    };
    let heard = transcript.text(named.span);
    let mut rest = heard.chars();
    let written = rest.next()?;
    // The character after the parts is the surname that they make, or the one that the name was heard with.
    let same = spelling.written == written || spelling.written == spelling.surname;
    let ours = same && named.span.line <= spelling.span.line;
    (ours && written != spelling.surname).then(|| Found {
        value: format!("{}{}", spelling.surname, rest.as_str()),
        confidence: 0.85,
        spans: vec![named.span, spelling.span],
        reason,
    })
}

struct Named {
    span: Span,
    rank: Rank,
}

/// How good a name is: a fuller one takes the place of a poorer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Surname,
    Titled,
    Loose,
    Full,
}

impl Rank {
    fn confidence(self) -> f32 {
        match self {
            Self::Surname => 0.8,
            Self::Titled => 0.85,
            Self::Loose => 0.65,
            Self::Full => 0.9,
        }
    }
}

/// The names that a caller's line gives, in the order they were said.
fn names(line: &Line<'_>, index: usize, asked: bool) -> Vec<Named> {
    let mut found = Vec::new();
    let span = |start, end| Span { line: index, start, end };
    for at in 0..line.chars.len() {
        if of_another(line, at) {
            continue;
        }
        if line.has_at(at, "姓")
            && let Some(surname) = surname_at(line, at + 1)
            && (["我", "免贵", "本人", "贱"].iter().any(|own| line.has_before(at, own))
                || at == line.skip_pauses(0)
                || asked)
        {
            found.push(Named { span: span(at + 1, at + 1 + surname), rank: Rank::Surname });
            // 我姓郭，郭德明: the whole name after the surname.
            let next = line.skip_pauses(at + 1 + surname);
            let same = line.chars.get(next..next + surname) == line.chars.get(at + 1..at + 1 + surname);
            if let Some((end, _)) = chinese_name(line, next).filter(|_| same) {
                found.push(Named { span: span(next, end), rank: Rank::Full });
            }
        }
        if let Some((word, strict)) = NAMED.iter().find(|(word, _)| line.has_at(at, word)) {
            let start = line.skip_pauses(at + word.chars().count());
            let after_surname = *word == "叫" && at > 0 && line.chars[..at].contains(&'姓');
            let own = *strict || asked || after_surname;
            if let Some((end, whole)) = chinese_name(line, start)
                && (own || whole && *word == "我是" && end - start >= 3)
            {
                let rank = if own { Rank::Full } else { Rank::Loose };
                let titled = line.longest_at(end, &TITLES);
                let (end, rank) = titled.map_or((end, rank), |(_, length)| (end + length, Rank::Titled));
                found.push(Named { span: span(start, end), rank });
            }
        }
        if let Some(word) = ENGLISH_NAMED
            .iter()
            .find(|word| line.has_at(at, word))
            .filter(|word| line.whole(at, at + word.len()) && line.chars.get(at + word.len()) == Some(&' '))
        {
            let strict = word.contains("name") || asked;
            let start = at + word.len() + 1;
            if let Some(end) = english_name(line, start, strict) {
                found.push(Named {
                    span: span(start, end),
                    rank: if strict { Rank::Full } else { Rank::Loose },
                });
            }
        }
    }
    if found.is_empty() && asked {
        found.extend(bare_answer(line, index));
    }
    found
}

/// Whether the words before `at` speak of somebody else.
fn of_another(line: &Line<'_>, at: usize) -> bool {
    const OTHERS: [&str; 20] = [
        "他",
        "她",
        "邻居",
        "老板",
        "经理",
        "对方",
        "孩子",
        "儿子",
        "女儿",
        "老公",
        "爱人",
        "房东",
        "业主",
        "小区",
        "公司",
        "物业",
        "司机",
        "负责人",
        "那个人",
        "那人",
    ];
    OTHERS.iter().any(|other| line.has_before(at, other))
}

/// A surname and its given name: where it ends, and whether a pause or the line's end follows.
fn chinese_name(line: &Line<'_>, start: usize) -> Option<(usize, bool)> {
    let given = start + surname_at(line, start)?;
    let in_name =
        |at: usize| line.chars.get(at).is_some_and(|char| is_chinese(*char) && !NOT_IN_NAMES.contains(*char));
    let titled = line.longest_at(given, &TITLES).is_some();
    if titled {
        return Some((given, false));
    }
    let length = (0..2).take_while(|offset| in_name(given + offset)).count();
    let end = given + length;
    let whole = line.chars.get(end).is_none_or(|char| is_pause(*char));
    (length > 0).then_some((end, whole))
}

/// One to three words of an English name.
fn english_name(line: &Line<'_>, start: usize, strict: bool) -> Option<usize> {
    let mut end = None;
    let mut at = start;
    for _ in 0..3 {
        let Some((word, word_end)) = word_at(&line.chars, at) else { break };
        let is_title = matches!(word.as_str(), "mr" | "mrs" | "ms" | "miss");
        // Loosely announced (`this is John`), it must be written as a name is.
        let capital = line.text(at, at + 1).chars().all(char::is_uppercase);
        if ENGLISH_STOPS.contains(&word.as_str()) || word.contains('\'') || !strict && !capital {
            break;
        }
        end = (!is_title).then_some(word_end).or(end);
        at = word_end + 1;
        let dotted = is_title && line.chars.get(word_end) == Some(&'.');
        if dotted {
            at += 1;
        } else if line.chars.get(word_end) != Some(&' ') {
            break;
        }
    }
    // One loosely announced word is rarely a name: `this is Monday`.
    end.filter(|end| strict || line.text(start, *end).contains(' '))
}

/// A name alone, said when asked for: 王建国, 王, 免贵王.
fn bare_answer(line: &Line<'_>, index: usize) -> Option<Named> {
    const LEADS: [&str; 8] = ["我", "免贵", "嗯", "啊", "哦", "呃", "是", "yes"];
    let mut start = line.skip_pauses(0);
    while let Some((_, length)) = line.longest_at(start, &LEADS) {
        start = line.skip_pauses(start + length);
    }
    let over = |end: usize| line.chars.get(end).is_none_or(|char| is_pause(*char));
    let span = |end| Span { line: index, start, end };
    if let Some((end, whole)) = chinese_name(line, start) {
        if let Some((_, length)) = line.longest_at(end, &TITLES) {
            return Some(Named { span: span(end + length), rank: Rank::Titled });
        }
        return whole.then(|| Named { span: span(end), rank: Rank::Full });
    }
    if let Some(surname) = surname_at(line, start) {
        return over(start + surname).then(|| Named { span: span(start + surname), rank: Rank::Surname });
    }
    let end = english_name(line, start, false)?;
    over(end).then(|| Named { span: span(end), rank: Rank::Loose })
}

/// 王女士, 王先生, `Mr Smith`: how the agent addresses the caller; of a known surname, only that.
fn addressed(transcript: &Transcript<'_>, named: Option<&Named>) -> Option<Span> {
    let said = named.map(|named| transcript.text(named.span));
    for (index, line) in transcript.lines.iter().enumerate().filter(|(_, line)| !line.is_caller()) {
        for at in 0..line.chars.len() {
            let Some(surname) = surname_at(line, at) else { continue };
            // 郭大爷 may be anybody, where the caller is not known to be called 郭.
            let titles = if said.is_some() { &TITLES[..] } else { &TITLES[..CALLERS_TITLES] };
            let Some((_, title)) = line.longest_at(at + surname, titles) else { continue };
            let span = Span { line: index, start: at, end: at + surname + title };
            if said.as_ref().is_none_or(|said| line.text(at, at + surname) == *said) {
                return Some(span);
            }
        }
    }
    None
}
