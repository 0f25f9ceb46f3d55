//! Names by their sound.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;

use super::*;

const NAMES: [&str; 12] = [
    "洞庭路",
    "黄海路",
    "太湖路",
    "巢湖路",
    "曙光里",
    "世纪大道",
    "第五大街",
    "大港街道",
    "塘沽",
    "米兰世纪花园",
    "Dongting Road",
    "TEDA",
];

fn picked(text: &str) -> Vec<String> {
    NameIndex::new(NAMES).pick(text)
}

#[test]
fn a_name_is_picked_by_its_sound_not_by_its_characters() {
    assert_eq!(picked("我在东停录这边"), ["洞庭路"]);
    assert_eq!(picked("世纪大到的路灯不亮")[0], "世纪大道");
    assert_eq!(picked("我家住在叔光里三号楼"), ["曙光里"]);
    assert_eq!(picked("第5大街堵车"), ["第五大街"]);
    assert_eq!(NameIndex::new(["第十一大街", "第二十大街"]).pick("第11大街，第20大街").len(), 2);
}

#[test]
fn what_a_telephone_and_tianjin_confuse_does_not_hide_a_name() {
    assert_eq!(picked("坛沽那边"), ["塘沽"], "an for ang");
    assert_eq!(picked("黄汉海录，房海路"), ["黄海路"], "f for h");
    assert_eq!(picked("咱们苏光里"), ["曙光里"], "s for sh");
}

#[test]
fn the_nearest_comes_first() {
    let both = picked("太湖路和洞听路");
    assert_eq!(both.iter().map(String::as_str).collect::<Vec<_>>()[..2], ["太湖路", "洞庭路"]);
    assert_eq!(picked("世纪花园米兰世纪花园")[0], "米兰世纪花园");
}

#[test]
fn other_words_pick_nothing() {
    for text in ["", "。", "您好，请问有什么可以帮您", "下水道堵了污水流到马路上", "instead a broad hint"]
    {
        assert_eq!(picked(text), [""; 0], "{text}");
    }
}

#[test]
fn english_names_are_found_by_their_letters_at_the_borders_of_words() {
    assert_eq!(picked("the lamp on Donting Road is broken"), ["Dongting Road"]);
    assert_eq!(picked("on dong ting road"), ["Dongting Road"]);
    assert_eq!(picked("near Teda please"), ["TEDA"]);
}

#[test]
fn a_name_of_one_syllable_and_one_given_twice_are_no_burden() {
    let index = NameIndex::new(["路", "洞庭路", "洞庭路", ""]);
    assert_eq!(index.pick("路，洞庭路"), ["洞庭路"]);
}

#[test]
fn never_more_than_forty() {
    let names = "东西南北中上下前后左右大小新老高低长短金银铜铁木水火土日月星";
    let names =
        names.chars().flat_map(|first| ["京", "经", "静", "精"].map(|last| format!("{first}{last}路")));
    let index = NameIndex::new(names.collect::<Vec<_>>());
    let all =
        "东西南北中上下前后左右大小新老高低长短金银铜铁木水火土日月星".chars().map(|c| format!("{c}京路"));
    assert_eq!(index.pick(&all.collect::<String>()).len(), MAX_BIAS_NAMES);
}

/// How far a name is from the stretch of a text that is nearest, each stretch compared by itself.
fn nearest(name: &[Placed], heard: &[Placed]) -> u32 {
    let mut least = u32::MAX;
    for start in (0..heard.len()).filter(|start| heard[*start].begins) {
        for end in (start + 1..=heard.len()).filter(|end| heard[*end - 1].ends) {
            least = least.min(apart(name, &heard[start..end]));
        }
    }
    least
}

fn apart(name: &[Placed], heard: &[Placed]) -> u32 {
    let (Some((said, name_before)), Some((other, heard_before))) = (name.split_last(), heard.split_last())
    else {
        return u32::try_from(name.len() + heard.len()).unwrap() * WHOLE;
    };
    // A stretch that is much longer or shorter is far: this keeps the comparison short.
    if name.len().abs_diff(heard.len()) > 3 {
        return 1_000;
    }
    (apart(name_before, heard_before) + said.sound.distance(&other.sound))
        .min(apart(name_before, heard) + WHOLE)
        .min(apart(name, heard_before) + WHOLE)
}

/// The search in the tree must find what a comparison with every name finds.
fn compared_with_all(index: &NameIndex, text: &str) -> HashSet<String> {
    let heard = sounds(text, MAX_TEXT);
    let near = index.names.iter();
    let near = near.filter(|name| nearest(&sounds(&name.text, MAX_NAME), &heard) <= name.budget);
    near.map(|name| name.text.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_near_is_overlooked(
        names in proptest::collection::vec("[东冬中宗南兰山三河湖福路里街庭停京金]{2,5}", 1..12),
        text in "[东冬中宗南兰山三河湖福路里街庭停京金在的，]{0,12}",
    ) {
        let index = NameIndex::new(names);
        let picked: HashSet<String> = index.pick(&text).into_iter().collect();
        let near = compared_with_all(&index, &text);
        prop_assert!(near.len() > MAX_BIAS_NAMES || picked == near, "{picked:?} {near:?}");
    }

    #[test]
    fn a_name_that_stands_in_the_text_is_always_picked(before in "[一-龥a-z ]{0,10}", at in 0..NAMES.len()) {
        let index = NameIndex::new(NAMES);
        let text = format!("{before}，{}。", NAMES[at]);
        prop_assert!(index.pick(&text).contains(&NAMES[at].to_owned()));
    }
}
