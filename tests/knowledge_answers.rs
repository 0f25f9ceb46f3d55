//! Answer help: the entries that fit what is said stand beside the call, files that change are read anew, and a
//! mistake in one costs nothing that was there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/test_desk.rs"]
mod test_desk;

use std::fs;
use std::path::Path;

use jiesu::knowledge::{Knowledge, Question};
use jiesu::understanding::Understanding;
use serde_json::json;
use test_desk::TestDesk;

/// What callers ask, with a recogniser's errors in some, and the entry that answers it; none where nothing does.
const ASKED: [(&str, Option<&str>); 28] = [
    ("你好，我想问一下今年暖气什么时候来", Some("heating_season")),
    ("我们家暖汽不热，屋里才十四度，能不能退采暖费", Some("heating_season")),
    ("今年不在这边住，想把暖气报停，怎么办停暖申请", Some("heating_fee")),
    ("小区停水了也没个通知，什么时候来水啊", Some("water_outage")),
    ("自来水流出来是黄的，这水质能喝吗", Some("water_quality")),
    ("楼下污水外溢，下水道堵了物业说不归他管", Some("sewer_blocked")),
    ("我们这片停电了，什么时候来电", Some("power_outage")),
    ("楼道里有一股煤气味，是不是漏气了", Some("gas_leak")),
    ("消防通道老停车，消防车进不来", Some("fire_lane")),
    ("邻居天天把电动车推进楼道充电", Some("ebike_charging")),
    ("电梯把我困在里面了，在十二层", Some("lift_trapped")),
    ("物业费说涨就涨也不公示", Some("property_fee")),
    ("楼顶漏水想动用维修基金，要怎么申请", Some("repair_fund")),
    ("对面工地半夜施工，打桩吵得没法睡", Some("night_noise")),
    ("跳广场舞的音响太大", Some("square_dance")),
    ("我被狗咬了，去哪儿打针，那人遛狗不拴绳", Some("dogs")),
    ("门口这条路路灯不亮，黑漆漆的", Some("street_light")),
    ("马路上井盖丢了，路面还有坑", Some("road_damage")),
    ("旧沙发这种大件垃圾往哪扔", Some("rubbish")),
    ("小贩天天占道经营摆摊", Some("stalls")),
    ("一楼私搭乱建盖了阳光房我要举报", Some("illegal_building")),
    ("楼下饭馆油烟太大", Some("fumes")),
    ("老板拖欠工资三个月了", Some("wages")),
    ("家里困难想申请低保", Some("resident_allowance")),
    ("异地就医怎么报销，医保卡能用吗", Some("medical_insurance")),
    ("I smell gas in the stairway, is it a gas leak", Some("gas_leak")),
    ("您好，请问是市民热线吗", None),
    ("我要表扬一下公交司机，捡到钱包还给我了", None),
];

fn shipped() -> Knowledge {
    Knowledge::open(Path::new("models/knowledge")).unwrap()
}

fn found(knowledge: &Knowledge, words: &str) -> Vec<String> {
    let question = Question { words: words.to_owned(), categories: Vec::new() };
    knowledge.index().find(&question, 3).iter().map(|found| found.entry.id.clone()).collect()
}

#[test]
fn what_is_asked_is_answered() {
    let knowledge = shipped();
    let mut first = 0;
    for (words, wanted) in ASKED {
        let found = found(&knowledge, words);
        match wanted {
            Some(wanted) => assert!(found.iter().any(|id| id == wanted), "{words}: {found:?}"),
            None => assert!(found.is_empty(), "{words}: {found:?}"),
        }
        first += usize::from(found.first().map(String::as_str) == wanted);
    }
    println!("the right entry is the first, or rightly none, for {first} of {}", ASKED.len());
    assert!(first * 10 >= ASKED.len() * 9, "{first}");
}

#[test]
fn the_shipped_entries_belong_to_the_shipped_taxonomy() {
    let knowledge = shipped();
    let understanding = Understanding::load(
        Path::new("models/categories/dagang.toml"),
        Path::new("models/places/binhai.toml"),
    )
    .unwrap();
    assert!(knowledge.index().entries().len() >= 20);
    for entry in knowledge.index().entries() {
        for code in &entry.categories {
            assert!(
                understanding.taxonomy().category(&code.as_str().into()).is_some(),
                "{}: {code}",
                entry.id
            );
        }
    }
}

#[test]
fn files_that_change_are_read_anew_and_a_mistake_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("library.md");
    let entry = |text: &str| {
        format!("+++\ntitle = \"图书馆开放时间\"\ntitle_en = \"Library\"\nsource = \"图书馆\"\n+++\n{text}\n")
    };
    fs::write(&file, entry("周一闭馆。")).unwrap();
    let knowledge = Knowledge::open(folder.path()).unwrap();
    assert!(!knowledge.refresh().unwrap(), "nothing changed");
    fs::write(&file, entry("周一闭馆。图书馆开放时间是九点到十七点。")).unwrap();
    assert!(knowledge.refresh().unwrap());
    assert!(knowledge.index().entries()[0].text.contains("十七点"));
    fs::write(folder.path().join("broken.md"), "no facts").unwrap();
    let error = knowledge.refresh().unwrap_err().to_string();
    assert!(error.contains("broken.md"), "{error}");
    assert!(!knowledge.refresh().unwrap(), "a fault is told once");
    assert_eq!(knowledge.index().entries().len(), 1, "what was there stays");
    fs::remove_file(folder.path().join("broken.md")).unwrap();
    assert!(knowledge.refresh().unwrap());
}

#[tokio::test]
async fn answers_follow_the_call() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("13900000001").await;
    let path = format!("/api/calls/{}/answers", call.id);
    assert_eq!(agent.get(&path).await, json!([]));
    desk.say(&call, 0, "楼下饭馆油烟太大");
    let found = agent.get(&path).await;
    assert_eq!(found[0]["id"], "fumes");
    assert!(found[0]["source"].as_str().unwrap().contains("大气污染防治法"));
    desk.say(&call, 1_000, "还有就是路灯不亮，那个路灯坏了好几天");
    let now = agent.get(&path).await;
    assert!(now.as_array().unwrap().iter().any(|entry| entry["id"] == "street_light"), "{now}");
    let clerk = desk.sign_in("clerk").await;
    assert_eq!(clerk.send(reqwest::Method::GET, &path, None).await.status(), 403);
}
