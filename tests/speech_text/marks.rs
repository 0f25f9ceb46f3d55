//! Marks and words.

use jiesu::domain::Word;
use jiesu::speech::text::normalise;

use crate::words;

fn text(text: &str, language: &str) -> String {
    normalise(text, &[], language).text
}

#[test]
fn a_text_without_marks_gets_one_at_its_end() {
    for (said, shown) in [
        ("路灯不亮", "路灯不亮。"),
        ("需要保密吗", "需要保密吗？"),
        ("您贵姓", "您贵姓？"),
        ("什么时候能解决", "什么时候能解决？"),
        ("地址呢", "地址呢？"),
        ("我还在这儿等着呢", "我还在这儿等着呢。"),
        ("黑得什么都看不见", "黑得什么都看不见。"),
        ("也不知道什么时候能来", "也不知道什么时候能来。"),
        ("能不能派人来看看", "能不能派人来看看？"),
        ("请问是您一家停水", "请问是您一家停水？"),
        ("有一个星期了吧", "有一个星期了吧。"),
        ("13820012345", "13820012345"),
        ("", ""),
        ("  ", "  "),
    ] {
        assert_eq!(text(said, "zh"), shown);
    }
    for (said, shown) in [
        ("the lamp is broken", "the lamp is broken."),
        ("can you hear me", "can you hear me?"),
        ("when will you come", "when will you come?"),
        ("when I came home it was dark", "when I came home it was dark."),
        ("what's your name", "what's your name?"),
    ] {
        assert_eq!(text(said, "en"), shown);
    }
}

#[test]
fn what_the_recogniser_marked_is_left_as_it_is() {
    for said in ["您好，我想反映一下", "是吗。", "路灯不亮！快来", "在哪儿，", "……"]
    {
        assert_eq!(text(said, "zh"), said);
        let chars: Vec<String> = said.chars().map(String::from).collect();
        let chars: Vec<&str> = chars.iter().map(String::as_str).collect();
        let pauses: Vec<usize> = (0..chars.len()).collect();
        assert_eq!(normalise(said, &words(&chars, &pauses), "zh").text, said);
    }
}

#[test]
fn a_long_pause_is_a_comma_but_not_inside_a_telephone_number() {
    let said =
        ["我", "姓", "王", "电", "话", "幺", "三", "八", "零", "零", "幺", "三", "八", "零", "零", "零"];
    let done = normalise(&said.concat(), &words(&said, &[3, 8, 12]), "zh");
    assert_eq!(done.text, "我姓王，电话13800138000。");
    let texts: Vec<&str> = done.words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(texts, ["我", "姓", "王，", "电", "话", "13800138000。"]);
    let english = ["hello ", "the ", "lamp ", "is ", "out"];
    assert_eq!(normalise(&english.concat(), &words(&english, &[1]), "en").text, "hello, the lamp is out.");
}

#[test]
fn a_pause_parts_two_numbers() {
    let said = ["停", "了", "二", "十", "三", "号", "楼", "也", "停", "了"];
    assert_eq!(normalise(&said.concat(), &words(&said, &[4]), "zh").text, "停了20，3号楼也停了。");
    assert_eq!(normalise(&said.concat(), &words(&said, &[]), "zh").text, "停了23号楼也停了。");
}

#[test]
fn a_word_covers_the_sound_of_what_it_replaces_and_keeps_its_mark() {
    let mut said = words(&["住", "五", "零", "二", "室", "，", "好"], &[]);
    said[2].biased = true;
    let text: String = said.iter().map(|word| word.text.as_str()).collect();
    let done = normalise(&text, &said, "zh");
    let word = |index: usize| (done.words[index].text.as_str(), done.words[index].biased);
    assert_eq!((word(0), word(1), word(2)), (("住", false), ("502", true), ("室", false)));
    assert_eq!(
        (done.words[1].start_sample, done.words[1].end_sample),
        (said[1].start_sample, said[3].end_sample)
    );
}

#[test]
fn another_language_is_left_alone() {
    let said: Vec<Word> = words(&["三", "十"], &[]);
    let done = normalise("三十", &said, "ja");
    assert_eq!((done.text.as_str(), done.words), ("三十", said));
}
