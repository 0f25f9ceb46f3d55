//! The parts of a place as it stands in a ticket, and whether two places are one. Names are compared as they sound,
//! so that a misheard name is still the same.

use std::sync::LazyLock;

use crate::numerals::digit;
use crate::speech::{Syllable, syllables};

/// Units of a city, by their endings: a name with one of these says in which part, not where.
const UNIT_ENDINGS: [&str; 5] = ["街道办", "街道", "开发区", "镇", "乡"];
/// Roads, by what their names end in; compared as it sounds, since the ending is misheard as often as the name.
const ROAD_ENDINGS: [&str; 3] = ["路", "街", "道"];
/// Characters that tell names from one another which are alike in all others: 新港二号路, 新城东路.
const TELLING: &str = "东西南北中前后上下左右大小新老甲乙丙";
/// In a name so long one wrong syllable is a mishearing; shorter ones differ in one from many others.
const LONG_NAME: usize = 4;
/// What is said after a name or left out.
const TAILS: [&str; 12] =
    ["家属院", "小区", "社区", "街道", "那边", "这边", "附近", "旁边", "对面", "门口", "周边", "里面"];
/// What stands before every place of the city and tells nothing.
const HEADS: [&str; 5] = ["天津市", "天津", "滨海新区", "我们", "咱们"];
/// What parts names from one another, or is not part of one.
const BETWEEN: [&str; 19] = [
    "交叉口",
    "交口",
    "路口",
    "和",
    "与",
    "跟",
    "的",
    "附近",
    "旁边",
    "对面",
    "门口",
    "东侧",
    "西侧",
    "南侧",
    "北侧",
    "东门",
    "西门",
    "南门",
    "北门",
];
/// What a number counts, the longer first.
const COUNTERS: [(&str, Counted); 14] = [
    ("号楼", Counted::Building),
    ("号院", Counted::Building),
    ("栋", Counted::Building),
    ("幢", Counted::Building),
    ("座", Counted::Building),
    ("期", Counted::Within),
    ("单元", Counted::Entrance),
    ("门", Counted::Entrance),
    ("楼", Counted::Within),
    ("层", Counted::Within),
    ("室", Counted::Within),
    ("房", Counted::Within),
    ("户", Counted::Within),
    ("号", Counted::Number),
];
/// A shorter name stands at the end of too many longer ones.
const LEAST_ENDING: usize = 3;

/// How the endings of roads sound.
static ROAD_SOUNDS: LazyLock<Vec<[char; 2]>> = LazyLock::new(|| {
    ROAD_ENDINGS.iter().flat_map(|ending| syllables(ending)).map(|(_, syllable)| syllable.exact).collect()
});

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    Number,
    Building,
    Entrance,
    /// A floor or a room: the same trouble has many of them.
    Within,
}

/// A name as it sounds.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    sounds: Vec<Syllable>,
    chars: Vec<char>,
    /// Whether the gazetteer has it.
    known: bool,
}

/// The parts of a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parts {
    units: Vec<Name>,
    roads: Vec<Name>,
    /// Estates, landmarks and whatever else has a name.
    names: Vec<Name>,
    number: Option<u32>,
    building: Option<u32>,
    entrance: Option<u32>,
}

/// How two places lie to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nearness {
    /// The same, in all that both say.
    Same,
    /// One says more than the other.
    InPart,
    /// The same estate or road, another building or number.
    Around,
    /// The same part of the city is all that is known.
    UnitOnly,
    /// One of them is not known.
    Unknown,
    /// Another place.
    Elsewhere,
}

impl Parts {
    /// Reads a place; `known` are the gazetteer's names in it.
    pub(super) fn read(place: &str, known: &[String]) -> Self {
        let mut parts = Self::default();
        let mut text = simple(place);
        for name in known {
            parts.take_name(name, true);
            // Without its ending where that was not said: 塘沽 stands for 塘沽街道.
            let said = if text.contains(name.as_str()) { name } else { without_tail(name) };
            text = text.replacen(said, " ", 1);
        }
        let text = parts.take_numbers(&text);
        let text = BETWEEN.iter().fold(text, |text, word| text.replace(word, " "));
        for piece in text.split(|c: char| c.is_whitespace() || "，,、。/".contains(c)) {
            parts.take_piece(piece);
        }
        // 塘沽街 is the unit 塘沽街道; 杭州道 is a road, though 杭州道街道 is a unit.
        let short_for = |road: &Name, unit: &Name| {
            road.chars.strip_prefix(unit.chars.as_slice()).is_some_and(|rest| rest == ['街'])
        };
        parts.roads.retain(|road| !parts.units.iter().any(|unit| short_for(road, unit)));
        parts
    }

