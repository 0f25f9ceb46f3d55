//! Calls of a town, generated: who has which trouble where, how it is said, and what a recogniser makes of it.

use std::collections::HashMap;

use jiesu::domain::*;
use pinyin::ToPinyin;
use rand::rngs::StdRng;
use rand::{RngExt, seq::IndexedRandom};

use crate::matters::TROUBLES;

/// Street offices, and the estates and roads that lie in each. Some sound alike, some are in two of them.
const UNITS: [(&str, [&str; 5], [&str; 4]); 8] = [
    (
        "大港街道",
        ["曙光里", "福春里", "春晖里", "阳光家园", "七邻里"],
        ["世纪大道", "迎宾街", "学府路", "育才路"],
    ),
    (
        "新河街道",
        ["晨晖里", "建安里", "双安里", "阳光家园", "海河家园"],
        ["新港路", "新港二号路", "河北路", "津塘公路"],
    ),
    (
        "塘沽街道",
        ["迎宾里", "世纪花园", "幸福里", "贻成豪庭", "三春里"],
        ["上海道", "营口道", "解放路", "山东路"],
    ),
    (
        "泰达街道",
        ["华纳社区", "翠亨村", "天江公寓", "康翠里", "恂园"],
        ["洞庭路", "黄海路", "第二大街", "第三大街"],
    ),
    (
        "杭州道街道",
        ["开元里", "六合里", "前进里", "红光家园", "吉庆里"],
        ["杭州道", "福州道", "广州道", "厦门路"],
    ),
    (
        "汉沽街道",
        ["建设里", "兴华里", "新华里", "河西楼", "滨河小区"],
        ["太平街", "新开路", "牌坊街", "文化街"],
    ),
    (
        "北塘街道",
        ["北塘新居", "欣嘉园", "首创城", "蓝山花园", "杨北家园"],
        ["杨北公路", "塘汉公路", "港城大道", "中央大道"],
    ),
    (
        "胡家园街道",
        ["春港花园", "安居园", "兴华里", "丰采家园", "正义里"],
        ["津沽公路", "胡家园路", "新城西路", "新城东路"],
    ),
];

/// A call, with what the generator knows of it.
#[derive(Debug, Clone)]
pub struct Told {
    pub trouble: usize,
    pub unit: usize,
    pub name: usize,
    /// The building, or the number in the road.
    pub part: u32,
    pub part_said: bool,
    pub days_ago: i64,
    pub draft: Draft,
    pub caller: String,
}

/// Whether two calls are on one matter; nothing where what was said cannot tell.
pub fn same_matter(one: &Told, other: &Told) -> Option<bool> {
    let trouble = &TROUBLES[one.trouble];
    let same_name = name_of(one) == name_of(other);
    if one.trouble != other.trouble || !same_name {
        return Some(false);
    }
    if one.unit != other.unit {
        // The same name in two street offices: told apart only where both say which.
        let both = unit_is_said(one) && unit_is_said(other);
        return both.then_some(false);
    }
    if trouble.around || one.part == other.part {
        return Some(true);
    }
    (one.part_said && other.part_said).then_some(false)
}

fn unit_is_said(told: &Told) -> bool {
    // Names and errors aside, what was said of the unit stands first.
    told.draft.fields[&FieldKey::Place].reason.contains("街道")
}

fn name_of(told: &Told) -> &'static str {
    let (_, estates, roads) = &UNITS[told.unit];
    if TROUBLES[told.trouble].road { roads[told.name % 4] } else { estates[told.name % 5] }
}

pub struct Town {
    pub random: StdRng,
    /// Characters by how they sound.
    homophones: HashMap<&'static str, Vec<char>>,
    /// Characters that callers use.
    common: Vec<char>,
    /// Which of the ways to tell a trouble are used.
    told: std::ops::Range<usize>,
}

impl Town {
    pub fn new(random: StdRng, told: std::ops::Range<usize>) -> Self {
        let mut homophones: HashMap<&'static str, Vec<char>> = HashMap::new();
        let common = ('\u{4e00}'..='\u{9fa5}').filter(|character| {
            // Those of GB 2312's first level would be best; by stroke order of the block every fifth will do.
            u32::from(*character) % 5 == 0
        });
        for character in TROUBLES.iter().flat_map(|trouble| trouble.told).flat_map(str::chars).chain(common) {
            if let Some(pinyin) = character.to_pinyin() {
                let list = homophones.entry(pinyin.plain()).or_default();
                if !list.contains(&character) {
                    list.push(character);
                }
            }
        }
        let common = TROUBLES.iter().flat_map(|trouble| trouble.told).flat_map(str::chars).collect();
        Self { random, homophones, common, told }
    }

    /// A call on a trouble somewhere.
    pub fn tell(&mut self, trouble: usize, unit: usize, name: usize, part: u32) -> Told {
        let text = TROUBLES[trouble].told[self.told.clone()].choose(&mut self.random).unwrap();
        self.tell_so(text, trouble, unit, name, part)
    }

