//! Who works on it: a specialist's word, else the place's territory, else the category; and what the reason says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/city.rs"]
mod city;

use std::path::Path;

use jiesu::domain::{Channel, Draft, Edit, EditId, FieldKey, Turn, UserId};
use jiesu::ticket::lay_over;
use jiesu::understanding::Understanding;

const TAXONOMY: &str = r#"
[[department]]
code = "urban"
name = { zh = "城管局", en = "Urban Management" }
[[department]]
code = "social"
name = { zh = "社保局", en = "Social Insurance" }
[[department]]
code = "railway"
name = { zh = "铁路部门", en = "Railway" }
[[department]]
code = "airport"
name = { zh = "机场", en = "Airport" }
[[department]]
code = "gulin"
name = { zh = "古林街道办事处", en = "Gulin Street Office" }
territory = ["古林街道"]
[[specialist]]
department = "railway"
words = ["火车", "铁路道口"]
[[specialist]]
department = "airport"
words = ["飞机"]
[[chapter]]
code = "1"
name = { zh = "城市", en = "City" }
department = "urban"
request = "complaint"
[[class]]
code = "11"
chapter = "1"
name = { zh = "环境", en = "Surroundings" }
[[kind]]
code = "111"
class = "11"
name = { zh = "噪声", en = "Noise" }
words = { 5 = ["噪音"] }
[[kind]]
code = "112"
class = "11"
name = { zh = "社保", en = "Social insurance" }
department = "social"
local = false
words = { 5 = ["社保卡"] }
"#;

fn city_of_territories() -> Understanding {
    let folder = tempfile::tempdir().unwrap();
    let taxonomy = folder.path().join("taxonomy.toml");
    std::fs::write(&taxonomy, TAXONOMY).unwrap();
    let gazetteer = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/places/binhai.toml");
    Understanding::load(&taxonomy, &gazetteer).unwrap()
}

fn draft(understanding: &Understanding, lines: &[(Channel, &str)]) -> Draft {
    let call = city::call();
    let turns: Vec<Turn> = (lines.iter().enumerate())
        .map(|(index, (channel, text))| {
            let start_ms = index as u64 * 5_000;
            city::said(call.id, *channel, start_ms, start_ms + 4_000, text)
        })
        .collect();
    understanding.draft(&call, &turns)
}

/// The department and the reason after the caller said this.
fn department(text: &str) -> Option<(String, String)> {
    of(&draft(&city_of_territories(), &[(Channel::Caller, text)]))
}

fn of(draft: &Draft) -> Option<(String, String)> {
    draft.fields.get(&FieldKey::Department).map(|field| (field.value.clone(), field.reason.clone()))
}

fn is(department: &str, reason: &str) -> Option<(String, String)> {
    Some((department.to_owned(), reason.to_owned()))
}

#[test]
fn without_anything_else_the_category_decides() {
    assert_eq!(department("楼下噪音太大了"), is("urban", "category:111"));
    assert_eq!(department("杭州道街道这边楼下噪音太大了"), is("urban", "category:111"));
}

#[test]
fn the_territory_of_the_place_comes_before_the_category() {
    assert_eq!(department("我在古林街道，楼下噪音太大了"), is("gulin", "territory:古林街道"));
}

#[test]
fn a_matter_that_is_not_local_stays_with_its_bureau() {
    assert_eq!(department("我住古林街道，社保卡丢了怎么补"), is("social", "category:112"));
}

#[test]
fn a_specialist_comes_before_the_territory() {
    assert_eq!(department("我在古林街道，火车的噪音太大了"), is("railway", "specialist:火车"));
    assert_eq!(
        department("铁路道口的栏杆坏了"),
        is("railway", "specialist:铁路道口"),
        "even without a category"
    );
}

#[test]
fn what_is_denied_or_said_by_the_agent_names_no_specialist() {
    assert_eq!(department("噪音很大，不是火车"), is("urban", "category:111"));
    let lines = [(Channel::Agent, "是火车吗"), (Channel::Caller, "楼下噪音太大了")];
    assert_eq!(of(&draft(&city_of_territories(), &lines)), is("urban", "category:111"));
}

#[test]
fn where_it_is_unsure_the_agent_chooses() {
    assert_eq!(department("火车和飞机的噪音都很大"), None, "two specialists");
    assert_eq!(department("我在古林街道，有点事想说"), None, "no category yet");
}

#[test]
fn a_category_that_a_person_chose_is_routed_the_same_way() {
    let understanding = city_of_territories();
    let chosen = |text: &str, edits: &[(FieldKey, &str)]| {
        let machine = draft(&understanding, &[(Channel::Caller, text)]);
        let edits: Vec<Edit> = (edits.iter())
            .map(|(field, value)| Edit {
                id: EditId::new(),
                call_id: machine.call_id,
                on_revision: 1,
                field: *field,
                value: (*value).to_owned(),
                by: UserId::new(),
                at: jiff::Timestamp::UNIX_EPOCH,
            })
            .collect();
        of(&lay_over(&machine, &edits, 2, &understanding))
    };
    let in_gulin = "我在古林街道，有点事想说";
    assert_eq!(chosen(in_gulin, &[(FieldKey::Category, "111")]), is("gulin", "territory:古林街道"));
    assert_eq!(chosen(in_gulin, &[(FieldKey::Category, "112")]), is("social", "category:112"));
    let by_train = "火车太吵";
    assert_eq!(chosen(by_train, &[(FieldKey::Category, "111")]), is("railway", "specialist:火车"));
    let both = [(FieldKey::Category, "111"), (FieldKey::Department, "airport")];
    assert_eq!(chosen(by_train, &both), is("airport", ""), "a person's department stays");
    let noise = "我在古林街道，楼下噪音太大了";
    let moved = [(FieldKey::Place, "新北街道")];
    assert_eq!(chosen(noise, &moved), is("urban", "category:111"), "the place was another one");
    assert_eq!(chosen(noise, &[(FieldKey::Wish, "安静")]), is("gulin", "territory:古林街道"));
}
