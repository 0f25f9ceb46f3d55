//! Marks for a text that has none: commas at pauses, a full stop or a question mark at the end. A recogniser that
//! gave a single mark knows where they go; nothing is added to its text.

use super::edits::Edit;
use crate::domain::{SAMPLE_RATE_HZ, Word};
use crate::numerals::{DigitGroup, digit};

/// A pause that is heard as a comma: longer than between two words, shorter than what ends a turn.
const COMMA_SAMPLES: u64 = SAMPLE_RATE_HZ as u64 * 300 / 1_000;

/// Before which characters a comma goes: where the words' times show a pause, and no long number goes on.
pub(super) fn pauses(chars: &[char], words: &[Word], said: &[(DigitGroup, bool)]) -> Vec<usize> {
    let length: usize = words.iter().map(|word| word.text.chars().count()).sum();
    if length != chars.len() || chars.iter().enumerate().any(|(at, _)| is_mark(chars, at)) {
        return Vec::new();
    }
    let mut at = 0;
    let mut pauses = Vec::new();
    for pair in words.windows(2) {
        at += pair[0].text.chars().count();
        let silence = pair[1].start_sample.0.saturating_sub(pair[0].end_sample.0);
        // In English the space goes after the comma.
        let spaces = chars[..at].iter().rev().take_while(|char| char.is_whitespace()).count();
        let at = at - spaces;
        let inside = said.iter().any(|(group, long)| *long && group.start < at && at < group.end);
        let beside_number =
            spaces > 0 && said.windows(2).any(|two| two[0].1 && two[1].1 && two[0].0.end == at);
        if silence >= COMMA_SAMPLES && at > 0 && !inside && !beside_number && pauses.last() != Some(&at) {
            pauses.push(at);
        }
    }
    pauses
}

/// The marks of a Chinese text.
pub(super) fn chinese(chars: &[char], pauses: &[usize]) -> Vec<Edit> {
    marks(chars, pauses, "，", |clause| if asks_chinese(clause) { "？" } else { "。" })
}

/// The marks of an English text.
pub(super) fn english(chars: &[char], pauses: &[usize]) -> Vec<Edit> {
    marks(chars, pauses, ",", |clause| if asks_english(clause) { "?" } else { "." })
}

fn marks(chars: &[char], pauses: &[usize], comma: &str, end: impl Fn(&str) -> &'static str) -> Vec<Edit> {
    let last = chars.iter().rposition(|char| !char.is_whitespace()).map_or(0, |last| last + 1);
    let numerals_only = chars.iter().all(|char| digit(*char).is_some() || char.is_whitespace());
    if numerals_only || chars.iter().enumerate().any(|(at, _)| is_mark(chars, at)) {
        return Vec::new();
    }
    let put = |at, text: &str| Edit { start: at, end: at, text: text.to_owned() };
    let mut edits: Vec<Edit> = pauses.iter().filter(|at| **at < last).map(|at| put(*at, comma)).collect();
    let clause = pauses.iter().rev().find(|at| **at < last).copied().unwrap_or(0);
    let clause: String = chars[clause..last].iter().collect();
    edits.push(put(last, end(clause.trim())));
    edits
}

/// Whether a character is a mark of a sentence; a point, a comma or a colon inside a number is none, nor is an
/// apostrophe.
fn is_mark(chars: &[char], at: usize) -> bool {
    let is_digit =
        |index: Option<usize>| index.and_then(|index| chars.get(index)).is_some_and(char::is_ascii_digit);
    match chars[at] {
        '，' | '。' | '！' | '？' | '；' | '：' | '、' | '…' | '—' | '!' | '?' | ';' => true,
        '.' | ',' | ':' => !(is_digit(at.checked_sub(1)) && is_digit(Some(at + 1))),
        _ => false,
    }
}

/// Whether a clause asks: 吗 at its end, a question word, 是不是.
fn asks_chinese(clause: &str) -> bool {
    const WORDS: [&str; 26] = [
        "什么",
        "怎么",
        "怎样",
        "哪里",
        "哪儿",
        "哪个",
        "哪家",
        "哪天",
        "哪一",
        "哪位",
        "谁",
        "多少",
        "多久",
        "多长时间",
        "多大",
        "为啥",
        "啥时候",
        "几点",
        "几号",
        "几楼",
        "几栋",
        "几单元",
        "几岁",
        "贵姓",
        "如何",
        "何时",
    ];
    const EITHER: [&str; 16] = [
        "是不是",
        "能不能",
        "有没有",
        "可不可以",
        "对不对",
        "行不行",
        "会不会",
        "要不要",
        "好不好",
        "能否",
        "是否",
        "是吧",
        "在不在",
        "管不管",
        "可以不",
        "方不方便",
    ];
    // 什么都没有, 没什么: nothing is asked.
    const NONE: [&str; 30] = [
        "什么都",
        "什么也",
        "没什么",
        "没有什么",
        "什么的",
        "不怎么",
        "没怎么",
        "怎么都",
        "怎么也",
        "谁都",
        "谁也",
        "多少都",
        "不知道",
        "不清楚",
        "无论",
        "不管",
        "哪里都",
        "哪儿都",
        "哪个都",
        "好几",
        "十几",
        "几十",
        "随便",
        "说不好",
        "多少钱都",
        "不明白",
        "没多久",
        "没多少",
        "多少次",
        "怎么着都",
    ];
    let bare = clause.trim_end_matches(['啊', '呀', '哦', '嘛', '哪']);
    if bare.ends_with('吗') || bare.ends_with('么') && !bare.ends_with("这么") && !bare.ends_with("那么")
    {
        return !bare.ends_with("什么") || !NONE.iter().any(|none| clause.contains(none));
    }
    let denied = NONE.iter().any(|none| clause.contains(none));
    let asks = WORDS.iter().chain(&EITHER).any(|word| clause.contains(word)) && !denied;
    // 我等着呢 states; 地址呢 asks.
    let short = bare.ends_with('呢') && bare.chars().count() <= 4 && !clause.contains(['着', '在']);
    asks || short || clause.starts_with("请问") && !denied
}

/// Whether a clause asks: a question word with its verb, or the verb first.
fn asks_english(clause: &str) -> bool {
    const VERBS: [&str; 24] = [
        "can", "could", "would", "will", "do", "does", "did", "is", "are", "was", "were", "may", "shall",
        "should", "have", "has", "isn't", "aren't", "don't", "doesn't", "didn't", "can't", "couldn't",
        "won't",
    ];
    const WORDS: [&str; 8] = ["what", "when", "where", "who", "why", "how", "which", "whose"];
    const AFTER: [&str; 9] = ["much", "many", "long", "often", "time", "kind", "about", "street", "floor"];
    const OPENINGS: [&str; 9] = ["and", "so", "well", "okay", "ok", "hello", "hi", "please", "sorry"];
    let lower = clause.to_lowercase();
    let mut words = lower.split_whitespace().skip_while(|word| OPENINGS.contains(word));
    let (first, second, third) = (words.next().unwrap_or(""), words.next().unwrap_or(""), words.next());
    let first = first.split_once("'s").filter(|(word, _)| WORDS.contains(word)).map_or(first, |_| "is");
    let verb_first = VERBS.contains(&first)
        && third.is_some()
        && !(first == "do" && second == "not")
        && !(first == "don't" && second != "you");
    let asks = WORDS.contains(&first) && (VERBS.contains(&second) || AFTER.contains(&second));
    verb_first || asks || lower.ends_with("is that right") || lower.ends_with("is that correct")
}
