//! How a character sounds: its syllables in pinyin without tones, and how far two of them are apart on a telephone.
//! Tones are left out: a recogniser that mishears a name most often writes other characters of the same syllables.

use pinyin::ToPinyinMulti;

/// A character has at most so many readings here; the rare ones beyond are not used in names.
const READINGS: usize = 3;
/// Half a syllable, in the unit of [`Sound::distance`].
pub(crate) const HALF: u32 = 2;
/// A whole syllable.
pub(crate) const WHOLE: u32 = 4;

/// The consonants a syllable may begin with, the longer before their own beginnings; `y` and `w` count as such.
const INITIALS: [&str; 23] = [
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c",
    "s", "y", "w",
];
/// What may follow them.
const FINALS: [&str; 37] = [
    "a", "o", "e", "i", "u", "v", "ai", "ei", "ui", "ao", "ou", "iu", "ie", "ve", "er", "an", "en", "in",
    "un", "vn", "ang", "eng", "ing", "ong", "ia", "iao", "ian", "iang", "iong", "ua", "uo", "uai", "uan",
    "uang", "van", "ue", "ueng",
];
/// Beginnings that a telephone's 3.4 kHz, or a speaker from Tianjin, does not tell apart.
const SAME_INITIALS: [(&str, &str); 5] = [("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("f", "h")];
/// Ends that are not told apart either.
const SAME_FINALS: [(&str, &str); 5] =
    [("ang", "an"), ("eng", "en"), ("ing", "in"), ("iang", "ian"), ("uang", "uan")];
/// No consonant at the beginning.
const NO_INITIAL: u8 = INITIALS.len() as u8;

/// A syllable, or a letter of a word in another script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Reading {
    /// Its initial and final, as places in the lists above.
    Syllable { initial: u8, last: u8 },
    /// A lower-case Latin letter.
    Letter(u8),
}

/// What is heard where a character stands: its readings, the most usual first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sound {
    readings: [Option<Heard>; READINGS],
}

/// A reading and the class of those that are not told apart from it, which is looked up once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Heard {
    reading: Reading,
    class: Reading,
}

impl Sound {
    /// The sound of a character: a Chinese one, a digit (read in Chinese), or a Latin letter. Nothing for others.
    #[must_use]
    pub fn of(character: char) -> Option<Self> {
        let character = match character {
            '0' => '零',
            '1' => '一',
            '2' => '二',
            '3' => '三',
            '4' => '四',
            '5' => '五',
            '6' => '六',
            '7' => '七',
            '8' => '八',
            '9' => '九',
            other => other,
        };
        let mut readings = [None; READINGS];
        if character.is_ascii_alphabetic() {
            let letter = u8::try_from(character.to_ascii_lowercase()).ok().map(Reading::Letter);
            readings[0] = letter.map(Heard::new);
            return Some(Self { readings });
        }
        let said = character.to_pinyin_multi()?;
        let said = said.into_iter().filter_map(|reading| Reading::syllable(reading.plain())).map(Heard::new);
        let mut count = 0;
        for reading in said {
            // Readings that differ in their tone only are one.
            if count < READINGS && !readings.contains(&Some(reading)) {
                readings[count] = Some(reading);
                count += 1;
            }
        }
        readings[0].map(|_| Self { readings })
    }

    /// How far two sounds are apart, in quarters: 0 the same syllable, 1 one that is confused with it,
    /// [`HALF`] where only the beginning or only the end differs, [`WHOLE`] anything else.
    pub(crate) fn distance(&self, other: &Self) -> u32 {
        let ours = self.readings.iter().flatten();
        let pairs = ours.flat_map(|ours| other.readings.iter().flatten().map(move |theirs| (ours, theirs)));
        pairs.map(|(ours, theirs)| ours.distance(*theirs)).min().unwrap_or(WHOLE)
    }

    /// The sound with its most usual reading only.
    #[must_use]
    pub fn usual(self) -> Self {
        Self { readings: [self.readings[0], None, None] }
    }

    /// Whether the two are the same syllable whatever its tone, or such as a telephone does not tell apart.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        self.distance(other) <= 1
    }

    /// Whether the two are not alike and yet begin or end alike.
    #[must_use]
    pub fn is_near(&self, other: &Self) -> bool {
        self.distance(other) == HALF
    }

    /// The class of each reading: two sounds are alike where they have one in common.
    pub(crate) fn classes(&self) -> impl Iterator<Item = Reading> {
        self.readings.iter().flatten().map(|heard| heard.class)
    }

    /// Two letters that stand for this sound by its most usual reading, and two for all that are confused with it.
    pub(crate) fn letters(&self) -> ([char; 2], [char; 2]) {
        let letters = |reading: Option<Reading>| match reading {
            Some(Reading::Syllable { initial, last }) => {
                [char::from(b'a' + initial), char::from(b'A' + last)]
            }
            Some(Reading::Letter(letter)) => ['~', char::from(letter)],
            None => ['~', '~'],
        };
        let usual = self.readings[0];
        (letters(usual.map(|heard| heard.reading)), letters(usual.map(|heard| heard.class)))
    }

    /// True for a letter of a Latin word.
    pub(crate) fn is_letter(&self) -> bool {
        matches!(self.readings[0], Some(Heard { reading: Reading::Letter(_), .. }))
    }
}

