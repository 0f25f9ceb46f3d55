//! What stands after a numeral and says whether a clerk writes it with a digit. A place in a building, a measure,
//! a sum: yes. A number of things under ten (三个人, 两口子): no, and 一 is mostly no number at all (一下, 一个).

use super::context::Context;

/// What a number in an address counts.
const LABELS: [&str; 13] =
    ["号楼", "号院", "号门", "号房", "号线", "号库", "号", "单元", "楼", "层", "栋", "幢", "门"];
/// What is measured.
const MEASURES: [&str; 48] = [
    "个月",
    "个多月",
    "个半月",
    "个小时",
    "个多小时",
    "个半小时",
    "个钟头",
    "小时",
    "分钟",
    "秒钟",
    "秒",
    "天",
    "多天",
    "周岁",
    "周",
    "个星期",
    "个多星期",
    "个礼拜",
    "个工作日",
    "年",
    "多年",
    "岁",
    "元",
    "块钱",
    "块多钱",
    "毛钱",
    "分钱",
    "度",
    "米",
    "公里",
    "千米",
    "厘米",
    "公分",
    "毫米",
    "平米",
    "平方",
    "平",
    "公斤",
    "斤",
    "吨",
    "立方",
    "升",
    "千瓦",
    "瓦",
    "倍",
    "里地",
    "G",
    "g",
];
/// What 一 measures as a number: 一个月, 一天, 一年 mean no more than a month, a day, a year.
const MEASURES_OF_ONE: [&str; 13] =
    ["周岁", "岁", "元", "块钱", "公里", "千米", "厘米", "公斤", "吨", "平米", "平方", "G", "g"];
/// What else ten and more of are written with digits.
const COUNTED: &str = "个名位人家户栋条辆只次间台件趟回遍桶瓶盏棵根把张本份万亿岁口块元角分毛平米度点年月日天号楼\
                       层单室门周期斤吨公里小时秒星礼幢倍折多来余%％路线度级组号g";

/// Whether a numeral of one character that ends at `end` is written as a digit, by what follows it.
pub(super) fn counts(context: &Context<'_>, start: usize, end: usize) -> bool {
    let Some(numeral) = context.at(start) else { return false };
    is_label(context, numeral, start, end)
        || is_measure(context, numeral, start, end)
        || is_date(context, numeral, start, end)
        || is_line(context, start, end)
        || numeral == '十' && is_ten(context, end)
        || is_range(context, numeral, end)
}

/// Whether what stands at `at` counts or measures.
pub(super) fn is_counter(context: &Context<'_>, at: usize) -> bool {
    context.one_of(at, COUNTED)
}

/// Whether a numeral is part of a street's or a bridge's name by what follows it: 新港二号路, 第三大街, 十一经路.
pub(super) fn names_a_place(context: &Context<'_>, end: usize) -> bool {
    const NAMES: [&str; 18] = [
        "号路",
        "号街",
        "号桥",
        "号大街",
        "号公路",
        "号大道",
        "号胡同",
        "号泵站",
        "大街",
        "大道",
        "马路",
        "经路",
        "纬路",
        "经街",
        "纬街",
        "道街",
        "经一",
        "纬一",
    ];
    context.has_any(end, &NAMES)
        || context.one_of(end, "经纬") && context.one_of(end + 1, "东西南北中") && context.has(end + 2, "路")
}

fn is_label(context: &Context<'_>, numeral: char, start: usize, end: usize) -> bool {
    let Some(label) = LABELS.iter().find(|label| context.has(end, label)) else { return false };
    let next = end + label.chars().count();
    let one = numeral == '一';
    numeral != '两'
        && match *label {
            "号" => !context.one_of(next, "路桥街人召码称角店令子"),
            "楼" => !context.one_of(next, "盘房市"),
            // 一层灰 is a coat of dust, 一栋楼 a house.
            "层" => !(one && context.one_of(next, "灰土油水皮膜厚薄冰霜雪泥沙黑白")),
            "栋" | "幢" => !(one && context.one_of(next, "楼房别小大老旧高平")),
            "门" => context.one_before(start, "元楼栋幢层"),
            _ => true,
        }
}

fn is_measure(context: &Context<'_>, numeral: char, start: usize, end: usize) -> bool {
    if numeral == '一' {
        // 一小时二十分钟: counted, where it is more than an hour or so.
        return context.has(end, "小时") && context.is_numeral(end + 2)
            || MEASURES_OF_ONE.iter().any(|measure| context.has(end, measure));
    }
    let Some(measure) =
        MEASURES.iter().filter(|measure| context.has(end, measure)).max_by_key(|measure| measure.len())
    else {
        return false;
    };
    let next = end + measure.chars().count();
    // 这两天, 前两天, 过两年: a few.
    let few = numeral == '两' && context.one_before(start, "这那前过头下后近隔");
    !few && match *measure {
        "年" => !context.one_of(next, "级代轮夜"),
        "天" => !context.has(next, "两头"),
        "周" => !context.one_of(next, "年边围"),
        "度" => !context.one_of(next, "假年过"),
        "米" => !context.one_of(next, "粉饭线面"),
        "元" => !context.one_of(next, "旦"),
        "平" => context.one_of(next, "。，的左多") || context.at(next).is_none(),
        _ => true,
    }
}

/// 三月, 三月五日, 五日内.
fn is_date(context: &Context<'_>, numeral: char, start: usize, end: usize) -> bool {
    if context.has(end, "月") {
        let part = context.is_numeral(end + 1) || context.one_of(end + 1, "份初底末中");
        return numeral != '两' && (numeral != '一' || part) && !context.one_of(end + 1, "亮饼季嫂票光台色");
    }
    context.has(end, "日")
        && (context.one_before(start, "月")
            || context.has_any(end + 1, &["内", "之内", "以内", "之后", "以后"]))
}

/// 坐五路, 五路公交车: a bus; 五路 may be a street's.
fn is_line(context: &Context<'_>, start: usize, end: usize) -> bool {
    context.has(end, "路")
        && (context.has_any(end + 1, &["公交", "公共汽车", "车", "汽车"])
            || context.any_before(start, &["坐", "乘", "公交", "换", "等"]))
}

/// 十个人, 十多户.
fn is_ten(context: &Context<'_>, end: usize) -> bool {
    let more = if context.one_of(end, "多余") { end + 1 } else { end };
    (more > end && is_counter(context, more)) || context.one_of(more, "个名位户辆栋台间次")
}

/// 三到五天, 一到三层: what the second counts, the first does too.
fn is_range(context: &Context<'_>, numeral: char, end: usize) -> bool {
    let second = end + 1;
    if numeral == '两' || !context.one_of(end, "到至") || !context.is_numeral(second) {
        return false;
    }
    let second_end = context.run_end(second);
    match second_end - second {
        1 if context.one_of(second, "一两") => false,
        1 => context.has(second_end, "点") || counts(context, second, second_end),
        _ => is_counter(context, second_end),
    }
}
