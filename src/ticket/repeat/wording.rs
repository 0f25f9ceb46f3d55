//! What two texts have in common: topics that both name, and pairs of syllables where no topic is known. Compared as
//! they sound, so that a recogniser's other characters are the same words.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use super::topics::{Reach, TOPICS};
use crate::speech::syllables;

/// A syllable: the same for homophones.
type Heard = [char; 2];

/// Said about everything; tells nothing of what is the matter.
const FILLERS: [&str; 40] = [
    "我们", "你们", "他们", "这个", "那个", "现在", "一直", "已经", "就是", "还是", "没有", "没人", "人管",
    "希望", "反映", "投诉", "问题", "情况", "小区", "好几", "几天", "了几", "赶紧", "尽快", "处理", "解决",
    "一下", "怎么", "什么", "特别", "非常", "今天", "昨天", "晚上", "早上", "居民", "老百", "百姓", "影响",
    "出行",
];

/// A topic's word as it sounds.
struct Phrase {
    word: &'static str,
    sounds: Vec<Heard>,
    topic: usize,
}

/// All topics' words by the syllable they begin with.
static PHRASES: LazyLock<HashMap<Heard, Vec<Phrase>>> = LazyLock::new(|| {
    let mut phrases: HashMap<Heard, Vec<Phrase>> = HashMap::new();
    for (topic, words) in TOPICS.iter().enumerate() {
        for word in words.words {
            let sounds = sounds(word);
            if let Some(first) = sounds.first() {
                phrases.entry(*first).or_default().push(Phrase { word, sounds, topic });
            }
        }
    }
    phrases
});

static FILLER_PAIRS: LazyLock<BTreeSet<Vec<Heard>>> =
    LazyLock::new(|| FILLERS.iter().map(|word| sounds(word)).collect());

fn sounds(text: &str) -> Vec<Heard> {
    syllables(text).map(|(_, syllable)| syllable.exact).collect()
}

/// A text's topics and pairs.
#[derive(Debug, Default)]
pub(super) struct Wording {
    /// Each topic and the words it was named by.
    topics: Vec<(usize, String)>,
    pairs: BTreeSet<Vec<Heard>>,
}

impl Wording {
    /// Reads a text; what is said of the place in it is left out, since it is compared on its own.
    pub(super) fn read(text: &str, place: &str, names: &[String]) -> Self {
        let mut text = text.to_owned();
        for name in std::iter::once(place).chain(names.iter().map(String::as_str)) {
            if name.chars().count() >= 2 {
                text = text.replace(name, "\n");
            }
        }
        let mut wording = Self::default();
        for line in text.split(['\n', '。', '，', '、', '？', '！', ',', '.']) {
            wording.take_line(line);
        }
        wording
    }

    fn take_line(&mut self, line: &str) {
        let said: Vec<(char, Heard)> =
            syllables(line).map(|(character, syllable)| (character, syllable.exact)).collect();
        let sounds: Vec<Heard> = said.iter().map(|(_, heard)| *heard).collect();
        let mut hits = Vec::new();
        for start in 0..sounds.len() {
            for phrase in PHRASES.get(&sounds[start]).map_or(&[][..], Vec::as_slice) {
                if sounds[start..].starts_with(&phrase.sounds) {
                    let end = start + phrase.sounds.len();
                    let word: String = said[start..end].iter().map(|(character, _)| character).collect();
                    hits.push((word == phrase.word, end - start, start, phrase.topic, word));
                }
            }
        }
        // As it is written before as it sounds (车占 is no 车站), the longer before the shorter; none inside another.
        hits.sort_by_key(|(written, length, start, ..)| {
            std::cmp::Reverse((*written, *length, usize::MAX - start))
        });
        let mut taken = vec![false; sounds.len()];
        let mut found = Vec::new();
        for (_, length, start, topic, word) in hits {
            let place = &mut taken[start..start + length];
            if !place.contains(&true) {
                place.fill(true);
                found.push((start, topic, word));
            }
        }
        found.sort_unstable();
        self.topics.extend(found.into_iter().map(|(_, topic, word)| (topic, word)));
        let pairs = sounds.windows(2).map(<[Heard]>::to_vec);
        self.pairs.extend(pairs.filter(|pair| !FILLER_PAIRS.contains(pair)));
    }

    /// Whether a topic is named at all.
    pub(super) fn has_topic(&self) -> bool {
        !self.topics.is_empty()
    }

    /// This text's words for topics that both name.
    pub(super) fn shared_words(&self, other: &Self) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for (topic, word) in &self.topics {
            if other.topics.iter().any(|(theirs, _)| theirs == topic) && !words.contains(word) {
                words.push(word.clone());
            }
        }
        words
    }

    /// All, where both name the same thing first; else the share of all topics named that both name (Dice's). 0 to 1.
    pub(super) fn shared_topics(&self, other: &Self) -> f32 {
        let first = |wording: &Self| wording.topics.first().map(|(topic, _)| *topic);
        if first(self).is_some() && first(self) == first(other) {
            return 1.0;
        }
        let set = |wording: &Self| wording.topics.iter().map(|(topic, _)| *topic).collect::<BTreeSet<_>>();
        let (ours, theirs) = (set(self), set(other));
        let all = ours.len() + theirs.len();
        if all == 0 { 0.0 } else { 2.0 * ours.intersection(&theirs).count() as f32 / all as f32 }
    }

    /// Whether a matter that both name concerns more than one building.
    pub(super) fn reaches_around(&self, other: &Self) -> bool {
        self.topics.iter().any(|(topic, _)| {
            TOPICS[*topic].reach == Reach::Around && other.topics.iter().any(|(theirs, _)| theirs == topic)
        })
    }

    /// The share of the shorter text's pairs of syllables that stand in the other; 0 to 1.
    pub(super) fn overlap(&self, other: &Self) -> f32 {
        let shorter = self.pairs.len().min(other.pairs.len());
        if shorter == 0 {
            return 0.0;
        }
        self.pairs.intersection(&other.pairs).count() as f32 / shorter as f32
    }
}
