//! What holds for every text, whatever was said.

use jiesu::domain::{SamplePosition, Word};
use jiesu::speech::text::normalise;
use proptest::prelude::*;

/// Pieces that the rules look at, thrown together in any order.
const PIECES: &[&str] = &[
    "零",
    "一",
    "二",
    "两",
    "三",
    "四",
    "五",
    "六",
    "七",
    "八",
    "九",
    "十",
    "百",
    "千",
    "万",
    "亿",
    "幺",
    "洞",
    "点",
    "半",
    "分",
    "刻",
    "秒",
    "号",
    "楼",
    "单元",
    "层",
    "月",
    "日",
    "年",
    "天",
    "个",
    "多",
    "几",
    "来",
    "块",
    "钱",
    "元",
    "米",
    "路",
    "公交",
    "分之",
    "到",
    "第",
    "周",
    "星期",
    "早上",
    "下午",
    "从",
    "，",
    "。",
    " ",
    "的",
    "了",
    "吗",
    "什么",
    "不对，是",
    "三天两头",
    "十字路口",
    "百分之",
    "双十一",
    "要",
    "三个八",
    "0",
    "1",
    "38",
    "7:30",
    "2.5",
    "%",
    "G",
    "A座",
    "one ",
    "twenty ",
    "five hundred ",
    "and ",
    "two ",
    "at ",
    "double ",
    "oh ",
    "point ",
    "unit ",
    "percent ",
    "pm ",
    "差",
    "经",
    "大街",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::collection::vec(prop::sample::select(PIECES), 0..16).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
        1 => "[0-9零一二三十百点月号a-z ]{0,20}",
    ]
}

/// The text cut into words of one to three characters, after pauses as given.
fn words(text: &str, lengths: &[(usize, u64, bool)]) -> Vec<Word> {
    let chars: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let (mut at, mut sample) = (0, 1_000);
    for (length, gap, biased) in lengths.iter().cycle() {
        if at >= chars.len() {
            break;
        }
        let end = (at + length).min(chars.len());
        let start_sample = SamplePosition(sample + gap);
        sample += gap + 900;
        words.push(Word {
            text: chars[at..end].iter().collect(),
            start_sample,
            end_sample: SamplePosition(sample),
            biased: *biased,
        });
        at = end;
    }
    words
}

/// What is left when numbers and marks are taken out.
fn without_numbers(text: &str) -> String {
    text.chars()
        .filter(|char| !char.is_ascii_digit() && *char != ' ' && !"零〇一幺二两三四五六七八九十百千万亿洞拐勾俩壹贰叁肆伍陆柒捌玖点半分刻之秒个钟要妖腰夭吆邀约%‰/:.?，。？,０１２３４５６７８９".contains(*char))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn words_are_the_text_their_times_rise_and_cover_the_same_sound(
        text in text(),
        lengths in prop::collection::vec((1_usize..4, prop_oneof![Just(0_u64), Just(5_000)], prop::bool::weighted(0.1)), 1..8),
    ) {
        let said = words(&text, &lengths);
        let done = normalise(&text, &said, "zh");
        let joined: String = done.words.iter().map(|word| word.text.as_str()).collect();
        if !text.is_empty() {
            prop_assert_eq!(&joined, &done.text);
        }
        prop_assert!(done.words.iter().all(|word| word.start_sample <= word.end_sample));
        prop_assert!(done.words.windows(2).all(|pair| pair[0].end_sample <= pair[1].start_sample));
        let span = |words: &[Word]| Some((words.first()?.start_sample, words.last()?.end_sample));
        prop_assert_eq!(span(&done.words), span(&said));
        prop_assert_eq!(said.iter().any(|word| word.biased), done.words.iter().any(|word| word.biased));
        for word in &done.words {
            let heard = said.iter().filter(|said| {
                said.start_sample >= word.start_sample && said.end_sample <= word.end_sample
            });
            prop_assert_eq!(heard.clone().any(|said| said.biased), word.biased);
            prop_assert!(heard.count() > 0);
        }
    }

    #[test]
    fn what_is_normal_stays_as_it_is(text in text()) {
        let once = normalise(&text, &[], "zh");
        prop_assert_eq!(normalise(&once.text, &[], "zh"), once);
    }

    #[test]
    fn nothing_but_numbers_and_marks_changes(text in text().prop_filter("Chinese", |text| !text.contains(|char: char| char.is_ascii_alphabetic()))) {
        let done = normalise(&text, &[], "zh");
        prop_assert_eq!(without_numbers(&done.text), without_numbers(&text));
    }

    #[test]
    fn digits_alone_stay(text in "[0-9 ]{0,20}") {
        prop_assert_eq!(normalise(&text, &[], "zh").text, text);
    }
}
