//! Which entries fit what is said: BM25 over pairs of Chinese characters and whole words, made as for the word search;
//! a title and the words of callers count more, and so does the call's category. In memory: a city has hundreds of
//! entries, not millions.

use std::collections::{BTreeMap, HashMap};

use super::entry::Entry;
use crate::store::index_tokens;

/// BM25's usual saturation and share of the length.
const K1: f32 = 1.2;
const B: f32 = 0.75;
/// How often a token of the title, and of the callers' words, counts.
const TITLE_WEIGHT: f32 = 3.0;
const WORDS_WEIGHT: f32 = 2.0;
/// What a fitting category adds.
const CATEGORY_BONUS: f32 = 2.0;
/// Below this nothing fits: better none than one that misleads.
const LEAST_SCORE: f32 = 6.0;

/// What entries are looked for by.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// What was said so far.
    pub words: String,
    /// The call's likely categories.
    pub categories: Vec<String>,
}

/// An entry that fits.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// How well.
    pub score: f32,
}

/// Entries and where their tokens stand.
#[derive(Debug, Default)]
pub struct Index {
    entries: Vec<Entry>,
    /// Token to entries, with the weighed count in each.
    postings: HashMap<String, Vec<(usize, f32)>>,
    lengths: Vec<f32>,
}

impl Index {
    /// Indexes entries.
    #[must_use]
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut index = Self::default();
        for (at, entry) in entries.iter().enumerate() {
            let mut counts: BTreeMap<String, f32> = BTreeMap::new();
            let words = entry.words.join(" ");
            let parts = [
                (entry.title.as_str(), TITLE_WEIGHT),
                (entry.title_en.as_str(), TITLE_WEIGHT),
                (words.as_str(), WORDS_WEIGHT),
                (entry.text.as_str(), 1.0),
            ];
            for (text, weight) in parts {
                for token in tokens(text) {
                    *counts.entry(token).or_default() += weight;
                }
            }
            index.lengths.push(counts.values().sum());
            for (token, count) in counts {
                index.postings.entry(token).or_default().push((at, count));
            }
        }
        index.entries = entries;
        index
    }

    /// All entries, by their files' names.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries that fit best, at most `limit`; none where none fits.
    #[must_use]
    pub fn find(&self, question: &Question, limit: usize) -> Vec<Found<'_>> {
        let mean = self.lengths.iter().sum::<f32>() / self.lengths.len().max(1) as f32;
        let mut asked: Vec<String> = tokens(&question.words).collect();
        asked.sort_unstable();
        asked.dedup();
        let mut scores = vec![0.0_f32; self.entries.len()];
        for postings in asked.iter().filter_map(|token| self.postings.get(token)) {
            let (all, having) = (self.entries.len() as f32, postings.len() as f32);
            let rarity = (1.0 + (all - having + 0.5) / (having + 0.5)).ln();
            for (at, count) in postings {
                let length = K1 * (1.0 - B + B * self.lengths[*at] / mean);
                scores[*at] += rarity * count * (K1 + 1.0) / (count + length);
            }
        }
        let fits = |entry: &Entry| question.categories.iter().any(|code| entry.categories.contains(code));
        let mut found: Vec<Found<'_>> = (self.entries.iter().zip(scores))
            .map(|(entry, score)| Found {
                entry,
                score: if score > 0.0 && fits(entry) { score + CATEGORY_BONUS } else { score },
            })
            .filter(|found| found.score >= LEAST_SCORE)
            .collect();
        found.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.entry.id.cmp(&other.entry.id)));
        found.truncate(limit);
        found
    }
}

/// Pairs of Chinese characters and whole other words; a single character tells nothing.
fn tokens(text: &str) -> impl Iterator<Item = String> {
    let tokens = index_tokens(text);
    let told = |token: &&str| token.chars().count() > 1 && !COMMON.contains(token);
    tokens.split(' ').filter(told).map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// Said in every call.
const COMMON: [&str; 44] = [
    "请问", "怎么", "么办", "我们", "这个", "那个", "什么", "可以", "没有", "现在", "需要", "你们", "他们",
    "就是", "是不", "不是", "一个", "您好", "你好", "好的", "谢谢", "热线", "反映", "问题", "情况", "已经",
    "一直", "希望", "知道", "如果", "the", "is", "to", "of", "and", "in", "at", "my", "it", "for", "on",
    "you", "how", "we",
];
