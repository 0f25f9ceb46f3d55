//! What the trained model of categories makes of a call, and the words that it can show for it. In: what the caller
//! said, and the spans that other fields already quote. Out: a likelihood for each kind, and whole words.

use std::collections::BTreeMap;
use std::ops::Range;

use super::classifier::Classifier;
use super::tagger::sentence::dictionary;
use super::transcript::{Span, Transcript, is_pause};
use crate::domain::CategoryCode;

/// The model's words are shown where it thinks a kind this likely.
const TELLS_FROM: f32 = 0.2;
/// A kind is given no less, so that its words can still speak for it.
const LEAST: f32 = 1e-4;
const MOST_WORDS: usize = 3;
/// Parts of speech whose words can name a matter: things, doings, states, set phrases. Names of people and places,
/// numbers, times and pronouns cannot.
const TELLING_TAGS: [&str; 13] = ["n", "nz", "ng", "v", "vn", "vi", "vg", "a", "an", "ad", "i", "l", "j"];
/// What everybody says on the telephone, whatever the matter.
const SAID_BY_ALL: [&str; 76] = [
    "你好",
    "您好",
    "喂喂",
    "反映",
    "咨询",
    "投诉",
    "举报",
    "求助",
    "建议",
    "问题",
    "情况",
    "事情",
    "时候",
    "知道",
    "麻烦",
    "电话",
    "打电话",
    "师傅",
    "同志",
    "谢谢",
    "感谢",
    "再见",
    "请问",
    "告诉",
    "听见",
    "听得见",
    "听不见",
    "处理",
    "解决",
    "帮忙",
    "希望",
    "觉得",
    "感觉",
    "需要",
    "可以",
    "可能",
    "能够",
    "应该",
    "没有",
    "不能",
    "不是",
    "不知道",
    "没人",
    "有人",
    "东西",
    "地方",
    "出来",
    "起来",
    "过来",
    "过去",
    "回来",
    "回去",
    "进来",
    "进去",
    "出去",
    "下来",
    "下去",
    "上来",
    "看看",
    "看到",
    "看见",
    "听说",
    "就是",
    "还是",
    "家里",
    "大家",
    "别人",
    "老师",
    "小姐",
    "先生",
    "女士",
    "名字",
    "政府",
    "没人接",
    "接电话",
    "接通",
];

/// What the caller said, as the model hears it: one text, each character knowing its line and place.
pub(super) struct Heard<'m> {
    classifier: &'m Classifier,
    likely: BTreeMap<&'m str, f32>,
    chars: Vec<char>,
    at: Vec<(usize, usize)>,
    /// The words that may be shown.
    words: Vec<Range<usize>>,
}

impl<'m> Heard<'m> {
    /// Nothing where the caller said nothing. No word is shown of what is `quoted` elsewhere.
    pub(super) fn new(
        classifier: &'m Classifier,
        transcript: &Transcript<'_>,
        quoted: &[Span],
    ) -> Option<Self> {
        let mut chars = Vec::new();
        let mut at = Vec::new();
        for (index, line) in transcript.caller_lines() {
            // A mark between the lines: nothing is read across them.
            chars.extend(line.chars.iter().copied().chain(['。']));
            at.extend((0..=line.chars.len()).map(|place| (index, place)));
        }
        let text: String = chars.iter().collect();
        let free = |word: &Range<usize>| {
            word.clone().all(|index| {
                let Some((line, place)) = at.get(index) else { return false };
                !quoted.iter().any(|span| span.line == *line && (span.start..span.end).contains(place))
            })
        };
        let words = telling_words(&text).into_iter().filter(free).collect();
        let likely =
            classifier.likely(&text).into_iter().map(|likely| (likely.label, likely.confidence)).collect();
        (!chars.is_empty()).then_some(Self { classifier, likely, chars, at, words })
    }

    /// How likely the model thinks a kind, above 0.
    pub(super) fn likelihood(&self, code: &CategoryCode) -> f32 {
        self.likely.get(code.0.as_str()).copied().unwrap_or_default().max(LEAST)
    }

    /// The words that weigh most for a kind, the weightiest first; none where the model hardly thinks of it.
    pub(super) fn telling(&self, code: &CategoryCode) -> Vec<Span> {
        if self.likelihood(code) < TELLS_FROM {
            return Vec::new();
        }
        let told = self.classifier.telling(&self.chars, &code.0, &self.words);
        let span = |word: Range<usize>| {
            let (line, start) = *self.at.get(word.start)?;
            Some(Span { line, start, end: start + word.len() })
        };
        told.into_iter().filter_map(span).take(MOST_WORDS).collect()
    }
}

/// The whole words of a text that can name a matter, each said for the first time.
fn telling_words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<(&str, Range<usize>)> = Vec::new();
    let mut end = 0;
    for word in dictionary().tag(text, false) {
        let start = end;
        end += word.word.chars().count();
        let tells = end - start > 1
            && TELLING_TAGS.contains(&word.tag)
            && !SAID_BY_ALL.contains(&word.word)
            && !word.word.chars().any(|char| is_pause(char) || char.is_ascii_alphanumeric())
            && !words.iter().any(|(known, _)| *known == word.word);
        if tells {
            words.push((word.word, start..end));
        }
    }
    words.into_iter().map(|(_, word)| word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_that_can_name_a_matter_are_shown() {
        let text = "喂你好，我叫徐小明，我住在天津滨海新区，我们小区的电梯还一直坏着，麻烦你们处理一下";
        let chars: Vec<char> = text.chars().collect();
        let words: Vec<String> =
            telling_words(text).into_iter().map(|word| chars[word].iter().collect()).collect();
        assert!(words.contains(&"电梯".to_owned()) && words.contains(&"小区".to_owned()), "{words:?}");
        for wrong in ["徐小明", "天津", "你好", "处理", "我们", "还一直", "麻烦"] {
            assert!(!words.contains(&wrong.to_owned()), "{words:?}");
        }
    }
}