    /// The keys of its names; of its units where it has no other.
    pub(super) fn keys(&self) -> Vec<String> {
        let key = |mark: char, sounds: &[Syllable]| {
            let letters = sounds.iter().flat_map(|syllable| syllable.class);
            std::iter::once(mark).chain(letters).collect::<String>()
        };
        let mut keys = Vec::new();
        for name in self.names.iter().chain(&self.roads) {
            // The end, since the beginning may have a unit's name before it; and both ends, since one of them is
            // heard right.
            let sounds = &name.sounds;
            let end = |length: usize| &sounds[sounds.len().saturating_sub(length)..];
            keys.push(key('p', end(LEAST_ENDING)));
            if sounds.len() >= LEAST_ENDING {
                keys.push(key('q', &sounds[..2]));
            }
            if sounds.len() >= LONG_NAME {
                keys.push(key('r', end(2)));
            }
        }
        if keys.is_empty() { self.units.iter().map(|name| key('u', &name.sounds)).collect() } else { keys }
    }

    /// How another place lies to this one.
    pub(super) fn nearness(&self, other: &Self) -> Nearness {
        let named = |parts: &Self| !parts.names.is_empty() || !parts.roads.is_empty();
        if !self.units.is_empty() && !other.units.is_empty() && !shares(&self.units, &other.units) {
            return Nearness::Elsewhere;
        }
        match (named(self), named(other)) {
            (false, false) if shares(&self.units, &other.units) => return Nearness::UnitOnly,
            (true, true) => {}
            (false, _) | (_, false) => return Nearness::Unknown,
        }
        let same_name = shares(&self.names, &other.names);
        let both_named = !self.names.is_empty() && !other.names.is_empty();
        let shared_roads =
            self.roads.iter().filter(|road| shares(std::slice::from_ref(*road), &other.roads)).count();
        let other_crossing = self.roads.len() > 1 && other.roads.len() > 1 && shared_roads < 2;
        if !same_name && (both_named || shared_roads == 0 || other_crossing) {
            return Nearness::Elsewhere;
        }
        let pairs =
            [(self.number, other.number), (self.building, other.building), (self.entrance, other.entrance)];
        let differs =
            |(one, other): &(Option<u32>, Option<u32>)| one.is_some() && other.is_some() && one != other;
        if pairs.iter().any(differs) {
            return Nearness::Around;
        }
        let more = pairs.iter().any(|(one, other)| one.is_some() != other.is_some());
        if more || self.roads.len() != other.roads.len() || self.names.len() != other.names.len() {
            Nearness::InPart
        } else {
            Nearness::Same
        }
    }

    /// Takes the numbered parts out of a text and leaves the rest.
    fn take_numbers(&mut self, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut rest = String::new();
        let mut at = 0;
        while at < chars.len() {
            let (value, end) = number_at(&chars, at);
            let Some(value) = value else {
                rest.push(chars[at]);
                at += 1;
                continue;
            };
            let after: String = chars[end..].iter().take(2).collect();
            let counter = COUNTERS.iter().find(|(counter, _)| after.starts_with(counter));
            match counter {
                // 第五大街, 新港二号路 are names.
                Some((counter, counted)) if !follows_name(&chars, end + counter.chars().count()) => {
                    self.count(*counted, value);
                    rest.push(' ');
                    at = end + counter.chars().count();
                }
                Some(_) | None => {
                    rest.extend(&chars[at..end]);
                    at = end;
                }
            }
        }
        rest
    }

    fn count(&mut self, counted: Counted, value: u32) {
        let place = match counted {
            Counted::Number => &mut self.number,
            Counted::Building => &mut self.building,
            Counted::Entrance => &mut self.entrance,
            Counted::Within => return,
        };
        place.get_or_insert(value);
    }

    /// A piece between marks may hold several names, parted by their endings.
    fn take_piece(&mut self, piece: &str) {
        let mut rest = HEADS.iter().fold(piece, |piece, head| piece.strip_prefix(head).unwrap_or(piece));
        loop {
            let ending = UNIT_ENDINGS[..3].iter().chain(&["大道", "公路", "路"]).filter_map(|ending| {
                let at = rest.find(ending)?;
                (rest[..at].chars().count() >= 2 && !rest[at + ending.len()..].is_empty())
                    .then_some(at + ending.len())
            });
            let Some(end) = ending.min() else { break };
            self.take_name(&rest[..end], false);
            rest = &rest[end..];
        }
        self.take_name(rest, false);
    }

    fn take_name(&mut self, name: &str, known: bool) {
        let (chars, sounds): (Vec<char>, Vec<Syllable>) = syllables(without_tail(name)).unzip();
        // What stands after a name, or a lone number, is none.
        if sounds.len() < 2 || TAILS.contains(&name) || name.chars().all(|c| digit(c).is_some()) {
            return;
        }
        let is_road = |last: &Syllable| ROAD_SOUNDS.contains(&last.exact);
        let list = if UNIT_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            &mut self.units
        } else if name.ends_with("Road") || sounds.last().is_some_and(is_road) {
            &mut self.roads
        } else {
            &mut self.names
        };
        if list.iter().all(|other| other.sounds != sounds) {
            list.push(Name { sounds, chars, known });
        }
    }
}

