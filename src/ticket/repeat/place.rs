//! The parts of a place as it stands in a ticket, and whether two places are one. Names are compared as they sound,
//! so that a misheard name is still the same.

use crate::numerals::digit;
use crate::speech::{Syllable, syllables};

/// Units of a city, by their endings: a name with one of these says in which part, not where.
const UNIT_ENDINGS: [&str; 5] = ["街道办", "街道", "开发区", "镇", "乡"];
/// Roads.
const ROAD_ENDINGS: [&str; 6] = ["大道", "公路", "路", "街", "道", "Road"];
/// What is said after a name or left out.
const TAILS: [&str; 12] = [
    "家属院", "小区", "社区", "街道", "那边", "这边", "附近", "旁边", "对面", "门口", "周边", "里面",
];
/// What stands before every place of the city and tells nothing.
const HEADS: [&str; 5] = ["天津市", "天津", "滨海新区", "我们", "咱们"];
/// What parts names from one another, or is not part of one.
const BETWEEN: [&str; 19] = [
    "交叉口", "交口", "路口", "和", "与", "跟", "的", "附近", "旁边", "对面", "门口", "东侧", "西侧", "南侧", "北侧",
    "东门", "西门", "南门", "北门",
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    Number,
    Building,
    Entrance,
    /// A floor or a room: the same trouble has many of them.
    Within,
}

/// A name as it sounds.
type Sounds = Vec<Syllable>;

/// The parts of a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parts {
    units: Vec<Sounds>,
    roads: Vec<Sounds>,
    /// Estates, landmarks and whatever else has a name.
    names: Vec<Sounds>,
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
            parts.take_name(name);
            // Without its ending too: 塘沽 stands for 塘沽街道.
            let stem = without_tail(name);
            text = text.replace(name.as_str(), " ");
            if stem.chars().count() >= 2 {
                text = text.replace(stem, " ");
            }
        }
        let text = parts.take_numbers(&text);
        let text = BETWEEN.iter().fold(text, |text, word| text.replace(word, " "));
        for piece in text.split(|c: char| c.is_whitespace() || "，,、。/".contains(c)) {
            parts.take_piece(piece);
        }
        // 塘沽街 is the unit 塘沽街道, not a road of its own.
        parts.roads.retain(|road| !parts.units.iter().any(|unit| road.starts_with(unit)));
        parts
    }

    /// The keys of its names; of its units where it has no other.
    pub(super) fn keys(&self) -> Vec<String> {
        let key = |mark: char, sounds: &Sounds| {
            let tail = &sounds[sounds.len().saturating_sub(LEAST_ENDING)..];
            std::iter::once(mark).chain(tail.iter().flatten().copied()).collect::<String>()
        };
        let names: Vec<String> =
            self.names.iter().chain(&self.roads).map(|sounds| key('p', sounds)).collect();
        if names.is_empty() { self.units.iter().map(|sounds| key('u', sounds)).collect() } else { names }
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
        let shared_roads = self.roads.iter().filter(|road| other.roads.contains(road)).count();
        let other_crossing = self.roads.len() > 1 && other.roads.len() > 1 && shared_roads < 2;
        if both_named && !same_name || !same_name && (shared_roads == 0 || other_crossing) {
            return Nearness::Elsewhere;
        }
        let pairs = [
            (self.number, other.number),
            (self.building, other.building),
            (self.entrance, other.entrance),
        ];
        let differs = |(one, other): &(Option<u32>, Option<u32>)| one.is_some() && other.is_some() && one != other;
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
            let ending = UNIT_ENDINGS[..3].iter().chain(&ROAD_ENDINGS[..3]).filter_map(|ending| {
                let at = rest.find(ending)?;
                (rest[..at].chars().count() >= 2 && !rest[at + ending.len()..].is_empty()).then_some(at + ending.len())
            });
            let Some(end) = ending.min() else { break };
            self.take_name(&rest[..end]);
            rest = &rest[end..];
        }
        self.take_name(rest);
    }

    fn take_name(&mut self, name: &str) {
        let stem: Sounds = syllables(without_tail(name)).map(|(_, syllable)| syllable).collect();
        // 前头, 那儿: too short to be anybody's name; a lone number is none.
        if stem.len() < 2 || name.chars().all(|c| digit(c).is_some()) {
            return;
        }
        let list = if UNIT_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            &mut self.units
        } else if ROAD_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            &mut self.roads
        } else {
            &mut self.names
        };
        if !list.contains(&stem) {
            list.push(stem);
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

/// Whether one name of each is the same, or ends with the other: 大港曙光里 is 曙光里.
fn shares(ours: &[Sounds], theirs: &[Sounds]) -> bool {
    let same = |one: &Sounds, other: &Sounds| {
        let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
        one == other || short.len() >= LEAST_ENDING && long.ends_with(short)
    };
    ours.iter().any(|one| theirs.iter().any(|other| same(one, other)))
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
