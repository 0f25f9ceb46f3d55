//! The shipped model of categories: it agrees with the examples it was made from, and beside the taxonomy's words it
//! is right more often than they are alone, on sentences that are in no file of examples.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/city.rs"]
mod city;

use std::path::{Path, PathBuf};

use jiesu::domain::{Channel, FieldKey};
use jiesu::learning::categories::examples::read;
use jiesu::understanding::Understanding;
use jiesu::understanding::classifier::Classifier;

/// Said as callers say it, mostly without a word that the taxonomy lists.
const SAID: [(&str, &str); 54] = [
    ("01-01", "我们这个事往上递了多少回材料了，年年写信年年没回音，我就想问问什么时候能给个答复"),
    ("01-01", "上个月来接访大厅登记过，说十五天给信儿，到今天也没人找我"),
    ("01-02", "在饭馆端盘子干了仨月，老板娘一分钱没给我，现在电话也不接了"),
    ("01-02", "我让公司给辞了，连个补偿都没有，合同也不给我"),
    ("01-03", "我家楼上天天往下滴水，被子都湿了，找他他还骂我"),
    ("01-03", "隔壁把鞋柜垃圾都堆在楼道，我一说他就跟我吵"),
    ("01-04", "我男人一喝酒就动手打我，我带着孩子不敢回家"),
    ("01-04", "我爸八十多了，我哥他们几个谁也不养活，老人没人管"),
    ("01-05", "我们村的地占了两年了，说好的钱到现在没到手，房子也没分"),
    ("01-05", "老房子扒了三年，新房还没盖好，过渡的房租也不给了"),
    ("02-01", "我停在楼下的电动车昨天夜里让人推走了，监控也没拍着"),
    ("02-01", "有人给我打电话说我中奖了，让我先转两万块钱，我转了"),
    ("02-02", "楼下一帮人天天晚上放大喇叭跳舞，孩子没法写作业"),
    ("02-02", "隔壁工地半夜两点还在干活，咣咣的，一宿没合眼"),
    ("02-03", "小区里有人遛大狗不牵绳，把我们家孩子吓哭了"),
    ("02-03", "我们这片总有七八条没主的狗，见人就追"),
    ("02-04", "我楼上那套房子打了八个隔间租出去，一天到晚生人进进出出"),
    ("02-04", "房东说不租了，押金一分不退给我"),
    ("03-01", "有人从窗户拉线下来给电瓶车充电，太吓人了，万一着了怎么办"),
    ("03-01", "楼道里的灭火的箱子全是空的，水带都没了"),
    ("03-02", "工地上的工人在十几层干活，也不系安全带，也不戴帽子"),
    ("03-02", "我们旁边有个小厂子偷着存了好多桶化学的东西，味道很大，没有手续"),
    ("03-03", "一进屋就一股煤气的味儿，头晕，我把窗户都打开了"),
    ("03-03", "家里天然气管子接头那儿拿肥皂水一抹冒泡"),
    ("03-04", "学校门口那个路口红灯坏了，车乱开，孩子过马路太危险"),
    ("03-04", "路两边停满了车，错不开，天天堵，也没交警管"),
    ("03-05", "便道上的井盖没了，就拿个树枝插着，晚上看不见"),
    ("03-05", "楼外墙的瓷砖往下掉，差点砸着人"),
    ("03-06", "在超市买的面包都长毛了，孩子吃完上吐下泻"),
    ("03-06", "街口那个卖熟食的，苍蝇乱飞，也没有证，吃完就闹肚子"),
    ("04-01", "我们楼电梯三天两头坏，给物业打电话也不来修，费用倒是一分不少收"),
    ("04-01", "小区大门的门禁坏了半年，保安也不管，谁都能进"),
    ("04-02", "家里从早上就没水了，也没有通知，什么时候来水"),
    ("04-02", "一楼厨房的下水往上反，满屋子臭水"),
    ("04-03", "屋里才十五度，暖气片摸着冰凉，交了钱不热"),
    ("04-03", "我们这一片从昨晚就没电，冰箱里的东西都坏了"),
    ("04-04", "楼下的垃圾一个星期没人拉了，都是苍蝇"),
    ("04-04", "卖菜的把便道全占了，走路都没地方下脚"),
    ("04-05", "顶楼那家在楼顶上盖了两间房子，没人管吗"),
    ("04-05", "一楼把绿地圈起来盖小房，挡着我们家的光"),
    ("04-06", "楼下烧烤店的油烟全飘我们家来了，窗户都不敢开"),
    ("04-06", "旁边工地土不盖，一刮风满天都是灰，嗓子难受"),
    ("04-07", "我们门口这条路全是大坑，下雨天骑车摔了好几个"),
    ("04-07", "从医院到学校那段路灯全灭，晚上黑得看不见道"),
    ("04-08", "我想问问退休金怎么还没涨，社保卡也刷不了"),
    ("04-08", "孩子今年上小学，户口不在这边，要什么手续"),
    ("05-01", "你们大厅三号窗口那个女的，问两句就不耐烦，什么态度"),
    ("05-01", "我要谢谢居委会的小张，给我们老人跑前跑后，太热心了"),
    ("05-02", "这个说归那个管，那个说归这个管，跑了五趟没人给办"),
    ("05-02", "村里的干部把补助款都给自家亲戚了，我们老百姓一分没见"),
    ("06-01", "怀上二胎了，那个证上哪儿办，要带什么"),
    ("06-01", "孩子刚出生，出生证上的名字写错了能改吗"),
    ("06-02", "就一个孩子，退休了那个奖励的钱怎么领"),
    ("06-02", "生孩子的津贴单位报上去半年了还没到账"),
];
/// The model alone names the right kind of so many of its own examples.
const LEAST_OF_EXAMPLES: f64 = 0.97;

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/categories")
}

