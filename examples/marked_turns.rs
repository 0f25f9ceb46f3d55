//! Turns of callers in which the caller's name, the place and whom they complain about are marked, made by chance from
//! `models/spans/calls.toml`, the names of the gazetteer and the sentences of the categories, for `jiesu train spans`.
//! The same for the same number: `cargo run --example marked_turns -- SEED COUNT > turns.jsonl`.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::{Context, bail};
use pinyin::ToPinyin;
use serde::Deserialize;
use serde_json::{Value, json};

/// A turn in so many is one of the categories' sentences, in which nothing is marked.
const PLAIN_IN: u64 = 8;
/// One character in so many of a misheard turn is another of its sound.
const ERRORS_IN: u64 = 12;
/// What happened is in so many turns a clause of the categories' sentences, of so many characters.
const CLAUSES_IN: u64 = 3;
const CLAUSE_CHARS: std::ops::RangeInclusive<usize> = 4..=14;
/// A character in so many of a firm's or an estate's name is any that is known.
const RARE_IN: u64 = 6;
/// A place in so many is one of the gazetteer.
const KNOWN_PLACES_IN: u64 = 5;
const HESITATIONS: [&str; 8] = ["呃", "嗯", "那个", "就是", "这个", "啊", "然后", "哎"];
const PAUSES: [char; 2] = ['，', '。'];

#[derive(Deserialize)]
struct Words {
    surnames: String,
    given: String,
    stems: String,
    families: String,
    place_ends: Vec<String>,
    family_ends: Vec<String>,
    numbers: Vec<String>,
    against_ends: Vec<String>,
    against_people: Vec<String>,
    people: Vec<String>,
    cities: Vec<String>,
    whens: Vec<String>,
    opens: Vec<String>,
    closes: Vec<String>,
    matters: Vec<String>,
    wrongs: Vec<String>,
    goods: Vec<String>,
    person: Sentences,
    place: Sentences,
    against: Sentences,
    any: Sentences,
}

#[derive(Deserialize)]
struct Sentences {
    sentences: Vec<String>,
    nothing: Vec<String>,
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (Some(Ok(seed)), Some(Ok(count)), None) = (arguments.next(), arguments.next(), arguments.next())
    else {
        bail!("usage: marked_turns SEED COUNT")
    };
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let mut maker = Maker::new(&models, seed)?;
    for _ in 0..count {
        println!("{}", maker.turn());
    }
    Ok(())
}

/// What turns are made with.
struct Maker {
    words: Words,
    places: Vec<String>,
    plain: Vec<String>,
    clauses: Vec<String>,
    known: Vec<char>,
    alike: HashMap<&'static str, Vec<char>>,
    chance: Chance,
}

