//! What the service learns from says neither who called nor where: over generated calls, nothing remains of names,
//! numbers and addresses, whatever the machine found of them and whatever a person corrected.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/city.rs"]
mod city;

use jiesu::domain::{CategoryCode, Channel, Edit, EditId, FieldKey, TicketId, Turn, UserId};
use jiesu::learning::site::redact::{Known, TAKEN_OUT, redact};
use jiesu::learning::site::{Secrets, example};
use jiesu::store::ConfirmedTicket;
use jiesu::ticket::Rules;
use jiesu::understanding::Understanding;
use proptest::prelude::*;

const NAMES: [&str; 8] = ["王建国", "李秀英", "欧阳明华", "赵磊", "孙玉兰", "周海涛", "郑小燕", "何志强"];
const PLACES: [&str; 8] = [
    "大港街道曙光里",
    "古林街道世纪花园",
    "胡家园街道馨苑小区",
    "金色海岸家园",
    "迎宾街",
    "泰达街道第三大街",
    "新北街道贻成豪庭",
    "翠湖雅苑",
];
const MATTERS: [&str; 5] = [
    "下水道堵了污水往外冒",
    "电梯老是坏物业不管",
    "路灯不亮晚上太黑",
    "暖气一点都不热",
    "楼上半夜装修吵得睡不着",
];
/// What callers say around it.
const ASIDES: [&str; 4] = ["麻烦你们快点", "我都打了好几回了", "嗯就是这样", "家里有老人孩子"];

#[derive(Debug, Clone)]
struct Said {
    name: &'static str,
    place: &'static str,
    building: u8,
    room: u16,
    phone: String,
    spoken: bool,
    /// Which of the ways to say who, where and which number.
    ways: [usize; 3],
    /// Whether the agent wrote the fields, where the machine may have found nothing.
    edited: bool,
    matter: &'static str,
    aside: &'static str,
}

fn calls() -> impl Strategy<Value = Said> {
    let chosen = (
        proptest::sample::select(&NAMES[..]),
        proptest::sample::select(&PLACES[..]),
        1..60_u8,
        101..2_999_u16,
        "1[3-9][0-9]{9}",
        any::<bool>(),
        [0..3_usize, 0..3_usize, 0..3_usize],
    );
    let around =
        (any::<bool>(), proptest::sample::select(&MATTERS[..]), proptest::sample::select(&ASIDES[..]));
    (chosen, around).prop_map(
        |((name, place, building, room, phone, spoken, ways), (edited, matter, aside))| Said {
            name,
            place,
            building,
            room,
            phone,
            spoken,
            ways,
            edited,
            matter,
            aside,
        },
    )
}

impl Said {
    fn number(&self, digits: &str) -> String {
        let spoken =
            |digit: char| "零幺二三四五六七八九".chars().nth(digit.to_digit(10).unwrap() as usize).unwrap();
        if self.spoken { digits.chars().map(spoken).collect() } else { digits.to_owned() }
    }

    fn lines(&self) -> Vec<(Channel, String)> {
        let Self { name, place, matter, aside, .. } = self;
        let (building, room) = (self.number(&self.building.to_string()), self.number(&self.room.to_string()));
        let phone = self.number(&self.phone);
        let who = [format!("我叫{name}"), format!("免贵姓{name}"), format!("我是{name}")];
        let at = [
            format!("{place}{building}号楼{room}{matter}"),
            format!("在{place}这边，{matter}，{building}号楼，{room}室"),
            format!("{matter}，我家住{place}{building}栋"),
        ];
        let (first, second) = phone.split_at(phone.char_indices().nth(4).unwrap().0);
        let by = [
            format!("我的电话是{phone}"),
            format!("{first}，{second}"),
            format!("电话{first} {second}，手机也是这个"),
        ];
        let caller = |text: &str| (Channel::Caller, text.to_owned());
        let agent = |text: &str| (Channel::Agent, text.to_owned());
        vec![
            agent("您好，请问有什么可以帮您"),
            caller(&at[self.ways[0]]),
            agent("请问您贵姓，怎么称呼"),
            caller(&who[self.ways[1]]),
            agent("请留一下您的联系电话"),
            caller(&by[self.ways[2]]),
            caller(aside),
        ]
    }

    /// The ticket as it would be stored, and what the machine read.
    fn ticket(&self, rules: &Understanding) -> ConfirmedTicket {
        let call = city::call();
        let turns: Vec<Turn> = (self.lines().into_iter().enumerate())
            .map(|(index, (channel, text))| {
                let start_ms = 5_000 * index as u64;
                city::written(city::said(call.id, channel, start_ms, start_ms + 4_000, &text))
            })
            .collect();
        let draft = Rules::draft(rules, &call, &turns);
        let edit = |field, value: String| Edit {
            id: EditId::new(),
            call_id: call.id,
            on_revision: 1,
            field,
            value,
            by: UserId::new(),
            at: jiff::Timestamp::UNIX_EPOCH,
        };
        let edits = vec![
            edit(FieldKey::Person, self.name.to_owned()),
            edit(FieldKey::Place, format!("{}{}号楼{}", self.place, self.building, self.room)),
            edit(FieldKey::Phone, self.phone.clone()),
        ];
        let found = |key| draft.fields.contains_key(&key);
        let whole = [FieldKey::Person, FieldKey::Place, FieldKey::Phone].into_iter().all(found);
        ConfirmedTicket {
            id: TicketId::new(),
            category: CategoryCode::from("04-02"),
            confidential: false,
            identities: Vec::new(),
            // An agent writes what the machine did not find.
            edits: if self.edited || !whole { edits } else { Vec::new() },
            draft,
            call,
            turns,
        }
    }
}

