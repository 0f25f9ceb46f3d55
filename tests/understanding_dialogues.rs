//! Short calls and the tickets they should give. `C` is the caller, `A` the agent; an expectation of `-`
//! means that the field must stay empty.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/city.rs"]
mod city;

use jiesu::domain::{CallId, Channel, Draft, FieldKey, Turn};
use jiesu::speech::text::with_digits;

struct Dialogue {
    name: &'static str,
    lines: &'static [&'static str],
    expected: &'static [(&'static str, &'static str)],
}

macro_rules! dialogue {
    ($name:literal, [$($line:literal),* $(,)?], {$($key:ident: $value:literal),* $(,)?}) => {
        Dialogue { name: $name, lines: &[$($line),*], expected: &[$((stringify!($key), $value)),*] }
    };
}

const DIALOGUES: &[Dialogue] = &[
    dialogue!("blocked drain", [
        "A您好，滨海热线，请问有什么可以帮您。",
        "C我在大港街道曙光里三号楼二单元，下水道堵了，污水都流到马路上，希望有关部门尽快处理。",
        "A请问您贵姓。", "C我姓王，叫王建国，我的电话是幺三八二零零幺二三四五。", "A好的，我已经记录下来了。",
    ], { kind: "help", category: "04-02", urgency: "ordinary", place: "大港街道曙光里三号楼二单元", person: "王建国",
         phone: "13820012345", department: "livelihood", wish: "希望有关部门尽快处理", title: "曙光里下水道堵了",
         time: "-", confidential: "-" }),
    dialogue!("gas leak", [
        "C昨天晚上，塘沽街道华纳社区十二号楼一单元燃气有味道，怀疑有泄漏。", "C请你们派人来看一下。",
    ], { category: "03-03", urgency: "critical", place: "塘沽街道华纳社区十二号楼一单元", time: "昨天晚上",
         department: "safety", wish: "请你们派人来看一下", kind: "help", phone: "-", person: "-" }),
    dialogue!("unpaid wages", [
        "C我在泰达街道第三大街十八号，公司拖欠我们三个月工资，什么时候能解决。",
    ], { category: "01-02", kind: "complaint", urgency: "ordinary", place: "泰达街道第三大街十八号", time: "-",
         department: "labour", wish: "什么时候能解决" }),
    dialogue!("crossing without punctuation", [
        "C黄海路和洞庭路交口路面有一个大坑差点摔倒三天前就这样了麻烦给我一个回复",
    ], { category: "04-07", place: "黄海路和洞庭路交口", time: "三天前", wish: "麻烦给我一个回复", kind: "help",
         department: "construction", urgency: "ordinary" }),
    dialogue!("missing manhole cover", [
        "C你好，迎宾街五号门口井盖丢了，孩子差点掉下去，你们赶快派人。",
    ], { category: "03-05", urgency: "critical", place: "迎宾街五号门口", department: "construction" }),
    dialogue!("no water, number in groups over turns", [
        "C停水了，到现在还没恢复。", "A请说一下具体地址。", "C大港街道福春里。", "A几号楼？", "C八号楼三单元。",
        "A请留一下您的联系电话。", "C幺三九", "A嗯。", "C零零二二", "A零零二二", "C七七八八。",
    ], { category: "04-02", urgency: "urgent", place: "大港街道福春里八号楼三单元", phone: "13900227788", kind: "help" }),
    dialogue!("number corrected whole", [
        "C我的电话是幺三五零零幺幺二二三三，不对，是幺三六零零幺幺二二三三。",
    ], { phone: "13600112233" }),
    dialogue!("number corrected at its end after read-back", [
        "C我的电话是幺三五零零幺幺二二三三。", "A幺三五零零幺幺二二三三，对吗？", "C不对，后四位是二二三六。",
    ], { phone: "13500112236" }),
    dialogue!("number confirmed by read-back of what was misheard", [
        "A请留一下您的联系电话。", "C幺三五零零幺幺二二三。", "A您的电话是幺三五零零幺幺二二三三，对吗？", "C对。",
    ], { phone: "13500112233" }),
    dialogue!("somebody else's number, the hotline's number", [
        "C物业的电话是幺三五零零幺幺二二三三，没人接。", "A您可以拨打零二二六六七零幺二三四。",
    ], { phone: "-", category: "04-01" }),
    dialogue!("confidential report", [
        "C我要举报，第一大街有个麻将馆聚众赌博，每天晚上都有。", "A请问需要为您保密吗？", "C需要，千万别告诉他们。",
    ], { kind: "report", category: "02-01", confidential: "true", place: "第一大街", time: "每天晚上",
         department: "police-liaison" }),
    dialogue!("confidentiality declined", [
        "C楼上邻居半夜装修，噪音很大。", "A需要匿名吗？", "C不用匿名，我姓李。", "A好的李女士。",
    ], { confidential: "-", category: "02-02", person: "李女士", kind: "complaint" }),
    dialogue!("inquiry", [
        "C您好，我想咨询一下，生二胎生育登记需要什么材料？", "A您带身份证就可以。",
    ], { kind: "inquiry", category: "06-01", urgency: "ordinary", department: "health" }),
    dialogue!("praise", [
        "C我要表扬你们办事大厅的工作人员，服务很好，非常热情。",
    ], { kind: "praise", category: "05-01", urgency: "ordinary" }),
    dialogue!("suggestion", [
        "C我建议在学府路增加几个路灯，晚上太黑了。",
    ], { kind: "suggestion", category: "04-07", place: "学府路", urgency: "ordinary" }),
    dialogue!("heating, surname only", [
        "C暖气不热，家里只有十五度，从周一就这样了。", "A您贵姓？", "C免贵姓陈。", "A地址呢？",
        "C新北街道贻成豪庭二十三号楼一单元五零二。",
    ], { category: "04-03", urgency: "urgent", person: "陈", place: "新北街道贻成豪庭二十三号楼一单元五零二",
         time: "从周一" }),
    dialogue!("fallen tree", ["C今天早上，上海道树倒了，砸到了汽车。"],
        { category: "03-05", urgency: "critical", time: "今天早上", place: "上海道" }),
    dialogue!("fire lane", ["C北塘街道北塘新居有人占用消防通道停车，我要投诉。"],
        { category: "03-01", kind: "complaint", place: "北塘街道北塘新居", department: "safety" }),
    dialogue!("illegal building", ["C胡家园街道馨苑小区六号楼违章建筑挡住了采光，上个星期就反映过。"],
        { category: "04-05", place: "胡家园街道馨苑小区六号楼", time: "上个星期", department: "enforcement" }),
    dialogue!("dust", ["C工地夜间施工扬尘很严重。"], { category: "04-06", department: "environment" }),
    dialogue!("cooking fumes", ["C小饭馆油烟直接排到居民窗户。"], { category: "04-06", kind: "complaint" }),
    dialogue!("stray dogs", ["C中塘镇安居园流浪狗很多，经常追人。"], { category: "02-03", place: "中塘镇安居园" }),
    dialogue!("courier stall", ["C解放路快递站占道经营。"], { category: "04-04", place: "解放路" }),
    dialogue!("street light", ["C路灯不亮，晚上出行很不安全，这两天就这样了。"],
        { category: "04-07", time: "这两天" }),
    dialogue!("rubbish", ["C垃圾好几天没有人清运。"], { category: "04-04" }),
    dialogue!("property management", ["C物业不作为，电梯坏了没人修。"], { category: "04-01", kind: "complaint" }),
    dialogue!("school gate", ["C学校门口交通太乱。"], { category: "03-04", place: "-" }),
    dialogue!("burst pipe", ["C自来水管破裂，水压很低，一个月前就这样了。"],
        { category: "04-02", urgency: "urgent", time: "一个月前" }),
    dialogue!("an estate no gazetteer knows, a landline", [
        "C喂你好，我住在阳光海岸小区二栋，电梯老是坏，物业也不管。", "A您电话多少？", "C零二二六六二二三三四四。",
    ], { category: "04-01", place: "阳光海岸小区二栋", phone: "02266223344" }),
    dialogue!("the place corrected", [
        "C我在大港街道曙光里三号楼，停电了。", "A三号楼是吧？", "C不是，是五号楼。",
    ], { place: "大港街道曙光里五号楼", category: "04-03", urgency: "urgent" }),
    dialogue!("the place's unit given when asked", [
        "C世纪花园的路灯坏了。", "A哪个街道的？", "C古林街道。",
    ], { place: "古林街道世纪花园", category: "04-07" }),
    dialogue!("nothing said of a matter", ["A您好，滨海热线。", "C喂，您好，听得见吗？"],
        { kind: "-", category: "-", urgency: "-", place: "-", person: "-", phone: "-", department: "-", title: "-",
          subject: "-", wish: "-", time: "-", confidential: "-" }),
    dialogue!("english: street light", [
        "AHello, Binhai hotline, how can I help you?",
        "CHello, my name is John Smith. The street lights on Yingbin Street have been out since Monday.",
        "AMay I have your telephone number?",
        "CIt's one three eight, double zero one, two three four five six.",
        "CI would like somebody to repair them, please.",
    ], { category: "04-07", person: "John Smith", phone: "13800123456", time: "since Monday", place: "Yingbin Street" }),
    dialogue!("english: gas", [
        "CThere is a strong smell of gas in building three, Shuguang Estate, Dagang. Please send someone quickly.",
        "AYour name please?", "CMary Brown.", "AAnd your phone number?",
        "Cone five nine, triple two, four four three, no sorry, one five nine, triple two, four five five, one one.",
    ], { category: "03-03", urgency: "critical", kind: "help", place: "building three, Shuguang Estate, Dagang",
         person: "Mary Brown", phone: "15922245511" }),
    dialogue!("english: complaint, confidential", [
        "CI want to complain about my neighbour, there is loud music every night. Please keep my name confidential.",
    ], { kind: "complaint", category: "02-02", confidential: "true", time: "every night" }),
];

