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