/// Digits that stand in a row, marks and spaces between them not counted.
fn longest_number(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for char in text.chars().filter(|char| !" ，,、-。".contains(*char)) {
        run = if "0123456789０１２３４５６７８９零〇幺一二两三四五六七八九".contains(char)
        {
            run + 1
        } else {
            0
        };
        longest = longest.max(run);
    }
    longest
}

fn known(rules: &Understanding) -> Known {
    Known::new(rules.place_names())
}

#[test]
fn nothing_of_who_and_where_remains_and_the_matter_does() {
    let rules = city::understanding();
    let known = known(&rules);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(150));
    let outcome = runner.run(&calls(), |said| {
        let ticket = said.ticket(&rules);
        let example = example(&ticket, &rules, &known).expect("the matter is said");
        let body = &example.body;
        prop_assert!(longest_number(body) < 2, "{}", body);
        prop_assert!(!body.chars().any(|char| char.is_numeric() && !char.is_alphabetic()), "{}", body);
        let names: Vec<char> = said.name.chars().collect();
        for part in names.windows(2).map(|two| two.iter().collect::<String>()) {
            prop_assert!(!body.contains(&part), "{} of {}: {}", part, said.name, body);
        }
        let place: Vec<char> = said.place.chars().collect();
        for part in place.windows(3).map(|three| three.iter().collect::<String>()) {
            prop_assert!(!body.contains(&part), "{} of {}: {}", part, said.place, body);
        }
        let matter: Vec<char> = said.matter.chars().collect();
        let kept = matter.windows(2).filter(|two| body.contains(&two.iter().collect::<String>())).count();
        prop_assert!(kept * 10 >= (matter.len() - 1) * 8, "{} of {}: {}", kept, said.matter, body);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn any_number_is_taken_out_whoever_said_it() {
    let known = Known::default();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(400));
    let digits = "[0-9０-９零〇幺一二三四五六七八九]{2,18}";
    let gap = proptest::sample::select(&["", " ", "-", "，"][..]);
    let outcome = runner.run(&(digits, gap, 1..6_usize), |(digits, gap, every)| {
        let digits: Vec<char> = digits.chars().collect();
        let written: Vec<String> = digits.chunks(every).map(|part| part.iter().collect()).collect();
        let text = format!("车牌是{}就停在那边", written.join(gap));
        let redacted = redact(&text, &[], &Secrets::default(), &known);
        prop_assert_eq!(redacted, format!("车牌是{TAKEN_OUT}就停在那边"));
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn names_that_no_field_holds_are_known_by_their_surnames_and_titles() {
    let nothing = Secrets::default();
    for (said, written) in [
        ("我找过张主任和李书记，都不管", "我找过＊和＊，都不管"),
        ("那个工头姓曹，电话不接", "那个工头姓＊，电话不接"),
        ("邻居叫刘建军，天天往下泼水", "邻居叫＊，天天往下泼水"),
        ("欧阳女士让我打的", "＊让我打的"),
        ("call me on one three eight double zero please", "call me on ＊ please"),
        ("三天没水了，停了一个礼拜", "三天没水了，停了一个礼拜"),
        ("住三单元，五号楼", "住＊单元，＊号楼"),
    ] {
        assert_eq!(redact(said, &[], &nothing, &Known::default()), written, "{said}");
    }
}

#[test]
fn a_place_of_the_city_is_taken_out_though_no_field_holds_it() {
    let rules = city::understanding();
    let redacted = redact("从大港街道过来路灯都不亮", &[], &Secrets::default(), &known(&rules));
    assert!(!redacted.contains("大港") && redacted.ends_with("路灯都不亮"), "{redacted}");
}

#[test]
fn a_confidential_ticket_is_no_example() {
    let rules = city::understanding();
    let said = Said {
        name: NAMES[0],
        place: PLACES[0],
        building: 3,
        room: 502,
        phone: "13820012345".to_owned(),
        spoken: false,
        ways: [0; 3],
        edited: true,
        matter: MATTERS[0],
        aside: ASIDES[0],
    };
    let ticket = said.ticket(&rules);
    assert!(example(&ticket, &rules, &known(&rules)).is_some());
    let confidential = ConfirmedTicket { confidential: true, ..ticket };
    assert!(example(&confidential, &rules, &known(&rules)).is_none());
}
