//! Whom the caller complains about: a shop or a company by its name, property management, an office, a
//! neighbour's door. In: the transcript, the kind of request. Out: the words for the party the complaint speaks
//! of most plainly; who asks, suggests or praises complains about nobody, unless they say so.

use super::clauses::clause_of;
use super::found::{Found, Reason};
use super::transcript::{Line, Span, Transcript, is_chinese, is_pause};
use crate::domain::RequestKind;

/// What names of parties end in.
const ENDINGS: [&str; 84] = [
    "物业公司",
    "物业管理",
    "物业",
    "开发商",
    "施工单位",
    "施工队",
    "建筑公司",
    "公司",
    "集团",
    "超市",
    "商场",
    "商店",
    "便利店",
    "饭店",
    "饭馆",
    "餐厅",
    "餐馆",
    "烧烤店",
    "烧烤",
    "小吃店",
    "面馆",
    "火锅店",
    "奶茶店",
    "酒店",
    "宾馆",
    "旅馆",
    "酒吧",
    "歌厅",
    "网吧",
    "洗浴中心",
    "理发店",
    "美容院",
    "美容店",
    "健身房",
    "药店",
    "诊所",
    "医院",
    "学校",
    "中学",
    "小学",
    "大学",
    "幼儿园",
    "培训班",
    "培训学校",
    "培训机构",
    "教育机构",
    "驾校",
    "银行",
    "中介",
    "旅行社",
    "加油站",
    "修理厂",
    "洗车店",
    "洗车行",
    "汽修店",
    "4s店",
    "快递站",
    "快递点",
    "驿站",
    "工厂",
    "化工厂",
    "加工厂",
    "养殖场",
    "屠宰场",
    "市场",
    "菜市场",
    "停车场",
    "工地",
    "项目部",
    "居委会",
    "村委会",
    "街道办",
    "派出所",
    "社保局",
    "房管局",
    "办事处",
    "服务中心",
    "服务大厅",
    "办事大厅",
    "供热站",
    "热力公司",
    "自来水公司",
    "燃气公司",
    "棋牌室",
];
/// Parties without a name of their own.
const PARTIES: [&str; 34] = [
    "楼上邻居",
    "楼下邻居",
    "隔壁邻居",
    "对门邻居",
    "邻居家",
    "邻居",
    "楼上那家",
    "楼下那家",
    "隔壁那家",
    "隔壁家",
    "对门那家",
    "楼上住户",
    "楼下住户",
    "楼上的",
    "隔壁的",
    "对门的",
    "楼上",
    "隔壁",
    "对门",
    "顶楼那家",
    "一楼那家",
    "1楼那家",
    "房东",
    "包工头",
    "老板",
    "商贩",
    "小贩",
    "保安",
    "窗口工作人员",
    "工作人员",
    "网约车司机",
    "出租车司机",
    "公交司机",
    "售票员",
];
/// What stands before a party whom one complains about.
const ACCUSES: [&str; 12] = [
    "投诉一下",
    "投诉",
    "举报一下",
    "举报",
    "反映一下",
    "反映",
    "告",
    "complain about",
    "complaint about",
    "complaint against",
    "report",
    "complain against",
];
/// What a party does that one complains about.
const WRONGS: [&str; 74] = [
    "不管",
    "不给",
    "不修",
    "不退",
    "不处理",
    "不理",
    "不让",
    "不开",
    "不签",
    "不交",
    "不作为",
    "不负责",
    "不承认",
    "不接",
    "不干",
    "没人管",
    "拖欠",
    "拖着",
    "欠",
    "骗",
    "欺骗",
    "忽悠",
    "乱收费",
    "多收",
    "涨价",
    "强制",
    "占用",
    "占道",
    "占了",
    "堵",
    "吵",
    "扰民",
    "噪音",
    "噪声",
    "油烟",
    "味道",
    "漏水",
    "偷排",
    "排污",
    "排放",
    "施工",
    "装修",
    "倒垃圾",
    "过期",
    "假货",
    "卖",
    "态度",
    "骂",
    "打人",
    "推诿",
    "踢皮球",
    "跑路",
    "关门",
    "倒闭",
    "违章",
    "违规",
    "违法",
    "私搭",
    "搭建",
    "赌博",
    "克扣",
    "辞退",
    "蹦迪",
    "养狗",
    "养鸡",
    "遛狗",
    "太大",
    "太差",
    "涉嫌",
    "收费",
    "扔",
    "躲",
    "漏",
    "跑了",
];
/// Where a name cannot go on to the left.
const NOT_IN_NAMES: &str = "，。？！、：；,.?! 的是在了和跟与去到从被把向对给叫我你您他她它们这那个家有要想就也都还说让找问请因为所以";
/// Words that a name does not begin with.
const NOT_FIRST: [&str; 36] = [
    "晚上",
    "早上",
    "上午",
    "下午",
    "中午",
    "半夜",
    "凌晨",
    "上周",
    "投诉一下",
    "投诉",
    "举报一下",
    "举报",
    "反映一下",
    "反映",
    "咨询一下",
    "咨询",
    "一下",
    "楼下",
    "门口",
    "附近",
    "旁边",
    "小区",
    "昨天",
    "今天",
    "前天",
    "现在",
    "已经",
    "一直",
    "因为",
    "告",
    "店名",
    "公司",
    "单位",
    "名字",
    "哪家",
    "什么",
];
/// What is asked or said of a party's name: 店名叫….
const NAMED: [&str; 12] = [
    "店名叫",
    "店名是",
    "店名",
    "公司叫",
    "公司名叫",
    "公司名字叫",
    "单位叫",
    "单位是",
    "名字叫",
    "厂子叫",
    "学校叫",
    "字号叫",
];
const LONGEST_NAME_CHARS: usize = 16;
/// Characters between 投诉 and whom it is about: 我们小区的.
const LONGEST_LEAD_CHARS: usize = 8;
/// So plainly a party must be complained about: by the accusing word, or by a name and what it does.
const FEWEST_POINTS: u8 = 3;
const COMPLAINING_POINTS: u8 = 2;

