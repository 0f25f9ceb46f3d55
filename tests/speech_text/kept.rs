//! What keeps its numerals: words, approximations, names of places.

use crate::{check, shown};

#[test]
fn words_with_a_numeral_stay() {
    const WORDS: &str = "一下 一样 三天两头 七上八下 十字路口 五大道 万一 一直 两口子 二手 四季 千万 百货 一般 一定 一起 \
        一共 一边 一会儿 一点儿 一点 有一点 差一点 早一点 晚一点 一些 一家 一个 一个月 一天 一年 一次 一栋楼 一层灰 一楼一底 \
        一辆车 一条路 一股味儿 一百货 十分 十足 十几个 十来天 几十 几千 二十几 好几十 数十人 上百人 成千上万 百姓 百分 万岁 \
        千家万户 三三两两 不三不四 丢三落四 乱七八糟 七嘴八舌 四面八方 四通八达 一五一十 五花八门 九牛一毛 一清二楚 一干二净 \
        三番五次 三心二意 三更半夜 半斤八两 三言两语 十全十美 三六九等 二百五 十万火急 千方百计 百年大计 周一 周三 星期五 礼拜天 \
        周一三五 每周二四六 下周一 五一 十一期间 十一放假 双十一 三八妇女节 九一八 五一节 大年三十 正月十五 八月十五 初一 初五 三中 四中 \
        一把手 二把手 二维码 三轮车 三甲医院 二胎 三孩 二房东 三室一厅 两室一厅 两居室 三个人 两位老人 四个孩子 五桶油漆 来过三次 \
        跑了四趟 两点建议 三点要求 几点意见 三点水 两点一线 这两天 前两天 那两年 过两天 一两点 三四个 七八个人 三五天 十七八岁 \
        二三十个 三四百块 一两千 七八十 三五百 五六户 半个小时 两三天 一分钱都没给 零件 零食 零工 门洞 桥洞 拐弯 东三环 三环路 \
        三年级 二年级 五周年 三伏天 三九天 九成新 七折八扣 一室一厅 一门心思 一元化 一日三餐 三条石 第一次 第二天 第三 第一名 \
        第一大街 第十三大街 第五中心医院 第三中学 第二食堂 陆路 伍先生 三组 四川 五金店 六合里 三春里 七邻里 八一路 五四路 二七路 \
        二号路 一号路 三号桥 三经路 十一经路 二纬路 八纬北路 五马路 二道街 八里台 十里河 万新村 百里 三槐路 四平道 一中心医院 \
        二十几岁 十五六 八九不离十 百分之二三十 一百二三十块";
    let wrong: Vec<String> = WORDS
        .split_whitespace()
        .filter(|word| shown(word, "zh") != *word)
        .map(|word| format!("{word}: {}", shown(word, "zh")))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn words_stay_among_numbers() {
    check(
        "zh",
        &[
            ("我在十字路口等了十分钟", "我在十字路口等了10分钟"),
            ("电梯三天两头坏，三天前又坏了", "电梯三天两头坏，3天前又坏了"),
            ("万一着火了，一百多户怎么办", "万一着火了，100多户怎么办"),
            ("他们两口子住二楼二零幺", "他们两口子住2楼201"),
            ("从周一到周五早上七点", "从周一到周五早上7点"),
            ("一直到后半夜一两点", "一直到后半夜一两点"),
            ("三号楼有三个人", "3号楼有三个人"),
            ("整个小区一共十二栋楼", "整个小区一共12栋楼"),
        ],
    );
}

/// The names of the gazetteer, each in both languages.
fn names() -> Vec<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models/places/binhai.toml");
    let file: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let mut names = Vec::new();
    for list in ["road", "estate", "landmark"] {
        let places = file[list].as_array().unwrap().iter();
        names.extend(
            places.flat_map(|place| place.as_array().unwrap()).map(|name| name.as_str().unwrap().to_owned()),
        );
    }
    for unit in file["unit"].as_array().unwrap() {
        names.push(unit["name"].as_str().unwrap().to_owned());
        let aliases = unit.get("aliases").and_then(|aliases| aliases.as_array());
        names.extend(aliases.into_iter().flatten().map(|name| name.as_str().unwrap().to_owned()));
    }
    names
}

#[test]
fn names_of_the_gazetteer_are_never_broken() {
    let names = names();
    assert!(names.len() > 200);
    let mut wrong = Vec::new();
    for name in &names {
        let chinese = !name.is_ascii();
        let language = if chinese { "zh" } else { "en" };
        let around: &[(&str, &str)] = if chinese {
            &[
                ("", ""),
                ("我在", "三号楼"),
                ("地址是", "五零二"),
                ("大港街道", "十二号"),
                ("在", "附近"),
                ("三天前", "有人"),
                ("从", "到路口"),
                ("第二天", "一号楼"),
            ]
        } else {
            &[("", ""), ("I live at number five ", " since Monday"), ("on ", ""), ("twenty two ", " please")]
        };
        for (before, after) in around {
            let text = format!("{before}{name}{after}");
            let shown = shown(&text, language);
            if !shown.contains(name.as_str()) {
                wrong.push(format!("{text}: {shown}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
