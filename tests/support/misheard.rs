//! Sentences about places as a recogniser mishears them: one character in ten is another of the same syllable, or of
//! one that a telephone does not tell from it. With places of the shipped gazetteer, and with what is none of them.

// Each user takes its part.
#![allow(dead_code)]

use std::collections::BTreeSet;
use std::path::Path;

use jiesu::domain::{CallId, Channel, FieldKey};
use jiesu::pinyin::Sound;
use jiesu::understanding::Understanding;

use super::city;

/// One character in so many is another one.
const ERRORS_IN: u64 = 10;

/// What a caller says of a place, beside the sentences of the recipe's texts.
const SAID_OF_UNITS: [&str; 8] = [
    "我在{}，家里停水了。",
    "{}这边的路灯不亮了。",
    "我住在{}，想反映一下噪音的问题。",
    "喂你好，我是{}的居民，下水道堵了。",
    "地址是{}，麻烦派人来看一下。",
    "{}停水了，什么时候能来？",
    "我要反映{}有人乱倒垃圾。",
    "我家在{}附近，路上有个大坑。",
];
const SAID_OF_AREAS: [&str; 10] = [
    "我住在{}三号楼二单元，下水道堵了。",
    "{}8号楼电梯坏了。",
    "地址是滨海新区{}12号。",
    "我在{}附近，路灯不亮了。",
    "{}停水了，什么时候能来？",
    "{}门口有人占道经营，没人管。",
    "我想反映一下，{}的路面坏了。",
    "喂，你好，我是{}的住户，楼上天天装修。",
    "就在{}那边，井盖没了。",
    "我家住大港街道{}，暖气不热。",
];
/// Roads and estates of other cities, which callers name too.
const ELSEWHERE: [&str; 60] = [
    "中山路",
    "长安街",
    "王府井大街",
    "淮海路",
    "北京路",
    "复兴路",
    "延安路",
    "人民路",
    "建国路",
    "天河路",
    "体育东路",
    "深南大道",
    "春熙路",
    "观前街",
    "鼓楼大街",
    "平江路",
    "文三路",
    "武林路",
    "湖滨路",
    "中关村大街",
    "学院路",
    "西单北大街",
    "工体北路",
    "三里屯路",
    "望京街",
    "回龙观东大街",
    "五角场",
    "陆家嘴环路",
    "徐家汇路",
    "衡山路",
    "南锣鼓巷",
    "大栅栏街",
    "什刹海街道",
    "外滩街道",
    "江汉路",
    "光谷大道",
    "解放碑",
    "观音桥",
    "天府大道",
    "锦绣路",
    "龙华大道",
    "天通苑小区",
    "金色家园",
    "万科城",
    "翡翠湾花园",
    "梧桐里",
    "桂花园",
    "丁香里",
    "玫瑰园",
    "常青藤小区",
    "芙蓉里",
    "紫荆花园",
    "银杏里",
    "海棠里",
    "牡丹园",
    "香樟里",
    "百合里",
    "松江路",
    "嫩江路",
    "白云大道",
];

/// A small generator of numbers that are the same in every run.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % limit as u64).unwrap()
    }

    fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// What sentences are made of.
pub(crate) struct Sayings {
    pub(crate) understanding: Understanding,
    /// Chinese names of roads, estates, communities and landmarks.
    areas: Vec<String>,
    /// Chinese names of units, their aliases and former names.
    units: Vec<String>,
    /// Sentences about a road or an estate, `{}` where it stands.
    of_areas: Vec<String>,
    /// Sentences without any place.
    ordinary: Vec<String>,
    elsewhere: Vec<String>,
    /// How each name of the gazetteer sounds.
    known: Vec<Vec<Sound>>,
    /// Characters that are usual in speech, with those that sound like each.
    alike: Vec<(char, Sound)>,
}

/// How each character of a name sounds.
fn sounds(name: &str) -> Option<Vec<Sound>> {
    name.chars().map(Sound::of).collect()
}

/// A sentence without the places that stand in it beside the one it is about.
fn unplaced(said: &str) -> String {
    said.replace("大港街道", "").replace("滨海新区", "")
}

/// How often places were found.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Score {
    pub(crate) all: usize,
    pub(crate) right: usize,
    /// Those of all whose name was misheard.
    pub(crate) misheard: usize,
    pub(crate) misheard_right: usize,
}

