//! Which names of the city may have been said. Enters: a gazetteer's names, once, and then texts of a first look
//! at the sound (a partial, or a first pass). Leaves: at most [`MAX_BIAS_NAMES`] names that sound like some stretch
//! of the text, the nearest first; the recogniser of the final prefers them. Pure, and quick enough for a city's
//! fifty thousand names: names that begin alike are compared together, and left where they are too far already.

use std::collections::{HashMap, HashSet};

use super::protocol::MAX_BIAS_NAMES;
use crate::pinyin::{HALF, Sound, WHOLE};

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
/// Where names begin.
const ROOT: usize = 0;

/// The names of a city by their sound.
#[derive(Debug)]
pub struct NameIndex {
    names: Vec<Name>,
    /// Every sound that a name has, once.
    sounds: Vec<Sound>,
    /// The tree of the names' sounds; the first is where all begin.
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Name {
    text: String,
    /// So many sounds it has.
    length: usize,
    /// The most that a text's stretch may differ, in quarters of a syllable.
    budget: u32,
}

/// A place in the tree: names that begin with the same sounds.
#[derive(Debug, Default)]
struct Node {
    /// The sound that leads here, as its place in the index's list.
    sound: usize,
    /// The largest budget of the names here and beyond.
    budget: u32,
    /// Names that end here.
    names: Vec<usize>,
    /// What goes on.
    next: Vec<usize>,
}

/// A stretch of what was heard that the beginning of a name fits.
#[derive(Debug, Clone, Copy)]
struct Fit {
    /// Where it ends: before the sound of this place.
    end: usize,
    /// How far it is from the name so far, in quarters of a syllable.
    cost: u32,
}

/// One look at a text.
struct Search<'a> {
    index: &'a NameIndex,
    heard: &'a [Placed],
    /// How far each sound of a name is from each that was heard, once it is asked for.
    distances: Vec<Vec<u32>>,
    /// Names found, with how far they are.
    found: Vec<(u32, &'a Name)>,
}

/// A sound and whether a word may begin before it or end after it.
#[derive(Debug, Clone, Copy)]
struct Placed {
    sound: Sound,
    begins: bool,
    ends: bool,
}

impl Default for NameIndex {
    fn default() -> Self {
        Self { names: Vec::new(), sounds: Vec::new(), nodes: vec![Node::default()] }
    }
}

impl NameIndex {
    /// Takes the names of a city. One that has fewer than two sounds is left out: too much sounds like it.
    #[must_use]
    pub fn new<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Self {
        let mut index = Self::default();
        let (mut seen, mut known, mut places) = (HashSet::new(), HashMap::new(), HashMap::new());
        for text in names.into_iter().map(Into::into) {
            let sounds = sounds(&text, MAX_NAME);
            if sounds.len() < 2 || !seen.insert(text.clone()) {
                continue;
            }
            let letters = sounds.iter().all(|placed| placed.sound.is_letter());
            let budget = budget(&text, sounds.len(), letters);
            let mut at = ROOT;
            for placed in &sounds {
                let sound = *known.entry(placed.sound).or_insert_with(|| {
                    index.sounds.push(placed.sound);
                    index.sounds.len() - 1
                });
                at = *places.entry((at, sound)).or_insert_with(|| index.add_node(at, sound));
                if let Some(node) = index.nodes.get_mut(at) {
                    node.budget = node.budget.max(budget);
                }
            }
            if let Some(node) = index.nodes.get_mut(at) {
                node.names.push(index.names.len());
            }
            index.names.push(Name { text, length: sounds.len(), budget });
        }
        index
    }

    fn add_node(&mut self, after: usize, sound: usize) -> usize {
        let at = self.nodes.len();
        self.nodes.push(Node { sound, ..Node::default() });
        if let Some(node) = self.nodes.get_mut(after) {
            node.next.push(at);
        }
        at
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
        let distances = vec![Vec::new(); self.sounds.len()];
        let mut search = Search { index: self, heard: &heard, distances, found: Vec::new() };
        // A name may begin before any word that was heard.
        let begins = heard.iter().enumerate().filter(|(_, placed)| placed.begins);
        search.go_on(ROOT, &begins.map(|(end, _)| Fit { end, cost: 0 }).collect::<Vec<_>>());
        let mut found = search.found;
        // Of two that are as near, the longer one says more.
        found.sort_by(|(distance, name), (other_distance, other)| {
            (distance, other.length, &name.text).cmp(&(other_distance, name.length, &other.text))
        });
        found.truncate(MAX_BIAS_NAMES);
        found.into_iter().map(|(_, name)| name.text.clone()).collect()
    }
}

impl Search<'_> {
    /// Compares what comes after a node; `row` has the stretches that the sounds up to it fit. As deep as the longest
    /// name.
    fn go_on(&mut self, at: usize, row: &[Fit]) {
        let index = self.index;
        let mut next_row = Vec::new();
        for at in index.nodes.get(at).into_iter().flat_map(|node| &node.next) {
            let Some(node) = index.nodes.get(*at) else { continue };
            self.compare(node, row, &mut next_row);
            if next_row.is_empty() {
                continue;
            }
            if !node.names.is_empty() {
                let ends = |fit: &&Fit| {
                    fit.end.checked_sub(1).and_then(|last| self.heard.get(last)).is_some_and(|last| last.ends)
                };
                let distance = next_row.iter().filter(ends).map(|fit| fit.cost).min().unwrap_or(u32::MAX);
                let names = node.names.iter().filter_map(|name| index.names.get(*name));
                let near = names.filter(|name| distance <= name.budget).map(|name| (distance, name));
                self.found.extend(near);
            }
            self.go_on(*at, &next_row);
        }
    }

    /// Adds a name's sound to every stretch that fits so far; those that still do, in order of their end.
    fn compare(&mut self, node: &Node, row: &[Fit], next_row: &mut Vec<Fit>) {
        next_row.clear();
        let sound = self.distances.get_mut(node.sound).zip(self.index.sounds.get(node.sound));
        let Some((distances, said)) = sound else { return };
        if distances.is_empty() {
            distances.extend(self.heard.iter().map(|placed| said.distance(&placed.sound)));
        }
        let mut add = |end, cost| match next_row.last_mut() {
            _ if cost > node.budget => {}
            Some(last) if last.end == end => last.cost = last.cost.min(cost),
            _ => next_row.push(Fit { end, cost }),
        };
        for Fit { end, cost } in row {
            // The sound was not heard, or something was in its place.
            add(*end, cost + WHOLE);
            if let Some(distance) = distances.get(*end) {
                add(end + 1, cost + distance);
            }
        }
        // Something was heard besides.
        let mut at = 0;
        while let Some(Fit { end, cost }) = next_row.get(at).copied() {
            at += 1;
            let longer = Fit { end: end + 1, cost: cost + WHOLE };
            if longer.cost > node.budget || longer.end > self.heard.len() {
                continue;
            }
            match next_row.get_mut(at) {
                Some(known) if known.end == longer.end => known.cost = known.cost.min(longer.cost),
                _ => next_row.insert(at, longer),
            }
        }
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

#[cfg(test)]
mod tests;