impl Heard {
    fn new(reading: Reading) -> Self {
        Self { reading, class: reading.class() }
    }

    fn distance(self, other: Self) -> u32 {
        if self.reading == other.reading {
            return 0;
        }
        match (self.class, other.class) {
            (ours, theirs) if ours == theirs => 1,
            (
                Reading::Syllable { initial, last },
                Reading::Syllable { initial: other_initial, last: other_last },
            ) if initial == other_initial || last == other_last => HALF,
            (Reading::Letter(ours), Reading::Letter(theirs)) if is_vowel(ours) && is_vowel(theirs) => HALF,
            (Reading::Syllable { .. } | Reading::Letter(_), _) => WHOLE,
        }
    }
}

impl Reading {
    /// Reads pinyin without tones, such as `zhuang`. Nothing for sounds that are no syllable (`hm`, `ng`).
    fn syllable(pinyin: &str) -> Option<Self> {
        let pinyin = pinyin.replace('ü', "v");
        let (initial, rest) = INITIALS
            .iter()
            .zip(0_u8..)
            .find_map(|(initial, at)| pinyin.strip_prefix(initial).map(|rest| (at, rest)))
            .unwrap_or((NO_INITIAL, &pinyin));
        // After j, q, x and y a written u is ü.
        let umlaut = pinyin.starts_with(['j', 'q', 'x', 'y']) && rest.starts_with('u');
        let last = if umlaut { format!("v{}", &rest[1..]) } else { rest.to_owned() };
        let last = FINALS.iter().position(|known| *known == last)?;
        Some(Self::Syllable { initial, last: u8::try_from(last).ok()? })
    }

    /// The one that stands for all that are not told apart from it.
    fn class(self) -> Self {
        match self {
            Self::Syllable { initial, last } => Self::Syllable {
                initial: same(&INITIALS, &SAME_INITIALS, initial),
                last: same(&FINALS, &SAME_FINALS, last),
            },
            Self::Letter(letter) => Self::Letter(letter_class(letter)),
        }
    }
}

/// The place of the part that stands for `at`'s class.
fn same(parts: &[&str], classes: &[(&str, &str)], at: u8) -> u8 {
    let Some(part) = parts.get(usize::from(at)) else { return at };
    let class = classes.iter().find(|(of, _)| of == part).map_or(*part, |(_, class)| *class);
    parts.iter().zip(0_u8..).find_map(|(known, at)| (*known == class).then_some(at)).unwrap_or(at)
}

/// Letters that English spelling uses for the same sound, and those that a telephone confuses.
fn letter_class(letter: u8) -> u8 {
    match letter {
        b'c' | b'k' | b'q' => b'k',
        b's' | b'x' | b'z' => b's',
        b'f' | b'v' => b'f',
        b'm' | b'n' => b'n',
        b'i' | b'y' => b'i',
        other => other,
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use pinyin::ToPinyin;

    use super::*;

    fn distance(one: char, other: char) -> u32 {
        Sound::of(one).unwrap().distance(&Sound::of(other).unwrap())
    }

    #[test]
    fn characters_of_one_syllable_are_one_sound_whatever_their_tone() {
        for (one, other) in [('洞', '东'), ('庭', '停'), ('路', '录'), ('绿', '吕'), ('5', '武')] {
            assert_eq!(distance(one, other), 0, "{one}{other}");
        }
    }

    #[test]
    fn what_a_telephone_and_tianjin_confuse_is_nearly_the_same() {
        for (one, other) in [
            ('中', '宗'),
            ('车', '册'),
            ('山', '三'),
            ('南', '兰'),
            ('唐', '坛'),
            ('真', '争'),
            ('金', '京'),
            ('福', '湖'),
            ('江', '间'),
            ('光', '关'),
        ] {
            assert_eq!(distance(one, other), 1, "{one}{other}");
        }
    }

    #[test]
    fn half_a_syllable_and_a_whole_one() {
        assert_eq!(distance('平', '庭'), HALF, "only the beginning differs");
        assert_eq!(distance('泰', '太'), 0);
        assert_eq!(distance('谈', '太'), HALF, "only the end differs");
        assert_eq!(distance('港', '天'), WHOLE);
    }

    #[test]
    fn each_reading_of_a_character_counts() {
        assert_eq!(distance('重', '虫'), 0, "chóng");
        assert_eq!(distance('重', '众'), 0, "zhòng");
    }

    #[test]
    fn punctuation_has_no_sound_and_letters_are_no_syllables() {
        assert_eq!(Sound::of('，'), None);
        assert_eq!(distance('a', '啊'), WHOLE);
        assert_eq!((distance('c', 'k'), distance('a', 'o'), distance('t', 'o')), (1, HALF, WHOLE));
    }

    /// The common characters: a syllable that the lists above lack would make its names unfindable.
    #[test]
    fn nearly_every_chinese_character_has_a_syllable() {
        let known = ('一'..='龥').filter(|character| character.to_pinyin().is_some());
        let lacking: Vec<char> = known.filter(|character| Sound::of(*character).is_none()).collect();
        assert!(lacking.len() < 10, "{lacking:?}");
    }
}