    fn tell_so(&mut self, text: &str, trouble: usize, unit: usize, name: usize, part: u32) -> Told {
        let mut told = Told {
            trouble,
            unit,
            name,
            part,
            part_said: self.random.random_bool(0.75),
            days_ago: self.random.random_range(0..20),
            draft: Draft {
                questions: Vec::new(),
                call_id: CallId::new(),
                revision: 1,
                fields: Default::default(),
                categories: Vec::new(),
            },
            caller: format!("139{:08}", self.random.random_range(0..100_000_000)),
        };
        let (place, reason) = self.place(&told);
        let subject = self.misheard(text, 0.08);
        let title = format!("{place}{}", subject.split('，').next().unwrap_or_default());
        // A classifier is right most of the time, silent or wrong at others.
        let category = match self.random.random_range(0..100) {
            0..85 => TROUBLES[trouble].category,
            85..93 => TROUBLES[trouble].mistaken,
            _ => "",
        };
        let mut put = |key, value: String, reason: String| {
            let field =
                Field { value, confidence: 0.9, filled_by: FilledBy::Machine, evidence: Vec::new(), reason };
            told.draft.fields.insert(key, field);
        };
        put(FieldKey::Place, place, reason);
        put(FieldKey::Title, title, String::new());
        put(FieldKey::Subject, subject, String::new());
        if !category.is_empty() {
            put(FieldKey::Category, category.to_owned(), String::new());
        }
        told
    }

    /// The place as it is said and heard, and the gazetteer's names in it where it knows them.
    fn place(&mut self, told: &Told) -> (String, String) {
        let (unit, _, _) = UNITS[told.unit];
        let name = name_of(told);
        let with_unit = self.random.random_bool(0.4);
        let heard = self.misheard(name, 0.06);
        let mut place = if with_unit { unit.to_owned() } else { String::new() };
        place.push_str(&heard);
        if name.ends_with('里') && self.random.random_bool(0.3) {
            place.push_str("小区");
        }
        if told.part_said {
            let number =
                if self.random.random_bool(0.5) { told.part.to_string() } else { in_chinese(told.part) };
            if TROUBLES[told.trouble].road {
                place.push_str(&format!(
                    "{number}号{}",
                    ["", "门口", "附近"].choose(&mut self.random).unwrap()
                ));
            } else {
                place.push_str(&format!("{number}号楼"));
                if self.random.random_bool(0.3) {
                    place.push_str(&format!("{}零{}", ["三", "五"].choose(&mut self.random).unwrap(), "二"));
                }
            }
        }
        let known = heard == name && self.random.random_bool(0.6);
        let names: Vec<&str> = [(with_unit, unit), (known, name)]
            .iter()
            .filter(|(has, _)| *has)
            .map(|(_, name)| *name)
            .collect();
        let reason = if names.is_empty() { "said".to_owned() } else { format!("place:{}", names.join("/")) };
        (place, reason)
    }

    /// The text with a share of its characters heard as others that sound the same, and now and then as anything.
    fn misheard(&mut self, text: &str, share: f64) -> String {
        let hear = |character: char, random: &mut StdRng| {
            if random.random_bool(share / 8.0) {
                return *self.common.choose(random).unwrap();
            }
            let same = character.to_pinyin().and_then(|pinyin| self.homophones.get(pinyin.plain()));
            match same {
                Some(same) if random.random_bool(share) => *same.choose(random).unwrap(),
                Some(_) | None => character,
            }
        };
        text.chars().map(|character| hear(character, &mut self.random)).collect()
    }

    /// One event: the calls on it, the newest first, and what is easily taken for one of them.
    pub fn event(&mut self) -> (Vec<Told>, Vec<Told>) {
        let trouble = self.random.random_range(0..TROUBLES.len());
        let (unit, name) = (self.random.random_range(0..UNITS.len()), self.random.random_range(0..20));
        let part = self.random.random_range(1..40);
        let mut ways: Vec<&str> = TROUBLES[trouble].told[self.told.clone()].to_vec();
        ways.rotate_left(self.random.random_range(0..3));
        let mut event: Vec<Told> =
            ways.iter().map(|text| self.tell_so(text, trouble, unit, name, part)).collect();
        if self.random.random_bool(0.2) {
            event[1].caller = event[0].caller.clone();
        }
        if !TROUBLES[trouble].around {
            event[0].days_ago = 0;
        }
        let road = TROUBLES[trouble].road;
        let others: Vec<usize> =
            (0..TROUBLES.len()).filter(|other| *other != trouble && TROUBLES[*other].road == road).collect();
        let alike: Vec<usize> = others
            .iter()
            .copied()
            .filter(|other| TROUBLES[*other].category == TROUBLES[trouble].category)
            .collect();
        let mut hard = Vec::new();
        // The same place, another problem; of the same category where there is one.
        for _ in 0..2 {
            let other = *others.choose(&mut self.random).unwrap();
            hard.push(self.tell(other, unit, name, part));
        }
        if let Some(other) = alike.choose(&mut self.random) {
            hard.push(self.tell(*other, unit, name, part));
        }
        // The same problem, another place: of the same street office, of another, the next building or number.
        hard.push(self.tell(trouble, unit, name + 1, part));
        let elsewhere = self.random.random_range(0..UNITS.len());
        hard.push(self.tell(trouble, elsewhere, name, part));
        hard.push(self.tell(trouble, unit, name, part + 1));
        // The same caller, another problem, here and elsewhere.
        for place in [name, name + 2] {
            let other = *others.choose(&mut self.random).unwrap();
            let mut told = self.tell(other, unit, place, part);
            told.caller = event[0].caller.clone();
            hard.push(told);
        }
        (event, hard)
    }
}

fn in_chinese(number: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = ((number / 10) as usize, (number % 10) as usize);
    let tens = match tens {
        0 => String::new(),
        1 => "十".to_owned(),
        many => format!("{}十", DIGITS[many]),
    };
    format!("{tens}{}", DIGITS[ones])
}
