//! Single fields from single sentences: names, times, places, wishes, as people say them and as recognisers
//! write them. An empty expectation means that nothing may be filled.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/city.rs"]
mod city;

use jiesu::domain::{Channel, FieldKey, Turn};
use jiesu::speech::text::with_digits;

fn check(key: FieldKey, cases: &[(&str, &str)]) {
    let (understanding, call) = (city::understanding(), city::call());
    let mut wrong = Vec::new();
    for (said, expected) in cases {
        // `A…|C…`: the agent's line, then the caller's; without a mark, the caller's.
        let turns: Vec<Turn> = (said.split('|').enumerate())
            .map(|(index, line)| {
                let channel = if line.starts_with("A:") { Channel::Agent } else { Channel::Caller };
                let text = line.trim_start_matches("A:").trim_start_matches("C:");
                let start_ms = index as u64 * 3_000;
                city::said(call.id, channel, start_ms, start_ms + 2_500, text)
            })
            .collect();
        // As it was said, and as the service writes it.
        let written: Vec<Turn> = turns.iter().cloned().map(city::written).collect();
        for (turns, expected) in [(turns, (*expected).to_owned()), (written, with_digits(expected))] {
            let draft = understanding.draft(&call, &turns);
            let value = draft.fields.get(&key).map_or("", |field| field.value.as_str());
            let value = if key == FieldKey::Time { city::words_of(value) } else { value };
            if value != expected {
                wrong.push(format!("{said}: {value:?}, not {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names() {
    check(
        FieldKey::Person,
        &[
            ("我姓王", "王"),
            ("我姓王叫王建国我的电话是幺三八", "王建国"),
            ("您好我叫李秀英，住在大港街道", "李秀英"),
            ("我的名字叫张伟", "张伟"),
            ("我叫欧阳建国", "欧阳建国"),
            ("我姓张，弓长张", "张"),
            ("A:请问您贵姓|C:免贵姓赵", "赵"),
            ("A:请问您贵姓|C:孙丽华", "孙丽华"),
            ("A:怎么称呼您|C:我姓周|A:好的周女士", "周女士"),
            ("A:您贵姓|C:我姓汪|C:不对，我姓王", "王"),
            ("我邻居叫张强，天天吵", ""),
            ("我们老板叫李刚", ""),
            ("快叫人来看看", ""),
            ("我是大港街道的居民", ""),
            ("物业经理姓刘，态度很差", ""),
            ("my name is john smith and i live in dagang", "john smith"),
            ("Hello, this is Mary Brown speaking", "Mary Brown"),
            ("I'm calling about the noise", ""),
            ("A:May I have your name?|C:Sure, it's Peter Green.", "Peter Green"),
        ],
    );
}

#[test]
fn times() {
    check(
        FieldKey::Time,
        &[
            ("昨天晚上就停水了", "昨天晚上"),
            ("半个小时以前开始冒烟", "半个小时以前"),
            ("从上周三开始就没人来收垃圾", "从上周三开始"),
            ("昨天晚上十一点半左右有人打架", "昨天晚上十一点半左右"),
            ("都停了三天了", "三天了"),
            ("十一月三号就报修了", "十一月三号"),
            ("公司拖欠我们三个月工资", ""),
            ("五个工作日内能给答复吗", ""),
            ("什么时候能解决", ""),
            ("家里有一点漏水", ""),
            ("A:我们会在明天上午答复您", ""),
            ("A:多长时间了|C:有两个多月了", "有两个多月了"),
            ("it has been dark since last Friday", "since last Friday"),
            ("two weeks ago somebody broke it", "two weeks ago"),
            ("the power went off half an hour ago", "half an hour ago"),
        ],
    );
}

#[test]
fn places() {
    check(
        FieldKey::Place,
        &[
            ("我在大港街道曙光里三号楼二单元", "大港街道曙光里三号楼二单元"),
            ("地址是塘沽解放路十二号", "塘沽解放路十二号"),
            ("黄海路和洞庭路交口学校门口交通太乱", "黄海路和洞庭路交口"),
            ("第一大街跟南海路的交口", "第一大街跟南海路的交口"),
            ("在生态城和畅路附近", "生态城和畅路附近"),
            (
                "我家住在新河街道阳光海岸小区二十三号楼一单元五零二",
                "新河街道阳光海岸小区二十三号楼一单元五零二",
            ),
            ("大港街道 曙光里 3号楼 2单元", "大港街道 曙光里 3号楼 2单元"),
            ("下水道堵了没人管", ""),
            ("我们小区的消防通道被占了", ""),
            ("马路上有个大坑", ""),
            ("A:您好，这里是滨海新区热线", ""),
            ("A:您说的是古林街道世纪花园对吗|C:对，没错", "古林街道世纪花园"),
            ("A:是古林街道世纪花园吗|C:不是", ""),
            ("at the corner of Huanghai Road and Dongting Road", "Huanghai Road and Dongting Road"),
            ("I live in building 3, unit 2, Shuguang Estate", "building 3, unit 2, Shuguang Estate"),
            ("there is a hole in the road", ""),
        ],
    );
}

#[test]
fn what_is_taken_back_gives_way_to_what_is_said_instead() {
    check(
        FieldKey::Place,
        &[
            ("我在大港街道曙光里三号楼，不对，是五号楼", "大港街道曙光里五号楼"),
            ("我在曙光里三号楼二单元，说错了，应该是五号楼", "曙光里五号楼二单元"),
            ("地址是曙光里三号楼，不是，是福春里八号楼", "福春里八号楼"),
            ("我住曙光里十二号楼，不是二号楼", "曙光里十二号楼"),
            ("曙光里三号楼五零二，不对，是五零三", "曙光里三号楼五零三"),
            ("我在曙光里三号楼|A:三号楼对吗|C:说错了，应该是十五号楼一单元", "曙光里十五号楼一单元"),
        ],
    );
    check(
        FieldKey::Time,
        &[
            ("昨天晚上停的水，不对，是前天晚上", "前天晚上"),
            ("昨天早上七点半，说错了，应该是昨天早上八点二十", "昨天早上八点二十"),
            ("昨天停的，前天修的", "昨天"),
        ],
    );
    check(FieldKey::Person, &[("我姓汪，不对，我姓王", "王"), ("我叫王建国，说错了，我叫王建军", "王建军")]);
    check(
        FieldKey::Phone,
        &[
            ("早上七点半停的水，电话幺三八二零零幺二三四五", "13820012345"),
            ("电话幺三八二零零幺二三四五，早上七点半以后打", "13820012345"),
            ("电话是幺三八二零零幺二三四五，不对，后四位是二三四六，涨了百分之二十", "13820012346"),
        ],
    );
}

#[test]
fn wishes() {
    check(
        FieldKey::Wish,
        &[
            ("停水了，希望你们尽快恢复。谢谢", "希望你们尽快恢复"),
            ("麻烦给我一个回复", "麻烦给我一个回复"),
            ("请你们派人来看一下。希望相关单位重视。", "希望相关单位重视"),
            ("请问社保卡怎么办", ""),
            ("A:希望我的回答对您有帮助", ""),
            ("I would like somebody to fix it. Thank you.", "I would like somebody to fix it"),
            ("Can you hear me?", ""),
        ],
    );
}

#[test]
fn surnames_are_written_as_they_are_spelled_and_keep_their_titles() {
    check(
        FieldKey::Person,
        &[
            ("A:请问您贵姓|C:弓长张", "张"),
            ("A:您贵姓|C:我姓陈，耳东陈", "陈"),
            ("A:您贵姓|C:姓张，立早章", "章"),
            ("我叫章伟，弓长章", "张伟"),
            ("免贵姓吕，双口吕，叫吕建军", "吕建军"),
            ("我姓李|A:好的李师傅，您说", "李师傅"),
            ("叫我王师傅就行", "王师傅"),
            ("A:您怎么称呼|C:王女士", "王女士"),
            ("A:您贵姓|C:我姓郭|A:好的郭大爷", "郭大爷"),
            ("我住在弓长路", ""),
        ],
    );
}

#[test]
fn times_are_counted_from_the_call() {
    let understanding = city::understanding();
    for (said, expected) in [
        ("昨天晚上8点就停水了", "昨天晚上8点（2026-11-21 20:00）"),
        ("昨天晚上八点就停水了", "昨天晚上八点（2026-11-21 20:00）"),
        ("上周三开始没人收垃圾", "上周三（2026-11-11）"),
        ("大前天报修的", "大前天（2026-11-19）"),
        ("这个月初就坏了", "这个月初（2026-11）"),
        ("上个月15号断的电", "上个月15号（2026-10-15）"),
        ("这两天一直这样", "这两天"),
        ("it has been dark since last Friday", "since last Friday (2026-11-20)"),
    ] {
        let call = city::call();
        let draft = understanding.draft(&call, &[city::said(call.id, Channel::Caller, 0, 2_500, said)]);
        let field = &draft.fields[&FieldKey::Time];
        assert_eq!(field.value, expected);
        assert_eq!(field.reason.starts_with("resolved:"), city::words_of(expected) != expected);
    }
}

#[test]
fn identity_numbers_are_checked_and_hidden() {
    check(
        FieldKey::IdNumber,
        &[
            ("我的身份证号是11010519491231002X", "110***********002X"),
            (
                "A:身份证号说一下|C:一一零一零五|A:嗯|C:一九四九一二三一|A:一九四九一二三一|C:零零二叉",
                "110***********002X",
            ),
            ("身份证号，四四零五二四，一八八零零一零一，零零一四", "440***********0014"),
            ("身份证号四四零五二四一八八零零一零一零零一三，不对，后四位是零零一四", "440***********0014"),
            ("A:您的身份证是440524188001010014对吗|C:对", "440***********0014"),
            ("A:您的身份证是440524188001010014对吗|C:不对", ""),
            ("身份证号440524188001010013", ""),
            ("我的电话是13820012345", ""),
        ],
    );
    check(
        FieldKey::Phone,
        &[
            ("我的身份证号是130105194912310028，没别的了", ""),
            ("身份证号，一二零一零三，一九八零零一零一，一二三四", ""),
            ("身份证号440524188001010014，电话幺三八二零零幺二三四五", "13820012345"),
        ],
    );
}

#[test]
fn no_field_shows_an_identity_number() {
    let (understanding, call) = (city::understanding(), city::call());
    let said = "停水了，我的身份证号是440524188001010014，希望尽快恢复供水";
    let draft = understanding.draft(&call, &[city::said(call.id, Channel::Caller, 0, 2_500, said)]);
    assert_eq!(draft.fields[&FieldKey::IdNumber].value, "440***********0014");
    let shown = serde_json::to_string(&draft).unwrap();
    assert!(!shown.contains("440524188001010014") && !shown.contains("18800101"), "{shown}");
}

#[test]
fn whom_it_is_about() {
    check(
        FieldKey::Against,
        &[
            ("我要投诉海源顺达物流公司，拖欠工资三个月了", "海源顺达物流公司"),
            ("我要投诉我们小区的物业，电梯坏了没人修", "物业"),
            ("我想举报利民超市卖过期的酸奶", "利民超市"),
            ("楼下的老渔港烧烤油烟太大了，我要投诉", "老渔港烧烤"),
            ("我要投诉，楼上邻居天天半夜蹦迪", "楼上邻居"),
            ("我投诉对门502那家养狗扰民", "对门502那家"),
            ("A:店名叫什么|C:我要投诉，店名叫老渔港烧烤", "老渔港烧烤"),
            ("我想问一下社保局几点上班", ""),
            ("我想表扬福春里居委会", ""),
            ("医院门口的路灯坏了", ""),
            ("下水道堵了没人管", ""),
        ],
    );
}

#[test]
fn earlier_tickets() {
    check(
        FieldKey::EarlierTicket,
        &[
            ("上次的工单号是20261103-0012", "20261103-0012"),
            ("工单号是B幺二三四五六", "B123456"),
            ("之前的受理编号是二零二六一一零三零零幺二", "202611030012"),
            ("A:您的工单号是多少|C:二零二六幺幺零三杠零零幺二", "20261103-0012"),
            ("工单号是20261103-0012，不对，是20261103-0021", "20261103-0021"),
            ("my ticket number is 20261103-0012", "20261103-0012"),
            ("A:您的工单号是20261122-0003，请记好|C:好的", "20261122-0003"),
            ("快递单号是20261103001", ""),
            ("我上次打过电话没有工单号", ""),
        ],
    );
    check(
        FieldKey::Phone,
        &[("my ticket number is 20261103", ""), ("工单号是20261103，电话66223344", "66223344")],
    );
}

#[test]
fn what_is_asked_for_with_a_yes_or_a_no() {
    check(
        FieldKey::CallBack,
        &[
            ("有结果了给我回个电话", "true"),
            ("不用给我回电话了", "false"),
            ("A:需要给您回电吗|C:不用了", "false"),
            ("A:处理完需要给您回访吗|C:需要", "true"),
            ("路灯坏了", ""),
        ],
    );
    check(
        FieldKey::Anonymous,
        &[
            ("我要匿名举报", "true"),
            ("我不想留名", "true"),
            ("A:您需要匿名吗|C:不用", ""),
            ("请给我保密", ""),
        ],
    );
    check(FieldKey::Confidential, &[("我要匿名举报", "true"), ("不用保密", "")]);
}

#[test]
fn kinds() {
    check(
        FieldKey::Kind,
        &[
            ("我想咨询一下社保卡丢了怎么补办", "inquiry"),
            ("请问低保怎么申请", "inquiry"),
            ("我要投诉物业，电梯老是坏", "complaint"),
            ("楼上天天蹦迪扰民，我要投诉", "complaint"),
            ("我要举报有人偷排污水", "report"),
            ("楼下有人聚众赌博", "report"),
            ("我建议把末班车延长到十点", "suggestion"),
            ("我提个建议，路口能不能增设红绿灯", "suggestion"),
            ("我要表扬社区的网格员，服务很好", "praise"),
            ("我不是投诉，我是想表扬一个人，网格员特别热情", "praise"),
            ("下水道堵了，请你们派人来看一下", "help"),
            ("家里停电了，赶紧派人来修", "help"),
        ],
    );
}

#[test]
fn a_summary_is_made_of_what_was_said() {
    let (understanding, call) = (city::understanding(), city::call());
    let summary = |said: &str| {
        let turn = city::said(call.id, Channel::Caller, 0, 9_000, said);
        let draft = understanding.draft(&call, &[turn]);
        draft.fields.get(&FieldKey::Summary).map(|field| field.value.clone()).unwrap_or_default()
    };
    assert_eq!(
        summary("昨天晚上8点，大港街道曙光里3号楼下水道堵了，希望尽快处理。"),
        "市民求助。时间：昨天晚上8点（2026-11-21 20:00）。地点：大港街道曙光里3号楼。\
         情况：昨天晚上8点，大港街道曙光里3号楼下水道堵了。诉求：希望尽快处理。"
    );
    assert_eq!(summary("喂，您好"), "");
}

#[test]
fn urgency_counts_what_is_and_not_what_is_feared() {
    check(
        FieldKey::Urgency,
        &[
            ("楼下着火了快来人", "critical"),
            ("楼道里堆满东西，万一着火了怎么办", "ordinary"),
            ("没有停水，就是水压有点问题", "ordinary"),
            ("停电两个小时了", "urgent"),
            ("电梯里有人被困住了", "critical"),
            ("我想咨询一下什么时候供暖", "ordinary"),
        ],
    );
}
