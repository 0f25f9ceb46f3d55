//! The filter on made logits.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

/// Text tokens of the tests' model: a character each, some longer, some single bytes; then the end, which is no text.
const TEXT: [&str; 22] = [
    "我", "在", "洞", "东", "庭", "停", "路", "大", "港", "医", "院", "黄海", "黄", "海", " Dong", "ting",
    " Road", "o", "录", "怨", "衣", "。",
];
/// No text: the end.
const END: i32 = TEXT.len() as i32;

fn vocabulary() -> Vocabulary {
    let bytes = TEXT.iter().map(|text| text.as_bytes().into()).collect();
    Vocabulary::new(bytes)
}

fn token(text: &str) -> i32 {
    i32::try_from(TEXT.iter().position(|known| *known == text).unwrap()).unwrap()
}

fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Greedy decoding where the model's own opinion of each step is given: tokens and their logits, the rest at -20.
fn decode(bias: &mut NameBias<'_>, steps: &[&[(&str, f32)]]) -> String {
    let mut tokens: Vec<i32> = Vec::new();
    for step in steps {
        let mut logits = vec![-20.0_f32; TEXT.len() + 1];
        for (text, logit) in *step {
            logits[token(text) as usize] = *logit;
        }
        bias.prefer(&tokens, &mut logits);
        tokens.push(i32::try_from(best(&logits).unwrap()).unwrap());
    }
    // What is seen after the last token, as whisper.cpp does before the end.
    let mut logits = vec![-20.0_f32; TEXT.len() + 1];
    logits[END as usize] = 5.0;
    bias.prefer(&tokens, &mut logits);
    assert_eq!(best(&logits), Some(END as usize));
    tokens.iter().map(|token| TEXT[*token as usize]).collect()
}

fn marked(bias: &mut NameBias<'_>, text: &[&str]) -> Option<Vec<bool>> {
    bias.marked(&text.iter().map(|text| token(text)).collect::<Vec<_>>())
}

#[test]
fn a_name_wins_over_what_sounds_the_same_and_the_change_is_marked() {
    let vocabulary = vocabulary();
    let names = named(&["洞庭路"]);
    let said: [&[(&str, f32)]; 4] =
        [&[("在", 8.0)], &[("东", 6.0), ("洞", 5.0)], &[("停", 6.0), ("庭", 4.0)], &[("路", 9.0)]];
    let mut bias = NameBias::new(&vocabulary, &names);
    assert_eq!(decode(&mut bias, &said), "在洞庭路");
    assert_eq!(marked(&mut bias, &["在", "洞", "庭", "路"]).unwrap(), [false, true, true, true]);
    let mut without = NameBias::new(&vocabulary, &[]);
    assert_eq!(decode(&mut without, &said), "在东停路");
    assert_eq!(marked(&mut without, &["在", "东", "停", "路"]).unwrap(), [false; 4]);
}

#[test]
fn a_name_the_model_writes_by_itself_is_not_marked() {
    let vocabulary = vocabulary();
    let names = named(&["洞庭路"]);
    let mut bias = NameBias::new(&vocabulary, &names);
    assert_eq!(decode(&mut bias, &[&[("洞", 6.0)], &[("庭", 6.0), ("停", 1.0)], &[("路", 9.0)]]), "洞庭路");
    assert_eq!(marked(&mut bias, &["洞", "庭", "路"]).unwrap(), [false; 3]);
}

#[test]
fn the_bonus_is_bounded_and_a_start_must_be_among_the_few_best() {
    let vocabulary = vocabulary();
    let names = named(&["洞庭路"]);
    let mut bias = NameBias::new(&vocabulary, &names);
    let far: [&[(&str, f32)]; 2] = [&[("东", 6.0), ("洞", 6.0 - START_BONUS - 0.1)], &[("停", 6.0)]];
    assert_eq!(decode(&mut bias, &far), "东停", "too far behind to begin");
    let mut bias = NameBias::new(&vocabulary, &names);
    let far: [&[(&str, f32)]; 2] = [&[("洞", 6.0)], &[("停", 6.0), ("庭", 6.0 - CONTINUE_BONUS - 0.1)]];
    assert_eq!(decode(&mut bias, &far), "洞停", "too far behind to go on");
    let mut bias = NameBias::new(&vocabulary, &names);
    let sixth: [&[(&str, f32)]; 1] =
        [&[("东", 6.0), ("我", 5.9), ("在", 5.8), ("大", 5.7), ("港", 5.6), ("洞", 5.5)]];
    assert_eq!(decode(&mut bias, &sixth), "东", "within the bonus, but the sixth");
}

#[test]
fn a_name_begun_and_not_ended_has_misled() {
    let vocabulary = vocabulary();
    let names = named(&["洞庭路"]);
    let mut bias = NameBias::new(&vocabulary, &names);
    let said: [&[(&str, f32)]; 2] = [&[("东", 6.0), ("洞", 5.0)], &[("海", 9.0)]];
    assert_eq!(decode(&mut bias, &said), "洞海");
    assert_eq!(marked(&mut bias, &["洞", "海"]), None);
}

#[test]
fn what_is_a_name_already_is_not_made_a_longer_one() {
    let vocabulary = vocabulary();
    let names = named(&["大港", "大港医院"]);
    let mut bias = NameBias::new(&vocabulary, &names);
    assert_eq!(decode(&mut bias, &[&[("大", 6.0)], &[("港", 6.0)], &[("衣", 6.0), ("医", 5.0)]]), "大港衣");
    let mut bias = NameBias::new(&vocabulary, &names);
    let said: [&[(&str, f32)]; 4] =
        [&[("大", 6.0)], &[("港", 6.0)], &[("医", 6.0)], &[("怨", 6.0), ("院", 4.0)]];
    assert_eq!(decode(&mut bias, &said), "大港医院", "but one that is under way is helped to its end");
    assert_eq!(marked(&mut bias, &["大", "港", "医", "院"]).unwrap(), [false, false, false, true]);
}

