//! Words whose numeral is part of the word: idioms, feasts, times of a week. Only those are here that a rule
//! would otherwise write with digits; 一样, 十字路口, 万一, 百货, 两口子 no rule touches.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::numerals::is_numeral;

const WORDS: [&str; 77] = [
    "三天两头",
    "三天打鱼",
    "两天晒网",
    "三更半夜",
    "三年五载",
    "十年如一日",
    "百年大计",
    "千年",
    "十万八千里",
    "十万火急",
    "三百六十行",
    "一千零一夜",
    "一百货",
    "二百五",
    "三分钟热度",
    "五分钟热度",
    "十分钟爱",
    "三六九等",
    "三六九",
    "一二三四五六七",
    "九一八",
    "七七事变",
    "五四三",
    "十三陵",
    "十三香",
    "十三点",
    "十八罗汉",
    "十八般",
    "七十二变",
    "十二生肖",
    "二十四节气",
    "二十四孝",
    "三十而立",
    "四十不惑",
    "三十六计",
    "三十儿",
    "年三十",
    "大年三十",
    "八月十五",
    "正月十五",
    "九九八十一",
    "四十八手",
    "百八十",
    "一楼一底",
    "五层楼顶",
    "两点一线",
    "一元化",
    "二元化",
    "多元",
    "三元桥",
    "三元里",
    "一元论",
    "千岁",
    "万岁",
    "千斤顶",
    "千斤",
    "半斤八两",
    "八两",
    "一号人物",
    "头号",
    "二号人物",
    "三号人物",
    "一周一次",
    "五一",
    "五一节",
    "双十一",
    "十一期间",
    "五十步笑百步",
    "双十二",
    "十一黄金周",
    "五四青年节",
    "三八妇女节",
    "六一儿童节",
    "八一建军节",
    "一二九运动",
    "三一重工",
    "万科",
];

/// By first character.
static BY_FIRST: LazyLock<HashMap<char, Vec<Vec<char>>>> = LazyLock::new(|| {
    let mut words: HashMap<char, Vec<Vec<char>>> = HashMap::new();
    for word in WORDS {
        let chars: Vec<char> = word.chars().collect();
        words.entry(chars[0]).or_default().push(chars);
    }
    words
});

/// For each character, whether it stands in such a word.
pub(super) fn marks(chars: &[char]) -> Vec<bool> {
    let mut kept = vec![false; chars.len()];
    for (at, char) in chars.iter().enumerate() {
        let words = BY_FIRST.get(char).map_or(&[][..], Vec::as_slice);
        // 幺三五一二三: the digits of a number are no feast.
        let before = at.checked_sub(1).and_then(|before| chars.get(before));
        let inside = before.is_some_and(|before| is_numeral(*before) || *before == '点') && is_numeral(*char);
        for word in words.iter().filter(|word| !inside && chars[at..].starts_with(word)) {
            let end = at + word.len();
            let date = |next: char| matches!(next, '号' | '日');
            let goes_on = is_numeral(chars[end - 1])
                && chars.get(end).is_some_and(|next| is_numeral(*next) || date(*next));
            if !goes_on {
                kept[at..end].fill(true);
            }
        }
    }
    kept
}
