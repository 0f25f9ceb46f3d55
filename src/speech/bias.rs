//! Which names of the city may have been said. Enters: a gazetteer's names, once, and then texts of a first look
//! at the sound (a partial, or a first pass). Leaves: at most [`MAX_BIAS_NAMES`] names that sound like some stretch
//! of the text, the nearest first; the recogniser of the final prefers them. Pure, and quick enough for a city's
//! fifty thousand names: a name is looked at only where the text has most of its syllables.

use std::collections::{HashMap, HashSet};

use super::pinyin::{HALF, Reading, Sound, WHOLE};
use super::protocol::MAX_BIAS_NAMES;

/// Sounds of a text that are looked at: more than half a minute of speech has.
const MAX_TEXT: usize = 400;
/// Sounds of a name that are looked at; no place has a longer one.
const MAX_NAME: usize = 32;
/// A name may differ from what was heard in a third of its syllables, these endings left out; they are too many
/// to tell two names apart.
const ENDINGS: [&str; 28] = [
    "大街", "大道", "公路", "街道", "小区", "花园", "家园", "社区", "新村", "新居", "公园", "医院", "市场",
    "广场", "街", "路", "道", "里", "园", "城", "镇", "村", "庄", "站", "区", "桥", "苑", "楼",
];
/// The same in English.
const ENGLISH_ENDINGS: [&str; 20] = [
    "road",
    "street",
    "avenue",
    "highway",
    "estate",
    "garden",
    "gardens",
    "community",
    "homes",
    "town",
    "city",
    "village",
    "subdistrict",
    "hospital",
    "park",
    "station",
    "market",
    "zone",
    "port",
    "hill",
];
/// Letters that are compared at once to find an English name.
const LETTERS: usize = 3;

/// The names of a city by their sound.
#[derive(Debug, Default)]
pub struct NameIndex {
    names: Vec<Name>,
    /// Names by each of their keys.
    by_key: HashMap<Key, Vec<u32>>,
}

#[derive(Debug)]
struct Name {
    text: String,
    sounds: Vec<Placed>,
    /// The most that a text's stretch may differ, in quarters of a syllable.
    budget: u32,
    /// So many of its keys the text must have.
    needed: u8,
}

/// A sound and whether a word may begin before it or end after it.
#[derive(Debug, Clone, Copy)]
struct Placed {
    sound: Sound,
    begins: bool,
    ends: bool,
}

/// What a name is found by: a class of syllables, or three letters' classes.
type Key = [Option<Reading>; LETTERS];

impl NameIndex {
    /// Takes the names of a city. One that has fewer than two sounds is left out: too much sounds like it.
    #[must_use]
    pub fn new<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Self {
        let mut index = Self::default();
        let mut seen = HashSet::new();
        for text in names.into_iter().map(Into::into) {
            let sounds = sounds(&text, MAX_NAME);
            if sounds.len() < 2 || !seen.insert(text.clone()) {
                continue;
            }
            let at = u32::try_from(index.names.len()).unwrap_or(u32::MAX);
            let keys = keys(&sounds);
            for key in &keys {
                index.by_key.entry(*key).or_default().push(at);
            }
            let letters = sounds.iter().all(|placed| placed.sound.is_letter());
            let budget = budget(&text, sounds.len(), letters);
            let places = places(&sounds);
            // A syllable that is missed costs half of one at least; a letter changes three keys at once.
            let needed =
                if letters { places.div_ceil(3) } else { places.saturating_sub((budget / HALF) as usize) };
            let needed = u8::try_from(needed.max(1)).unwrap_or(u8::MAX);
            index.names.push(Name { text, sounds, budget, needed });
        }
        index
    }

    /// True where there is nothing to pick from.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The names that sound like a stretch of the text, the nearest first, at most [`MAX_BIAS_NAMES`].
    #[must_use]
    pub fn pick(&self, text: &str) -> Vec<String> {
        let heard = sounds(text, MAX_TEXT);
        let mut found: Vec<(u32, &Name)> = Vec::new();
        for name in self.possible(&heard) {
            if let Some(distance) = nearest(&name.sounds, &heard, name.budget) {
                found.push((distance, name));
            }
        }
        // Of two that are as near, the longer one says more.
        found.sort_by(|(distance, name), (other_distance, other)| {
            (distance, other.sounds.len(), &name.text).cmp(&(other_distance, name.sounds.len(), &other.text))
        });
        found.truncate(MAX_BIAS_NAMES);
        found.into_iter().map(|(_, name)| name.text.clone()).collect()
    }