#[test]
fn a_name_is_known_however_it_is_cut_into_tokens() {
    let vocabulary = vocabulary();
    let names = named(&["黄海路"]);
    for said in [vec!["黄海", "路"], vec!["黄", "海", "路"]] {
        let mut bias = NameBias::new(&vocabulary, &names);
        let steps: Vec<[(&str, f32); 1]> = said[..said.len() - 1].iter().map(|text| [(*text, 9.0)]).collect();
        let last = [("录", 6.0), ("路", 4.0)];
        let steps: Vec<&[(&str, f32)]> =
            steps.iter().map(|step| step.as_slice()).chain([last.as_slice()]).collect();
        assert_eq!(decode(&mut bias, &steps), "黄海路");
    }
}

#[test]
fn a_name_in_latin_letters_begins_with_a_word() {
    let vocabulary = vocabulary();
    let names = named(&["Dongting Road"]);
    let mut bias = NameBias::new(&vocabulary, &names);
    let said: [&[(&str, f32)]; 3] =
        [&[(" Dong", 6.0)], &[("o", 6.0), ("ting", 5.0)], &[("o", 6.0), (" Road", 5.0)]];
    assert_eq!(decode(&mut bias, &said), " Dongting Road");
    // `Dongting Road` lacks its first token, so only the form after a space is known here.
    let names = named(&["ting"]);
    let mut bias = NameBias::new(&vocabulary, &names);
    let inside: [&[(&str, f32)]; 2] = [&[(" Dong", 6.0)], &[("o", 6.0), ("ting", 5.9)]];
    assert_eq!(decode(&mut bias, &inside), " Dongo");
}

#[test]
fn a_new_attempt_forgets_the_one_before() {
    let vocabulary = vocabulary();
    let names = named(&["洞庭路"]);
    let mut bias = NameBias::new(&vocabulary, &names);
    assert_eq!(decode(&mut bias, &[&[("东", 6.0), ("洞", 5.0)], &[("海", 9.0)]]), "洞海");
    assert_eq!(decode(&mut bias, &[&[("我", 6.0)], &[("在", 9.0)]]), "我在");
    assert_eq!(marked(&mut bias, &["我", "在"]).unwrap(), [false; 2]);
}

#[test]
fn texts_tried_side_by_side_do_not_mix() {
    let vocabulary = vocabulary();
    let names = named(&["洞庭路"]);
    let mut bias = NameBias::new(&vocabulary, &names);
    let mut opinion = |said: &[&str], step: &[(&str, f32)]| {
        let mut logits = vec![-20.0_f32; TEXT.len() + 1];
        for (text, logit) in step {
            logits[token(text) as usize] = *logit;
        }
        bias.prefer(&said.iter().map(|text| token(text)).collect::<Vec<_>>(), &mut logits);
        TEXT[best(&logits).unwrap()]
    };
    assert_eq!(opinion(&["在"], &[("东", 6.0), ("洞", 5.0)]), "洞");
    let both = [("停", 6.0), ("庭", 4.0)];
    assert_eq!(opinion(&["在", "东"], &both), "停", "one without the name");
    assert_eq!(opinion(&["在", "洞"], &both), "庭", "one with it");
    assert_eq!(opinion(&["在", "东", "停"], &[("路", 6.0)]), "路");
    assert_eq!(opinion(&["在", "洞", "庭"], &[("录", 6.0), ("路", 4.0)]), "路");
    assert_eq!(marked(&mut bias, &["在", "东", "停", "路"]).unwrap(), [false; 4], "the likelier after all");
    assert_eq!(marked(&mut bias, &["在", "洞", "庭", "路"]).unwrap(), [false, true, true, true]);
}

#[test]
fn ruled_out_tokens_stay_so() {
    let vocabulary = vocabulary();
    let names = named(&["洞庭路"]);
    let mut bias = NameBias::new(&vocabulary, &names);
    let mut logits = vec![f32::NEG_INFINITY; TEXT.len() + 1];
    bias.prefer(&[], &mut logits);
    assert!(logits.iter().all(|logit| *logit == f32::NEG_INFINITY));
    assert_eq!(few_best(&logits, FEW), []);
}

#[test]
fn only_what_sounds_alike_takes_anothers_place() {
    let vocabulary = vocabulary();
    let names = named(&["洞庭路"]);
    for other in ["我", "港", "。"] {
        let mut bias = NameBias::new(&vocabulary, &names);
        assert_eq!(decode(&mut bias, &[&[(other, 6.0), ("洞", 5.9)]]), other, "at its beginning");
        let mut bias = NameBias::new(&vocabulary, &names);
        let said = format!("洞{other}");
        assert_eq!(decode(&mut bias, &[&[("洞", 6.0)], &[(other, 6.0), ("庭", 5.9)]]), said, "later");
    }
}

#[test]
fn a_text_that_ends_is_not_drawn_out() {
    let vocabulary = vocabulary();
    let names = named(&["洞庭路"]);
    let mut bias = NameBias::new(&vocabulary, &names);
    let mut logits = vec![-20.0_f32; TEXT.len() + 1];
    logits[END as usize] = 6.0;
    logits[token("庭") as usize] = 5.9;
    bias.prefer(&[token("洞")], &mut logits);
    assert_eq!(best(&logits), Some(END as usize));
}