fn turns(lines: &[&str]) -> Vec<Turn> {
    let call_id = CallId::new();
    (lines.iter().enumerate())
        .map(|(index, line)| {
            let (side, text) = line.split_at(1);
            let channel = if side == "C" { Channel::Caller } else { Channel::Agent };
            let start_ms = 5_000 * (index as u64 + 1);
            city::said(call_id, channel, start_ms, start_ms + 4_000, text)
        })
        .collect()
}

fn key(name: &str) -> FieldKey {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).unwrap()
}

/// What of a draft is not as expected; `write` says how the expected words stand in the turns.
fn wrong(dialogue: &Dialogue, draft: &Draft, write: fn(&str) -> String) -> Vec<String> {
    (dialogue.expected.iter())
        .filter_map(|(name, expected)| {
            let field = draft.fields.get(&key(name));
            let value = field.map_or("-", |field| field.value.as_str());
            let value = if *name == "time" { city::words_of(value) } else { value };
            let expected = write(expected);
            (value != expected).then(|| {
                let why = field.map_or("", |field| field.reason.as_str());
                format!("{}: {name} is {value:?} ({why}), not {expected:?}", dialogue.name)
            })
        })
        .collect()
}

#[test]
fn short_calls_give_the_tickets_a_clerk_would_write() {
    let understanding = city::understanding();
    let wrong: Vec<String> = (DIALOGUES.iter())
        .flat_map(|dialogue| {
            wrong(dialogue, &understanding.draft(&city::call(), &turns(dialogue.lines)), str::to_owned)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_same_calls_written_with_digits_give_the_same_tickets() {
    let understanding = city::understanding();
    let written = |lines| turns(lines).into_iter().map(city::written).collect::<Vec<Turn>>();
    let wrong: Vec<String> = (DIALOGUES.iter())
        .flat_map(|dialogue| {
            wrong(dialogue, &understanding.draft(&city::call(), &written(dialogue.lines)), with_digits)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What callers say in one breath, and the matter it is.
const UTTERANCES: &[(&str, &str)] = &[
    ("我们小区的自来水从早上就没有了", "04-02"),
    ("家里一拧水龙头出来的都是黄水", "04-02"),
    ("厕所返上来的都是脏水，满屋子臭", "04-02"),
    ("马桶堵了，下水下不去", "04-02"),
    ("屋里冷得跟冰窖一样，暖气片摸着是凉的", "04-03"),
    ("整栋楼都没电了", "04-03"),
    ("变压器嗡嗡响，动不动就跳闸", "04-03"),
    ("门口那个路灯一个月都没亮过了", "04-07"),
    ("这条路坑坑洼洼的，骑车都不敢骑", "04-07"),
    ("垃圾桶都满出来了，苍蝇到处飞", "04-04"),
    ("小贩把人行道都占了，走都走不过去", "04-04"),
    ("物业费年年涨，什么都不干", "04-01"),
    ("电梯三天两头坏，老人下不了楼", "04-01"),
    ("小区保安晚上根本没人", "04-01"),
    ("顶楼那家在房顶上搭了个彩钢房", "04-05"),
    ("一楼的把绿地圈起来盖了个小房子", "04-05"),
    ("烧烤摊的烟全飘到我们家里来了", "04-06"),
    ("化工厂晚上偷着排废气，呛得睡不着", "04-06"),
    ("河里的水又黑又臭，肯定有人排污", "04-06"),
    ("老板跑了，我们十几个人的工资没人给", "01-02"),
    ("加班费一分没有，还不给签劳动合同", "01-02"),
    ("楼上天天晚上蹦迪，吵得孩子没法睡觉", "02-02"),
    ("广场舞的音响声音太大了", "02-02"),
    ("工地半夜还在打桩，轰隆轰隆的没法睡", "02-02"),
    ("有个人遛狗不牵绳，那狗差点咬着我", "02-03"),
    ("小区里一群流浪狗，孩子不敢出门", "02-03"),
    ("昨天晚上我电动车的电瓶让人偷了", "02-01"),
    ("楼下棋牌室聚众赌博", "02-01"),
    ("隔壁房子打了隔断租给十几个人", "02-04"),
    ("有人把电动车推到楼上充电，太危险了", "03-01"),
    ("消防栓里没有水", "03-01"),
    ("楼道里堆满了纸箱子，着火了跑都跑不出去", "03-01"),
    ("工地上的人高空作业不系安全带，脚手架都晃", "03-02"),
    ("厨房里一股煤气味儿", "03-03"),
    ("路口的红绿灯坏了两天了", "03-04"),
    ("学校门口家长乱停车，堵得水泄不通", "03-04"),
    ("马路中间的井盖没了，黑咕隆咚的", "03-05"),
    ("楼外墙的瓷砖往下掉，差点砸着人", "03-05"),
    ("超市卖的酸奶都过期了", "03-06"),
    ("在那个饭店吃完全家拉肚子", "03-06"),
    ("我问问低保怎么申请", "04-08"),
    ("医保报销需要什么手续", "04-08"),
    ("窗口那个女的态度特别差，问两句就不耐烦", "05-01"),
    ("这事我跑了三个部门，互相踢皮球", "05-02"),
    ("村干部把补助款都给自己亲戚了", "05-02"),
    ("生二胎去哪儿办证", "06-01"),
    ("独生子女费什么时候发", "06-02"),
    ("我们村征地的补偿款一直没到位", "01-05"),
    ("还迁房等了六年还没盖好", "01-05"),
    ("我儿子不管我，老伴瘫痪在床也不给赡养费", "01-04"),
    ("楼上漏水把我家天花板泡了，找他也不管", "01-03"),
    ("这个问题我上访了好几回", "01-01"),
    ("the tap water has been brown for three days", "04-02"),
    ("our lift is broken again and my mother is in a wheelchair", "04-01"),
    ("there are potholes all over the road", "04-07"),
    ("the neighbours play loud music until two in the morning", "02-02"),
    ("nobody has collected the rubbish for a week", "04-04"),
    ("my boss has not paid us for two months", "01-02"),
    ("stray dogs are chasing the children", "02-03"),
    ("the radiators are stone cold", "04-03"),
    ("a car is parked in front of the fire exit", "03-01"),
];

#[test]
fn one_breath_is_enough_to_know_the_matter() {
    let understanding = city::understanding();
    let wrong: Vec<String> = (UTTERANCES.iter())
        .filter_map(|(said, expected)| {
            let said = turns(&[format!("C{said}").as_str()]);
            let written: Vec<Turn> = said.iter().cloned().map(city::written).collect();
            [said, written].into_iter().find_map(|turns| {
                let draft = understanding.draft(&city::call(), &turns);
                let best = draft.categories.first().map_or("nothing", |guess| guess.code.0.as_str());
                (best != *expected).then(|| format!("{}: {best}, not {expected}", turns[0].text))
            })
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), UTTERANCES.len(), wrong.join("\n"));
}

#[test]
fn every_kind_of_matter_has_its_department_and_a_name_in_both_languages() {
    let understanding = city::understanding();
    let taxonomy = understanding.taxonomy();
    assert_eq!(
        (taxonomy.classes.len(), taxonomy.categories().count(), taxonomy.departments.len()),
        (6, 27, 11)
    );
    for category in taxonomy.categories() {
        assert!(taxonomy.department(&category.department).is_some(), "{}", category.code);
        assert!(!category.name.zh.is_empty() && !category.name.en.is_empty(), "{}", category.code);
    }
}

#[test]
fn every_field_of_every_dialogue_names_its_words() {
    let understanding = city::understanding();
    for dialogue in DIALOGUES {
        let turns: Vec<Turn> = turns(dialogue.lines).into_iter().map(city::written).collect();
        let draft = understanding.draft(&city::call(), &turns);
        for (key, field) in &draft.fields {
            assert!(!field.evidence.is_empty() && !field.reason.is_empty(), "{}: {key:?}", dialogue.name);
            for evidence in &field.evidence {
                let turn = turns.iter().find(|turn| turn.id == evidence.turn_id).unwrap();
                let said: String = (turn.text.chars())
                    .skip(evidence.start_char as usize)
                    .take((evidence.end_char - evidence.start_char) as usize)
                    .collect();
                assert_eq!(said, evidence.text, "{}: {key:?}", dialogue.name);
            }
        }
    }
}
