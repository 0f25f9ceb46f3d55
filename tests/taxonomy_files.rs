//! The taxonomies that are shipped: they are whole, and their clocks and words are what a desk needs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/city.rs"]
mod city;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiesu::domain::{CategoryCode, Channel, FieldKey, Urgency};
use jiesu::understanding::{Limit, Taxonomy, Understanding};

const FILES: [&str; 2] = ["dagang.toml", "db44t2479.toml"];

fn shipped(file: &str) -> Understanding {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    Understanding::load(&root.join("categories").join(file), &root.join("places/binhai.toml")).unwrap()
}

#[test]
fn the_provincial_taxonomy_has_its_three_levels() {
    let understanding = shipped("db44t2479.toml");
    let taxonomy = understanding.taxonomy();
    let kinds: Vec<_> = taxonomy.categories().collect();
    assert_eq!((taxonomy.chapters.len(), taxonomy.classes.len(), kinds.len()), (14, 99, 515));
    for class in &taxonomy.classes {
        let chapter = class.chapter.as_ref().unwrap();
        assert!(class.code.0.starts_with(&chapter.0), "{} stands in {chapter}", class.code);
        for kind in &class.kinds {
            assert!(kind.code.0.starts_with(&class.code.0), "{} stands in {}", kind.code, class.code);
        }
    }
}

/// `JIESU_EVAL` names the folder of the data to measure with; without it there is nothing to compare with.
#[test]
fn the_provincial_taxonomy_has_the_codes_and_names_of_the_standard() {
    let Some(folder) = std::env::var_os("JIESU_EVAL") else { return };
    let table = std::fs::read_to_string(PathBuf::from(folder).join("taxonomy/db44t2479-2024.csv")).unwrap();
    // Names hold no commas and no quotes.
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split(',').take(7).collect()).collect();
    let mut standard: BTreeMap<(String, &str), [&str; 3]> = BTreeMap::new();
    for row in &rows {
        let [_, _, chapter, class, class_name, kind, name] = row[..] else { panic!("{row:?}") };
        // What is printed twice has its class's code in front here.
        let code = if kind.starts_with(class) { kind.to_owned() } else { format!("{class}{}", &kind[4..]) };
        let name = if name.is_empty() { class_name } else { name };
        standard.insert((code, name), [chapter, class_name, class]);
    }
    let understanding = shipped("db44t2479.toml");
    let taxonomy = understanding.taxonomy();
    let mut ours = BTreeMap::new();
    for class in &taxonomy.classes {
        let chapter = class.chapter.as_ref().unwrap();
        let chapter = taxonomy.chapters.iter().find(|known| known.code == *chapter).unwrap();
        for kind in &class.kinds {
            ours.insert(
                (kind.code.0.clone(), kind.name.zh.as_str()),
                [chapter.name.zh.as_str(), class.name.zh.as_str(), class.code.0.as_str()],
            );
        }
    }
    assert_eq!(rows.len(), 515);
    assert_eq!(ours, standard);
}

#[test]
fn every_kind_is_defined_and_named_in_both_languages() {
    for file in FILES {
        let understanding = shipped(file);
        let taxonomy = understanding.taxonomy();
        let mut definitions = BTreeSet::new();
        for kind in taxonomy.categories() {
            assert!(
                definitions.insert(kind.definition.as_str()),
                "{file}, {}: said of another too",
                kind.code
            );
            assert!(kind.definition.ends_with('。'), "{file}, {}", kind.code);
            assert!(kind.name.en.is_ascii(), "{file}, {}: {}", kind.code, kind.name.en);
            assert!(taxonomy.department(&kind.department).is_some(), "{file}, {}", kind.code);
            assert!(!kind.keywords().is_empty(), "{file}, {}", kind.code);
        }
        let unused = taxonomy
            .departments
            .iter()
            .find(|department| !taxonomy.categories().any(|kind| kind.department == department.code));
        assert!(file == "dagang.toml" || unused.is_none(), "{file}: nothing is sent to {unused:?}");
    }
}

fn clocks_of(taxonomy: &Taxonomy, code: &str, urgency: Urgency) -> (Limit, Limit) {
    let clocks = taxonomy.clocks(&CategoryCode::from(code), urgency).unwrap();
    (clocks.receipt, clocks.finish)
}

#[test]
fn a_kinds_own_clocks_hold_unless_the_urgency_has_shorter_ones() {
    use Limit::{Minutes, Workdays};
    let understanding = shipped("dagang.toml");
    let taxonomy = understanding.taxonomy();
    // 供水排水 has none of its own.
    assert_eq!(clocks_of(taxonomy, "04-02", Urgency::Ordinary), (Workdays(1), Workdays(5)));
    assert_eq!(clocks_of(taxonomy, "04-02", Urgency::Urgent), (Minutes(30), Workdays(2)));
    assert_eq!(clocks_of(taxonomy, "04-02", Urgency::Critical), (Minutes(15), Workdays(1)));
    // 征地拆迁 may take longer, 公共设施安全 must be received sooner; danger makes both short.
    assert_eq!(clocks_of(taxonomy, "01-05", Urgency::Ordinary), (Workdays(1), Workdays(15)));
    assert_eq!(clocks_of(taxonomy, "01-05", Urgency::Critical), (Minutes(15), Workdays(1)));
    assert_eq!(clocks_of(taxonomy, "03-05", Urgency::Ordinary), (Minutes(60), Workdays(3)));
    assert_eq!(clocks_of(taxonomy, "03-05", Urgency::Critical), (Minutes(15), Workdays(1)));
    assert!(taxonomy.clocks(&CategoryCode::from("99-99"), Urgency::Ordinary).is_none());
}

#[test]
fn the_provincial_words_find_the_kind_and_its_bureau() {
    let understanding = shipped("db44t2479.toml");
    let said = [
        ("你好，我想问一下公积金贷款怎么办，需要什么材料", "030102", "provident"),
        ("单位拖欠工资三个月了，我们好几个工人都没拿到钱", "080508", "labour"),
        ("小区的电梯坏了，里面没人，就是好几天没人来修", "070901", "market"),
        ("路灯坏了一整条街，晚上太黑", "030501", "urban"),
        ("我的港澳通行证到期了，续签要去哪里", "070103", "police"),
        ("饭店的外卖吃出虫子，我要投诉", "070801", "market"),
        ("楼下半夜施工，噪音扰民，睡不着", "040201", "environment"),
        ("想给老人申请高龄津贴，需要去哪儿办", "090101", "civil"),
        ("有人在村口的河里电鱼", "060302", "agriculture"),
        ("我要查一下上次反映的工单进度", "990802", "hotline"),
        ("孩子转学的学籍怎么办", "010203", "education"),
        ("店家不开发票", "110203", "tax"),
    ];
    for (text, code, department) in said {
        let call = city::call();
        let draft = understanding.draft(&call, &[city::said(call.id, Channel::Caller, 0, 5_000, text)]);
        let value = |key| draft.fields.get(&key).map(|field| field.value.as_str());
        assert_eq!(value(FieldKey::Category), Some(code), "{text}: {:?}", draft.categories);
        assert_eq!(value(FieldKey::Department), Some(department), "{text}");
    }
    let call = city::call();
    let turn = city::said(call.id, Channel::Caller, 0, 3_000, "救命啊，有人落水了");
    let draft = understanding.draft(&call, &[turn]);
    assert_eq!(draft.fields[&FieldKey::Urgency].value, "critical", "the rules of dagang.toml hold here too");
}