fn simple(place: &str) -> String {
    place.replace(['（', '）', '(', ')'], " ")
}

fn without_tail(name: &str) -> &str {
    let tail = TAILS.iter().chain(&UNIT_ENDINGS).filter_map(|tail| name.strip_suffix(tail));
    tail.filter(|stem| stem.chars().count() >= 2).min_by_key(|stem| stem.len()).unwrap_or(name)
}

/// Whether one name of each is the same.
fn shares(ours: &[Name], theirs: &[Name]) -> bool {
    ours.iter().any(|one| theirs.iter().any(|other| one.is(other)))
}

impl Name {
    /// Whether another name is this one: it sounds the same, or ends with it (大港曙光里 is 曙光里), or is most
    /// likely a mishearing of it. Names that the gazetteer has are what they are.
    fn is(&self, other: &Self) -> bool {
        if self.known && other.known {
            return self.chars == other.chars;
        }
        let exact = |name: &Self| name.sounds.iter().map(|syllable| syllable.exact).collect::<Vec<_>>();
        let (ours, theirs) = (exact(self), exact(other));
        let (short, long) = if ours.len() < theirs.len() { (&ours, &theirs) } else { (&theirs, &ours) };
        if ours == theirs || short.len() >= LEAST_ENDING && long.ends_with(short) {
            return true;
        }
        if ours.len() != theirs.len() {
            return false;
        }
        let wrong: Vec<usize> = (0..ours.len()).filter(|at| ours[*at] != theirs[*at]).collect();
        let of_class = |at: &usize| self.sounds[*at].class == other.sounds[*at].class;
        let telling = |at: &usize| {
            [self.chars[*at], other.chars[*at]].iter().any(|c| digit(*c).is_some() || TELLING.contains(*c))
        };
        match wrong.as_slice() {
            [at] if telling(at) => false,
            // 里, 园, 村: the last syllable tells least.
            [at] if *at + 1 == ours.len() => ours.len() >= LEAST_ENDING,
            [at] => ours.len() >= LONG_NAME || of_class(at) && self.known != other.known,
            _ => false,
        }
    }
}

/// Whether a name's ending comes next: then the number belongs to the name.
fn follows_name(chars: &[char], at: usize) -> bool {
    chars.get(at).is_some_and(|next| matches!(next, '路' | '街' | '线' | '桥'))
}

/// The numeral at a place, such as 3, 十二 or 一百零二, and where it ends.
fn number_at(chars: &[char], at: usize) -> (Option<u32>, usize) {
    let (mut total, mut last, mut end) = (0_u32, None::<u32>, at);
    while let Some(character) = chars.get(end) {
        // 洞庭路 is a road and 拐角 a corner, whatever else these may be in a telephone number.
        let value = digit(*character).filter(|_| !matches!(character, '洞' | '拐' | '勾' | '俩' | '幺'));
        match (character, value.and_then(|value| value.to_digit(10))) {
            ('十', _) => total += last.take().unwrap_or(1).saturating_mul(10),
            ('百', _) => total += last.take().unwrap_or(1).saturating_mul(100),
            (_, Some(value)) => last = Some(last.unwrap_or(0).saturating_mul(10).saturating_add(value)),
            (_, None) => break,
        }
        end += 1;
    }
    ((end > at).then(|| total.saturating_add(last.unwrap_or(0))), end)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn nearness(one: &str, other: &str) -> Nearness {
        Parts::read(one, &[]).nearness(&Parts::read(other, &[]))
    }

    #[test]
    fn a_place_is_itself_however_it_is_said() {
        for (one, other) in [
            ("曙光里3号楼", "曙光里小区三号楼"),
            ("大港街道曙光里", "大港街道书光里"),
            ("洞庭路68号", "洞庭路六十八号门口"),
            ("黄海路和洞庭路交口", "洞庭路与黄海路交口"),
            ("第五大街", "第五大街附近"),
        ] {
            assert_eq!(nearness(one, other), Nearness::Same, "{one} {other}");
        }
    }

    #[test]
    fn less_said_is_the_same_place_in_part() {
        assert_eq!(nearness("曙光里", "曙光里3号楼2单元"), Nearness::InPart);
        assert_eq!(nearness("黄海路", "黄海路和洞庭路交口"), Nearness::InPart);
        assert_eq!(nearness("曙光里3号楼", "曙光里5号楼"), Nearness::Around);
        assert_eq!(nearness("大港街道", "大港街道"), Nearness::UnitOnly);
    }

    #[test]
    fn other_places_are_elsewhere() {
        for (one, other) in [
            ("曙光里", "福春里"),
            ("春晖里3号楼", "晨晖里3号楼"),
            ("大港街道阳光小区", "新河街道阳光小区"),
            ("黄海路和洞庭路交口", "黄海路和太湖路交口"),
            ("世纪大道曙光里", "世纪大道福春里"),
            ("新港二号路", "新港三号路"),
        ] {
            assert_eq!(nearness(one, other), Nearness::Elsewhere, "{one} {other}");
        }
    }
}