    /// Names of which the text has enough keys.
    fn possible(&self, heard: &[Placed]) -> Vec<&Name> {
        let mut counts = vec![0_u8; self.names.len()];
        let mut possible = Vec::new();
        for key in keys(heard) {
            for at in self.by_key.get(&key).into_iter().flatten() {
                let at = *at as usize;
                let (Some(count), Some(name)) = (counts.get_mut(at), self.names.get(at)) else { continue };
                *count = count.saturating_add(1);
                if *count == name.needed {
                    possible.push(name);
                }
            }
        }
        possible
    }
}

/// The sounds of a text, with the borders of its words; a Chinese character is a word.
fn sounds(text: &str, most: usize) -> Vec<Placed> {
    let mut sounds: Vec<Placed> = Vec::new();
    let mut inside = false;
    for character in tens_spelt(text).chars() {
        let sound = Sound::of(character).filter(|_| sounds.len() < most);
        let letter = sound.is_some_and(|sound| sound.is_letter());
        if let Some(last) = sounds.last_mut().filter(|_| inside && !letter) {
            last.ends = true;
        }
        if let Some(sound) = sound {
            sounds.push(Placed { sound, begins: !(inside && letter), ends: !letter });
        }
        inside = letter;
    }
    if let Some(last) = sounds.last_mut() {
        last.ends = true;
    }
    sounds
}

/// A text with its numbers of two digits as they are said, 11 as 十1: streets have such numbers.
fn tens_spelt(text: &str) -> String {
    let mut spelt = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|character: char| character.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        let end = number.find(|character: char| !character.is_ascii_digit()).unwrap_or(number.len());
        let (digits, after) = number.split_at(end);
        spelt.push_str(before);
        match digits.as_bytes() {
            [tens @ b'1'..=b'9', ones] => {
                spelt.extend((*tens != b'1').then_some(char::from(*tens)));
                spelt.push('十');
                spelt.extend((*ones != b'0').then_some(char::from(*ones)));
            }
            _ => spelt.push_str(digits),
        }
        rest = after;
    }
    spelt.push_str(rest);
    spelt
}