/// Filled rightly, and filled wrongly.
fn filled(city: &Understanding) -> (usize, usize) {
    let (mut right, mut wrong) = (0, 0);
    for (code, said) in SAID {
        let call = city::call();
        let draft = city.draft(&call, &[city::said(call.id, Channel::Caller, 0, 8_000, said)]);
        match draft.fields.get(&FieldKey::Category) {
            Some(field) if field.value == code => right += 1,
            Some(field) => {
                println!("{} for {code}: {said}", field.value);
                wrong += 1;
            }
            None => {}
        }
    }
    (right, wrong)
}

#[test]
fn the_model_agrees_with_the_examples_it_was_made_from() {
    let model = Classifier::read(&shipped().join("dagang.model")).unwrap();
    let examples = read(&shipped().join("examples")).unwrap();
    let right = examples.iter().filter(|example| {
        model.likely(&example.body).first().is_some_and(|likely| likely.label == example.label)
    });
    let share = right.count() as f64 / examples.len() as f64;
    assert!(share >= LEAST_OF_EXAMPLES, "{share:.3}: make it anew with `jiesu train categories`");
}

#[test]
fn words_and_model_together_fill_more_and_spoil_no_more_than_words_alone() {
    let (right, wrong) = filled(&city::understanding());
    let (right_by_words, wrong_by_words) = filled(&city::understanding().with_model(None));
    println!(
        "together {right} right, {wrong} wrong; by words {right_by_words} right, {wrong_by_words} wrong"
    );
    assert!(right >= 40, "{right} of {}", SAID.len());
    assert!(right > right_by_words + 5, "{right} beside {right_by_words}");
    assert!(wrong <= wrong_by_words, "{wrong} beside {wrong_by_words}");
}

#[test]
fn what_is_no_matter_of_the_city_is_left_open() {
    let city = city::understanding();
    for said in ["喂，你好，听得见吗", "我姓徐，叫徐大方", "嗯，好的，谢谢，再见", "请稍等一下，我找支笔"]
    {
        let call = city::call();
        let draft = city.draft(&call, &[city::said(call.id, Channel::Caller, 0, 4_000, said)]);
        assert_eq!(draft.fields.get(&FieldKey::Category), None, "{said}");
    }
}