/// Whom it is about.
pub(super) fn against(transcript: &Transcript<'_>, kind: Option<&Found>) -> Option<Found> {
    let is = |wanted: &[RequestKind]| {
        kind.is_some_and(|kind| wanted.iter().any(|wanted| super::kind::code(*wanted) == kind.value))
    };
    let complains = is(&[RequestKind::Complaint, RequestKind::Report]);
    let content = is(&[RequestKind::Inquiry, RequestKind::Praise, RequestKind::Suggestion]);
    let mut best: Option<(u8, Span)> = None;
    for (index, line) in transcript.caller_lines() {
        let mut at = 0;
        while at < line.chars.len() {
            let Some((span, points)) = party(line, index, at) else {
                at += 1;
                continue;
            };
            at = span.end;
            let accused = points >= 4;
            let needed = if complains { COMPLAINING_POINTS } else { FEWEST_POINTS };
            if points >= needed && (!content || accused) && best.is_none_or(|(known, _)| points > known) {
                best = Some((points, span));
            }
        }
    }
    let (points, span) = best?;
    let confidence = match points {
        5.. => 0.85,
        4 => 0.8,
        3 => 0.7,
        0..=2 => 0.55,
    };
    Some(Found { reason: Reason::Said.of(""), ..Found::said(transcript, span, confidence) })
}

/// The party that begins or ends its first word at `at`, with how plainly it is complained about.
fn party(line: &Line<'_>, index: usize, at: usize) -> Option<(Span, u8)> {
    let named = line.longest_at(at, &NAMED).and_then(|(_, length)| {
        let start = line.skip_pauses(at + length);
        let start = line.longest_at(start, &["呃", "嗯", "叫", "是"]).map_or(start, |(_, more)| {
            let start = line.skip_pauses(start + more);
            line.longest_at(start, &["叫", "是"]).map_or(start, |(_, more)| line.skip_pauses(start + more))
        });
        let end = (start..line.chars.len())
            .find(|end| is_pause(line.chars[*end]) || !is_name(line.chars[*end]))
            .unwrap_or(line.chars.len());
        (2..=LONGEST_NAME_CHARS).contains(&(end - start)).then_some(Span { line: index, start, end })
    });
    if let Some(span) = named {
        return Some((span, 5));
    }
    if let Some((_, length)) = line.longest_at(at, &ENDINGS) {
        let end = at + length;
        let start = name_start(line, at);
        let own_name = start < at;
        let span = Span { line: index, start, end };
        return Some((span, points(line, span) + if own_name { 2 } else { 1 }));
    }
    let (_, length) = line.longest_at(at, &PARTIES)?;
    let end = door(line, at + length);
    let span = Span { line: index, start: at, end };
    // 楼上 alone is a place.
    let place = line.longest_at(end, &["有", "还有", "的人", "老人"]).is_some();
    let points = points(line, span);
    (points > 0 && !place).then_some((span, points + u8::from(end > at + length) + 1))
}

/// How plainly the words around a party accuse it.
fn points(line: &Line<'_>, span: Span) -> u8 {
    let clause = clause_of(line, span.line, span.start);
    let lead = (clause.start..span.start).any(|at| {
        line.longest_at(at, &ACCUSES).is_some_and(|(_, length)| {
            let between = at + length..span.start;
            line.whole(at, at + length) && between.len() <= LONGEST_LEAD_CHARS
        })
    });
    // What it does stands in the rest of its clause, or in the next.
    let next_end = clause_of(line, span.line, line.skip_pauses(clause.end)).end.max(clause.end);
    let does = (span.end..next_end.min(line.chars.len())).any(|at| line.longest_at(at, &WRONGS).is_some());
    3 * u8::from(lead) + u8::from(does)
}

/// Where the name before an ending begins.
fn name_start(line: &Line<'_>, ending: usize) -> usize {
    let mut start = ending;
    while start > 0
        && ending - start < LONGEST_NAME_CHARS
        && is_name(line.chars[start - 1])
        && !NOT_IN_NAMES.contains(line.chars[start - 1])
    {
        start -= 1;
    }
    let mut at = start;
    while at < ending {
        match line.longest_at(at, &NOT_FIRST) {
            Some((_, length)) if at + length <= ending => {
                at += length;
                start = at;
            }
            _ => at += 1,
        }
    }
    start
}

fn is_name(char: char) -> bool {
    is_chinese(char) || char.is_ascii_alphanumeric()
}

/// 楼上502, 对门三零一: the door said after a neighbour.
fn door(line: &Line<'_>, from: usize) -> usize {
    let digits =
        line.chars[from..].iter().take_while(|char| crate::numerals::digit(**char).is_some()).count();
    if !(3..=4).contains(&digits) {
        return from;
    }
    let end = from + digits;
    line.longest_at(end, &["那家", "那户", "住户", "的", "室"])
        .filter(|(word, _)| *word != "的")
        .map_or(end, |(_, length)| end + length)
}