/// What the sounds can be found by, each once.
fn keys(sounds: &[Placed]) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for placed in sounds.iter().filter(|placed| !placed.sound.is_letter()) {
        keys.extend(placed.sound.classes().map(|class| [Some(class), None, None]));
    }
    for run in sounds.split(|placed| !placed.sound.is_letter()) {
        let letters: Vec<Reading> = run.iter().filter_map(|placed| placed.sound.classes().next()).collect();
        keys.extend(
            letters
                .windows(LETTERS)
                .map(|run| [run.first().copied(), run.get(1).copied(), run.get(2).copied()]),
        );
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// How many different keys a name's places have, a character of several readings counted once.
fn places(sounds: &[Placed]) -> usize {
    let syllables = sounds.iter().filter(|placed| !placed.sound.is_letter());
    let usual: HashSet<Reading> = syllables.filter_map(|placed| placed.sound.classes().next()).collect();
    let letters = sounds.iter().filter(|placed| placed.sound.is_letter()).copied().collect::<Vec<_>>();
    usual.len() + keys(&letters).len()
}

/// How far a name may be from what was heard, in quarters of a syllable: a third of the syllables that are its
/// own, or a fifth of its letters.
fn budget(name: &str, sounds: usize, letters: bool) -> u32 {
    let ending = if letters {
        let words = name.split_whitespace().map(str::to_lowercase);
        words.filter(|word| ENGLISH_ENDINGS.contains(&word.as_str())).map(|word| word.len()).sum()
    } else {
        let ending = ENDINGS.iter().find(|ending| name.ends_with(**ending));
        ending.map_or(0, |ending| ending.chars().count())
    };
    let own = sounds.saturating_sub(ending).max(2);
    let own = u32::try_from(own).unwrap_or(2);
    if letters { own * WHOLE / 5 } else { own * WHOLE / 3 / HALF * HALF }
}

/// The distance of a name from the stretch of what was heard that is nearest to it, where it is within `budget`.
fn nearest(name: &[Placed], heard: &[Placed], budget: u32) -> Option<u32> {
    let far = budget + 1;
    // `row[n]`: the name so far against a stretch that ends before the n-th sound heard.
    let begins = heard.iter().map(|placed| if placed.begins { 0 } else { far });
    let mut row: Vec<u32> = begins.chain([far]).collect();
    for said in name {
        let mut before = row.first().copied().unwrap_or(far);
        let mut left = far;
        if let Some(first) = row.first_mut() {
            *first = far;
        }
        for (at, placed) in heard.iter().enumerate() {
            let Some(cell) = row.get_mut(at + 1) else { break };
            let above = *cell;
            let near = before < far;
            let changed = if near { before + said.sound.distance(&placed.sound) } else { far };
            *cell = changed.min(above + WHOLE).min(left + WHOLE).min(far);
            (before, left) = (above, *cell);
        }
        if row.iter().all(|cost| *cost >= far) {
            return None;
        }
    }
    let ends = row.iter().skip(1).zip(heard).filter(|(_, placed)| placed.ends);
    ends.map(|(cost, _)| *cost).min().filter(|cost| *cost <= budget)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use proptest::prelude::*;

    use super::*;

    const NAMES: [&str; 12] = [
        "洞庭路",
        "黄海路",
        "太湖路",
        "巢湖路",
        "曙光里",
        "世纪大道",
        "第五大街",
        "大港街道",
        "塘沽",
        "米兰世纪花园",
        "Dongting Road",
        "TEDA",
    ];

    fn picked(text: &str) -> Vec<String> {
        NameIndex::new(NAMES).pick(text)
    }

    #[test]
    fn a_name_is_picked_by_its_sound_not_by_its_characters() {
        assert_eq!(picked("我在东停录这边"), ["洞庭路"]);
        assert_eq!(picked("世纪大到的路灯不亮")[0], "世纪大道");
        assert_eq!(picked("我家住在叔光里三号楼"), ["曙光里"]);
        assert_eq!(picked("第5大街堵车"), ["第五大街"]);
        assert_eq!(NameIndex::new(["第十一大街", "第二十大街"]).pick("第11大街，第20大街").len(), 2);
    }

    #[test]
    fn what_a_telephone_and_tianjin_confuse_does_not_hide_a_name() {
        assert_eq!(picked("坛沽那边"), ["塘沽"], "an for ang");
        assert_eq!(picked("黄汉海录，房海路"), ["黄海路"], "f for h");
        assert_eq!(picked("咱们苏光里"), ["曙光里"], "s for sh");
    }

    #[test]
    fn the_nearest_comes_first() {
        let both = picked("太湖路和洞听路");
        assert_eq!(both.iter().map(String::as_str).collect::<Vec<_>>()[..2], ["太湖路", "洞庭路"]);
        assert_eq!(picked("世纪花园米兰世纪花园")[0], "米兰世纪花园");
    }

    #[test]
    fn other_words_pick_nothing() {
        for text in ["", "。", "您好，请问有什么可以帮您", "下水道堵了污水流到马路上", "instead a broad hint"]
        {
            assert_eq!(picked(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn english_names_are_found_by_their_letters_at_the_borders_of_words() {
        assert_eq!(picked("the lamp on Donting Road is broken"), ["Dongting Road"]);
        assert_eq!(picked("on dong ting road"), ["Dongting Road"]);
        assert_eq!(picked("near Teda please"), ["TEDA"]);
    }

    #[test]
    fn a_name_of_one_syllable_and_one_given_twice_are_no_burden() {
        let index = NameIndex::new(["路", "洞庭路", "洞庭路", ""]);
        assert_eq!(index.pick("路，洞庭路"), ["洞庭路"]);
    }

    #[test]
    fn never_more_than_forty() {
        let names = "东西南北中上下前后左右大小新老高低长短金银铜铁木水火土日月星";
        let names =
            names.chars().flat_map(|first| ["京", "经", "静", "精"].map(|last| format!("{first}{last}路")));
        let index = NameIndex::new(names.collect::<Vec<_>>());
        let all = "东西南北中上下前后左右大小新老高低长短金银铜铁木水火土日月星"
            .chars()
            .map(|c| format!("{c}京路"));
        assert_eq!(index.pick(&all.collect::<String>()).len(), MAX_BIAS_NAMES);
    }

    /// The search by keys must find what a comparison with every name finds.
    fn compared_with_all(index: &NameIndex, text: &str) -> HashSet<String> {
        let heard = sounds(text, MAX_TEXT);
        let near = index.names.iter().filter(|name| nearest(&name.sounds, &heard, name.budget).is_some());
        near.map(|name| name.text.clone()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn nothing_near_is_overlooked(
            names in proptest::collection::vec("[东冬中宗南兰山三河湖福路里街庭停京金]{2,5}", 1..30),
            text in "[东冬中宗南兰山三河湖福路里街庭停京金在的，]{0,30}",
        ) {
            let index = NameIndex::new(names);
            let picked: HashSet<String> = index.pick(&text).into_iter().collect();
            let near = compared_with_all(&index, &text);
            prop_assert!(near.len() > MAX_BIAS_NAMES || picked == near, "{picked:?} {near:?}");
        }

        #[test]
        fn a_name_that_stands_in_the_text_is_always_picked(before in "[一-龥a-z ]{0,10}", at in 0..NAMES.len()) {
            let index = NameIndex::new(NAMES);
            let text = format!("{before}，{}。", NAMES[at]);
            prop_assert!(index.pick(&text).contains(&NAMES[at].to_owned()));
        }
    }
}