impl Maker {
    fn new(models: &Path, seed: u64) -> anyhow::Result<Self> {
        let read = |path: &Path| std::fs::read_to_string(path).with_context(|| format!("{}", path.display()));
        let text = read(&models.join("spans/calls.toml"))?;
        let words: Words = toml::from_str(&text)?;
        let gazetteer: BTreeMap<String, Value> = toml::from_str(&read(&models.join("places/binhai.toml"))?)?;
        let mut places = Vec::new();
        let units = gazetteer.iter().filter(|(kind, _)| *kind != "district");
        units.for_each(|(_, value)| chinese_words(value, &mut places));
        let mut files: Vec<_> = std::fs::read_dir(models.join("categories/examples"))?
            .map(|file| file.map(|file| file.path()))
            .collect::<Result<_, _>>()?;
        files.sort();
        let mut plain = Vec::new();
        for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "jsonl")) {
            for line in read(file)?.lines() {
                let line: Value = serde_json::from_str(line)?;
                plain.extend(line["body"].as_str().map(str::to_owned));
            }
        }
        let mut alike: HashMap<&'static str, Vec<char>> = HashMap::new();
        let mut known: Vec<char> = text.chars().chain(plain.iter().flat_map(|text| text.chars())).collect();
        known.sort_unstable();
        known.dedup();
        known.retain(|char| char.to_pinyin().is_some());
        for char in &known {
            if let Some(sound) = char.to_pinyin() {
                alike.entry(sound.plain()).or_default().push(*char);
            }
        }
        let clauses = plain.iter().flat_map(|text| text.split(PAUSES));
        let clauses = clauses.filter(|clause| CLAUSE_CHARS.contains(&clause.chars().count()));
        let clauses = clauses.map(str::to_owned).collect();
        Ok(Self { words, places, plain, clauses, known, alike, chance: Chance(seed) })
    }

    /// A turn as a line of JSON.
    fn turn(&mut self) -> Value {
        let mut turn = Turn::default();
        if self.chance.below(PLAIN_IN) == 0 {
            turn.text.extend(self.chance.pick(&self.plain).chars());
        } else {
            turn.text.extend(self.chance.pick(&self.words.opens).chars());
            let parts = [1, 1, 1, 1, 2][self.chance.below(5) as usize];
            for part in 0..parts {
                if part > 0 {
                    turn.text.push('，');
                }
                self.sentence(&mut turn);
            }
            turn.text.extend(self.chance.pick(&self.words.closes).chars());
        }
        self.as_heard(turn).as_json()
    }

    fn sentence(&mut self, turn: &mut Turn) {
        let words = &self.words;
        // Parties are the hardest to tell, and come most often.
        let kinds = [&words.person, &words.place, &words.place, &words.against, &words.against, &words.any];
        let kind = *self.chance.one(&kinds);
        let list = if self.chance.below(5) < 3 { &kind.sentences } else { &kind.nothing };
        let sentence = self.chance.pick(list).to_owned();
        let surname = self.chance.char_of(&self.words.surnames);
        let mut rest = sentence.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            turn.text.extend(before.chars());
            let (slot, after) = after.split_once('}').unwrap_or((after, ""));
            let filled = self.fill(slot, surname);
            let start = turn.text.len();
            turn.text.extend(filled.chars());
            if let "person" | "place" | "against" = slot {
                turn.spans.push((start, turn.text.len(), slot.to_owned()));
            }
            rest = after;
        }
        turn.text.extend(rest.chars());
    }

    fn fill(&mut self, slot: &str, surname: char) -> String {
        let words = &self.words;
        match slot {
            "person" | "somebody" => {
                let length = [1, 2, 2, 2][self.chance.below(4) as usize];
                let given: String = (0..length).map(|_| self.chance.char_of(&words.given)).collect();
                format!("{surname}{given}")
            }
            "place" => self.place(),
            "elsewhere" => self.chance.pick(&words.cities).to_owned(),
            "against" if self.chance.below(5) == 0 => self.chance.pick(&words.against_people).to_owned(),
            "against" | "shop" => {
                let end = self.chance.pick(&words.against_ends).to_owned();
                // A brand alone, now and then.
                let end = if self.chance.below(8) == 0 { "" } else { end.as_str() };
                format!("{}{end}", self.stem())
            }
            "surname" => surname.to_string(),
            "people" => self.chance.pick(&words.people).to_owned(),
            "when" => self.chance.pick(&words.whens).to_owned(),
            "matter" | "wrong" if self.chance.below(CLAUSES_IN) == 0 => {
                self.chance.pick(&self.clauses).to_owned()
            }
            "matter" => self.chance.pick(&words.matters).to_owned(),
            "wrong" => self.chance.pick(&words.wrongs).to_owned(),
            "good" => self.chance.pick(&words.goods).to_owned(),
            _ => (0..8).map(|_| char::from(b'0' + self.chance.below(10) as u8)).collect(),
        }
    }

    fn place(&mut self) -> String {
        let number = self.chance.pick(&self.words.numbers).to_owned();
        let name = match self.chance.below(KNOWN_PLACES_IN) {
            0 => self.chance.pick(&self.places).to_owned(),
            1 => {
                let family = self.chance.char_of(&self.words.families);
                format!("{family}{}", self.chance.pick(&self.words.family_ends))
            }
            _ => {
                let end = self.chance.pick(&self.words.place_ends).to_owned();
                format!("{}{end}", self.stem())
            }
        };
        name + &number
    }

    /// What names of estates and firms begin with.
    fn stem(&mut self) -> String {
        let length = [2, 2, 2, 3, 4][self.chance.below(5) as usize];
        (0..length)
            .map(|_| match self.chance.below(RARE_IN) {
                0 => *self.chance.one(&self.known),
                _ => self.chance.char_of(&self.words.stems),
            })
            .collect()
    }

    /// The turn with hesitations, without some marks, and with characters misheard.
    fn as_heard(&mut self, turn: Turn) -> Turn {
        let unmarked = self.chance.below(3) == 0;
        let misheard = self.chance.below(4) == 0;
        let mut heard = Turn { spans: turn.spans.clone(), text: Vec::new() };
        let mut at = vec![0; turn.text.len() + 1];
        for (index, char) in turn.text.iter().enumerate() {
            at[index] = heard.text.len();
            if PAUSES.contains(char) && (unmarked || self.chance.below(6) == 0) {
                continue;
            }
            let alike = char.to_pinyin().and_then(|sound| self.alike.get(sound.plain()));
            let other = alike.filter(|_| misheard && self.chance.below(ERRORS_IN) == 0);
            heard.text.push(other.map_or(*char, |alike| *self.chance.one(alike)));
            if PAUSES.contains(char) && self.chance.below(8) == 0 {
                heard.text.extend(self.chance.pick(&HESITATIONS).chars());
            }
        }
        at[turn.text.len()] = heard.text.len();
        for (start, end, _) in &mut heard.spans {
            (*start, *end) = (at[*start], at[*end - 1] + 1);
        }
        heard
    }
}

/// What is said, and the spans marked in it: first character, one past the last, label.
#[derive(Default)]
struct Turn {
    text: Vec<char>,
    spans: Vec<(usize, usize, String)>,
}

/// Words, and where they stand: first character and last.
type Surfaces = BTreeMap<String, Vec<(usize, usize)>>;

impl Turn {
    fn as_json(&self) -> Value {
        let mut label: BTreeMap<&str, Surfaces> = BTreeMap::new();
        for (start, end, name) in &self.spans {
            let words = self.text[*start..*end].iter().collect();
            label.entry(name).or_default().entry(words).or_default().push((*start, end - 1));
        }
        json!({ "text": self.text.iter().collect::<String>(), "label": label })
    }
}

/// The Chinese names in a value of the gazetteer, however deep.
fn chinese_words(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(word) if word.chars().all(|char| char.to_pinyin().is_some()) => {
            found.push(word.clone());
        }
        Value::Array(values) => values.iter().for_each(|value| chinese_words(value, found)),
        Value::Object(values) => values.values().for_each(|value| chinese_words(value, found)),
        _ => {}
    }
}

/// Chance, the same for the same seed (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn one<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }

    fn pick<'a, T: AsRef<str>>(&mut self, list: &'a [T]) -> &'a str {
        self.one(list).as_ref()
    }

    fn char_of(&mut self, text: &str) -> char {
        let all: Vec<char> = text.chars().collect();
        *self.one(&all)
    }
}