impl Score {
    /// Right ones in a hundred.
    pub(crate) fn percent(self) -> f64 {
        self.right as f64 * 100.0 / self.all as f64
    }
}

impl Sayings {
    pub(crate) fn load() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
        let gazetteer: toml::Table = read("models/places/binhai.toml").parse().unwrap();
        let chinese = |name: &str| name.chars().all(|char| ('一'..='龥').contains(&char));
        let strings = |value: &toml::Value| -> Vec<String> {
            let names = value.as_array().into_iter().flatten().filter_map(toml::Value::as_str);
            names.filter(|name| chinese(name)).map(str::to_owned).collect()
        };
        let lists = ["road", "community", "estate", "landmark"];
        let places = lists.iter().flat_map(|list| gazetteer[*list].as_array().unwrap());
        let areas: Vec<String> = places.flat_map(strings).collect();
        let mut units = Vec::new();
        for unit in gazetteer["unit"].as_array().unwrap() {
            units.extend(unit["name"].as_str().filter(|name| chinese(name)).map(str::to_owned));
            units.extend(["aliases", "former"].iter().filter_map(|key| unit.get(key)).flat_map(strings));
        }
        let texts = ["callers_city", "callers_services", "stories", "everyday", "agents"];
        let texts = texts.map(|name| read(&format!("models/demo/recipe/text/{name}.txt"))).concat();
        let understanding = city::understanding();
        let names: Vec<String> = understanding.place_names().map(str::to_owned).collect();
        let names_a_place = |line: &str| names.iter().any(|name| line.contains(name.as_str()));
        let lines = || texts.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let of_areas = lines().filter(|line| line.matches('{').count() == 1 && !names_a_place(line));
        let of_areas = of_areas.filter(|line| line.contains("{road}") || line.contains("{estate}"));
        let of_areas = of_areas.map(|line| line.replace("{road}", "{}").replace("{estate}", "{}"));
        let ordinary = lines().filter(|line| !line.contains('{') && !names_a_place(line)).map(str::to_owned);
        let usual: BTreeSet<char> = texts.chars().filter(|char| ('一'..='龥').contains(char)).collect();
        let alike = usual.into_iter().filter_map(|char| Some((char, Sound::of(char)?.usual())));
        let words: toml::Table = read("models/demo/recipe/words.toml").parse().unwrap();
        let written = ["road", "estate", "place"].iter().filter_map(|key| words[*key].as_str());
        let elsewhere =
            written.flat_map(str::split_whitespace).chain(ELSEWHERE).filter(|name| !names_a_place(name));
        Self {
            areas,
            units,
            of_areas: of_areas.chain(SAID_OF_AREAS.map(str::to_owned)).collect(),
            ordinary: ordinary.collect(),
            elsewhere: elsewhere.map(str::to_owned).collect(),
            known: names.iter().filter_map(|name| sounds(name)).collect(),
            alike: alike.collect(),
            understanding,
        }
    }

    /// Places of the gazetteer, said and misheard: how often the place's name is in the draft.
    pub(crate) fn places(&self, dice: &mut Dice, count: usize, mut wrong: impl FnMut(&str, &str)) -> Score {
        let mut score = Score::default();
        for _ in 0..count {
            let (name, said) = self.saying(dice);
            let heard = self.misheard(dice, &said);
            let misheard = usize::from(!heard.contains(&name));
            let place = self.place(&heard).map(|(value, _)| value).unwrap_or_default();
            let right = usize::from(place.contains(&name));
            score.all += 1;
            score.right += right;
            score.misheard += misheard;
            score.misheard_right += misheard * right;
            if right == 0 {
                wrong(&format!("{name}: {heard}"), &place);
            }
        }
        score
    }

    /// Names one syllable away from the gazetteer's, which it does not have: how often nothing is linked.
    pub(crate) fn near(&self, dice: &mut Dice, count: usize, wrong: impl FnMut(&str, &str)) -> Score {
        let sayings = std::iter::repeat_with(|| {
            let (name, said) = self.saying(dice);
            let near = self.near_name(dice, &name)?;
            Some(self.misheard(dice, &unplaced(&said.replacen(&name, &near, 1))))
        });
        self.links(&sayings.flatten().take(count).collect::<Vec<_>>(), wrong)
    }

    /// Names of other places: how often nothing is linked.
    pub(crate) fn elsewhere(&self, dice: &mut Dice, count: usize, wrong: impl FnMut(&str, &str)) -> Score {
        self.named(dice, &self.elsewhere, count, wrong)
    }

    /// Names that are not in the gazetteer, in the sentences about places.
    pub(crate) fn named(
        &self,
        dice: &mut Dice,
        names: &[String],
        count: usize,
        wrong: impl FnMut(&str, &str),
    ) -> Score {
        let sayings = std::iter::repeat_with(|| {
            let (template, name): (&String, &String) = (dice.one_of(&self.of_areas), dice.one_of(names));
            if self.holds_a_name(name) {
                return None;
            }
            let said = unplaced(template).replacen("{}", name, 1);
            Some(self.misheard(dice, &said))
        });
        self.links(&sayings.flatten().take(count).collect::<Vec<_>>(), wrong)
    }

    /// Sentences without a place: how often nothing is linked.
    pub(crate) fn ordinary(&self, dice: &mut Dice, count: usize, wrong: impl FnMut(&str, &str)) -> Score {
        let sayings = std::iter::repeat_with(|| {
            let said = dice.one_of(&self.ordinary);
            self.misheard(dice, said)
        });
        self.links(&sayings.take(count).collect::<Vec<_>>(), wrong)
    }

    fn links(&self, sayings: &[String], mut wrong: impl FnMut(&str, &str)) -> Score {
        let mut score = Score::default();
        for said in sayings {
            // A place in the caller's own words is no link.
            let linked = self.place(said).filter(|(_, reason)| !matches!(reason.as_str(), "said" | "learnt"));
            score.all += 1;
            score.right += usize::from(linked.is_none());
            if let Some((value, reason)) = linked {
                wrong(said, &format!("{value} ({reason})"));
            }
        }
        score
    }

    /// A name of the gazetteer and a sentence about it.
    fn saying(&self, dice: &mut Dice) -> (String, String) {
        let of_unit = dice.below(4) == 0;
        let (name, template) = if of_unit {
            (dice.one_of(&self.units).clone(), (*dice.one_of(&SAID_OF_UNITS)).to_owned())
        } else {
            (dice.one_of(&self.areas).clone(), dice.one_of(&self.of_areas).clone())
        };
        let said = template.replacen("{}", &name, 1);
        (name, said)
    }

    /// A name with one syllable that begins or ends otherwise, so that it sounds like none of the gazetteer's.
    fn near_name(&self, dice: &mut Dice, name: &str) -> Option<String> {
        let mut chars: Vec<char> = name.chars().collect();
        let at = dice.below(chars.len());
        let old = Sound::of(chars[at])?.usual();
        let near: Vec<char> =
            self.alike.iter().filter(|(_, sound)| sound.is_near(&old)).map(|(char, _)| *char).collect();
        if near.is_empty() {
            return None;
        }
        chars[at] = *dice.one_of(&near);
        let near: String = chars.iter().collect();
        (!self.holds_a_name(&near)).then_some(near)
    }

    /// Whether a name of the gazetteer, or what sounds just like one, stands in a name: nobody could tell them apart.
    fn holds_a_name(&self, name: &str) -> bool {
        let Some(heard) = sounds(name) else { return false };
        let alike = |(one, other): (&Sound, &Sound)| one.is_like(other);
        let stands =
            |known: &Vec<Sound>| heard.windows(known.len()).any(|window| window.iter().zip(known).all(alike));
        self.known.iter().any(stands)
    }

    /// The sentence as it may be heard.
    fn misheard(&self, dice: &mut Dice, said: &str) -> String {
        let mut hear = |char: char| {
            let Some(sound) = Sound::of(char).filter(|_| ('一'..='龥').contains(&char)).map(Sound::usual)
            else {
                return char;
            };
            if dice.below(usize::try_from(ERRORS_IN).unwrap()) != 0 {
                return char;
            }
            let others = self.alike.iter().filter(|(other, heard)| *other != char && heard.is_like(&sound));
            let others: Vec<char> = others.map(|(other, _)| *other).collect();
            if others.is_empty() { char } else { *dice.one_of(&others) }
        };
        said.chars().map(&mut hear).collect()
    }

    /// The place of a call in which a caller says this, with the reason.
    fn place(&self, said: &str) -> Option<(String, String)> {
        let call = city::call();
        let turn = city::said(CallId::new(), Channel::Caller, 0, 5_000, said);
        let mut draft = self.understanding.draft(&call, &[turn]);
        draft.fields.remove(&FieldKey::Place).map(|field| (field.value, field.reason))
    }
}
