//! What the agent is told to ask for: the part of the address that is missing. And the parts of an address that
//! a caller says: crossings, landmarks, former names, names misheard.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/city.rs"]
mod city;

use jiesu::domain::{CallId, Channel, Draft, FieldKey, MissingPart};

fn draft(lines: &[&str]) -> Draft {
    let call = city::call();
    let turn = |(index, line): (usize, &&str)| {
        let start = index as u64 * 6_000;
        city::said(CallId::new(), Channel::Caller, start, start + 5_000, line)
    };
    let turns: Vec<_> = lines.iter().enumerate().map(turn).collect();
    city::understanding().draft(&call, &turns)
}

fn asked(lines: &[&str]) -> Vec<(MissingPart, String)> {
    draft(lines).questions.into_iter().map(|question| (question.missing, question.about)).collect()
}

fn place(line: &str) -> (String, String) {
    let field = draft(&[line]).fields.remove(&FieldKey::Place).unwrap();
    (field.value, field.reason)
}

#[test]
fn the_part_that_is_missing_is_asked_for() {
    use MissingPart::*;
    for (said, missing, about) in [
        ("我在大港街道，停水了", Area, "大港街道"),
        ("大港街道曙光里停水了", Building, "曙光里"),
        ("塘沽街道解放路上有个大坑", Number, "解放路"),
        ("大港街道曙光里三号楼停水了", Room, "三号楼"),
        ("黄海路路口的红绿灯坏了", OtherRoad, "黄海路"),
        ("学校后门堆了垃圾", LandmarkName, "学校后门"),
        ("曙光里三号楼二单元502停水了", Unit, ""),
    ] {
        let asked = asked(&[said]);
        assert_eq!(asked.first(), Some(&(missing, about.to_owned())), "{said}: {asked:?}");
    }
}

#[test]
fn a_whole_address_leaves_nothing_to_ask() {
    for said in [
        "大港街道曙光里三号楼二单元502停水了",
        "塘沽街道解放路十二号门口有个大坑",
        "新北街道黄海路和洞庭路交口的灯坏了",
    ] {
        assert_eq!(asked(&[said]), [], "{said}");
    }
}

#[test]
fn a_caller_who_names_no_place_is_asked_for_it_after_two_sentences() {
    assert_eq!(asked(&["喂，你好。"]), []);
    assert_eq!(asked(&["喂，你好。", "停水了。"]), [(MissingPart::Place, String::new())]);
}

#[test]
fn a_misheard_name_stands_as_the_gazetteer_has_it_and_the_reason_says_what_was_heard() {
    assert_eq!(
        place("我在大港街道书光里三号楼二单元"),
        ("大港街道曙光里三号楼二单元".to_owned(), "sounds_like:书光里".to_owned())
    );
    assert_eq!(
        place("黄海路和东停路交口的灯坏了"),
        ("黄海路和洞庭路交口".to_owned(), "sounds_like:东停路".to_owned())
    );
    assert_eq!(place("我住在大刚街道"), ("大港街道".to_owned(), "sounds_like:大刚街道".to_owned()));
}

#[test]
fn a_former_name_means_the_unit_of_today() {
    assert_eq!(place("我在向阳街道"), ("向阳街道".to_owned(), "place:杭州道街道".to_owned()));
    assert_eq!(place("我在临港经济区"), ("临港经济区".to_owned(), "place:天津港保税区".to_owned()));
}

#[test]
fn landmarks_and_their_gates() {
    assert_eq!(place("学校后门堆了垃圾").0, "学校后门");
    assert_eq!(place("大港医院后门堆了垃圾").0, "大港医院后门");
    assert_eq!(place("滨海新区大港街道世纪大道12号").0, "滨海新区大港街道世纪大道12号");
}
