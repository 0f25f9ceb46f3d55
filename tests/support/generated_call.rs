//! Calls made up by chance, as calls go: the caller tells the matter, gives name, number, identity number and an
//! earlier ticket's, in groups, hesitating, correcting; the agent asks, reads back, mishears, and is told so.

/// A call, and what was meant in it.
pub(crate) struct GeneratedCall {
    /// Whether the caller says it, and the words.
    pub(crate) lines: Vec<(bool, String)>,
    pub(crate) phone: Option<String>,
    /// The whole of it.
    pub(crate) id_number: Option<String>,
    pub(crate) earlier_ticket: Option<String>,
}

const MATTERS: [&str; 12] = [
    "下水道堵了，污水都流到马路上了",
    "我们小区停水了",
    "路灯不亮",
    "楼上邻居天天半夜蹦迪扰民，我要投诉",
    "我要投诉海源顺达物流公司，拖欠工资三个月了",
    "我想举报利民超市卖过期的酸奶",
    "电梯坏了没人修，我要投诉物业",
    "楼道里有煤气味",
    "我想咨询一下社保卡丢了怎么补办",
    "我建议把末班车延长到十点",
    "我要表扬社区的网格员",
    "学校门口家长乱停车",
];
const TIMES: [&str; 12] = [
    "昨天晚上八点",
    "上周三",
    "前天",
    "大前天",
    "三天前",
    "这个月初",
    "从今天早上七点半开始",
    "半个小时以前",
    "上个月十五号",
    "有一个星期了",
    "这两天",
    "昨天，不对，是前天下午三点",
];
const PLACES: [&str; 6] = [
    "大港街道曙光里三号楼二单元",
    "塘沽解放路十二号",
    "黄海路和洞庭路交口",
    "古林街道世纪花园",
    "我们小区",
    "曙光里三号楼，不对，是五号楼",
];
const WISHES: [&str; 6] = [
    "希望你们尽快处理",
    "麻烦给我一个回复",
    "请你们派人来看一下",
    "不用给我回电话",
    "有结果了给我回个电话",
    "千万给我保密，我想匿名",
];
const NAMES: [&str; 8] = [
    "我姓王，叫王建国",
    "免贵姓张，弓长张",
    "我姓陈，耳东陈",
    "我叫李秀英",
    "我姓章，立早章",
    "刘建军",
    "叫我王师傅就行",
    "我不想留名",
];
const HESITATIONS: [&str; 6] = ["", "，", "，嗯，", "，那个，", "，呃，", " "];
const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// Chance, the same for the same seed (splitmix64).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// True as often as `percent` of 100 times.
    fn happens(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len() as u64) as usize]
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}

impl GeneratedCall {
    /// The call of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let mut call = Self { lines: Vec::new(), phone: None, id_number: None, earlier_ticket: None };
        call.agent("您好，滨海热线，请问有什么可以帮您。");
        call.matter(&mut chance);
        if chance.happens(60) {
            call.agent("请问您贵姓？");
            let name = chance.pick(&NAMES);
            call.caller(name);
        }
        // In any order, each at most once.
        let first = chance.below(3);
        for step in 0..3 {
            match (first + step) % 3 {
                0 if chance.happens(70) => call.telephone(&mut chance),
                1 if chance.happens(50) => call.identity(&mut chance),
                2 if chance.happens(40) => call.ticket(&mut chance),
                _ => {}
            }
        }
        if chance.happens(50) {
            let wish = chance.pick(&WISHES);
            call.caller(wish);
        }
        call.agent("好的，我已经记录下来了，我们会在五个工作日内给您答复。");
        call
    }

    fn agent(&mut self, words: &str) {
        self.lines.push((false, words.to_owned()));
    }

    fn caller(&mut self, words: &str) {
        self.lines.push((true, words.to_owned()));
    }

    fn matter(&mut self, chance: &mut Chance) {
        let (time, place) = (chance.pick(&TIMES), chance.pick(&PLACES));
        let (matter, wish) = (chance.pick(&MATTERS), chance.pick(&WISHES));
        let said = match chance.below(4) {
            0 => format!("{time}，{place}{matter}，{wish}。"),
            1 => format!("你好，{matter}，在{place}，{time}就这样了。"),
            2 => format!("喂，我在{place}，{matter}。"),
            _ => format!("{matter}，{wish}"),
        };
        self.caller(&said);
    }

    fn telephone(&mut self, chance: &mut Chance) {
        let number = format!("1{}{}", 3 + chance.below(7), chance.digits(9));
        self.agent("请留一下您的联系电话。");
        self.number(chance, "电话是", &number, &[3, 4, 4]);
        self.phone = Some(number);
    }

    fn identity(&mut self, chance: &mut Chance) {
        let place = ["120109", "440524", "370102", "652301"][chance.below(4) as usize];
        let day =
            format!("19{}{:02}{:02}", 50 + chance.below(50), 1 + chance.below(12), 1 + chance.below(28));
        let body = format!("{place}{day}{}", chance.digits(3));
        let number = format!("{body}{}", check(&body));
        self.agent("请说一下您的身份证号。");
        self.number(chance, "身份证号是", &number, &[6, 8, 4]);
        self.id_number = Some(number);
    }

    fn ticket(&mut self, chance: &mut Chance) {
        let number =
            format!("2026{:02}{:02}{}", 1 + chance.below(11), 1 + chance.below(28), chance.digits(4));
        if chance.happens(50) {
            self.agent("您以前的工单号是多少？");
        }
        let said = spoken(chance, &number);
        match chance.below(3) {
            0 => self.caller(&format!("上次的工单号是{said}。")),
            1 => {
                let wrong = spoken(chance, &with_another_digit(&number));
                self.caller(&format!("工单号是{wrong}，不对，是{said}。"));
            }
            _ => {
                self.caller(&format!("工单编号{said}。"));
                self.agent(&format!("工单号{said}，对吗？"));
                self.caller("对。");
            }
        }
        self.earlier_ticket = Some(number);
    }

    /// A number said whole or in groups, in one turn or several, perhaps corrected, perhaps read back.
    fn number(&mut self, chance: &mut Chance, lead: &str, number: &str, groups: &[usize]) {
        let wrong = with_another_digit(number);
        let tail: String = number.chars().skip(number.len() - 4).collect();
        match chance.below(6) {
            0 => {
                let said = spoken(chance, number);
                self.caller(&format!("我的{lead}{said}。"));
            }
            1 => {
                let said = grouped(chance, number, groups);
                self.caller(&format!("我的{lead}{said}。"));
            }
            2 => {
                for group in cut(number, groups) {
                    let said = spoken(chance, group);
                    self.caller(&said);
                    if chance.happens(40) {
                        self.agent(if chance.happens(50) { "嗯。" } else { &said });
                    }
                }
            }
            3 => {
                let (wrong, said) = (spoken(chance, &wrong), spoken(chance, number));
                self.caller(&format!("{lead}{wrong}，不对，是{said}。"));
            }
            4 => {
                let (said, tail) = (spoken(chance, &wrong), spoken(chance, &tail));
                self.caller(&format!("{lead}{said}。"));
                self.agent(&format!("{said}，对吗？"));
                self.caller(&format!("不对，后四位是{tail}。"));
            }
            _ => {
                let (said, heard) = (spoken(chance, number), spoken(chance, &wrong));
                self.caller(&format!("{lead}{said}。"));
                self.agent(&format!("我重复一下，{heard}，对吗？"));
                self.caller(&format!("不对，是{said}。"));
                self.agent(&format!("{said}。"));
                self.caller("对，没错。");
                return;
            }
        }
        if chance.happens(40) {
            let said = spoken(chance, number);
            self.agent(&format!("跟您核对一下，{said}，对吗？"));
            self.caller(if chance.happens(80) { "对。" } else { "是的，没错。" });
        }
    }
}

/// Digits as they are said or written; X as 叉.
fn spoken(chance: &mut Chance, number: &str) -> String {
    let written = chance.happens(30);
    (number.chars())
        .map(|char| match char.to_digit(10) {
            _ if written => char,
            Some(1) if chance.happens(70) => '幺',
            Some(digit) => DIGITS[digit as usize],
            None => '叉',
        })
        .collect()
}

fn grouped(chance: &mut Chance, number: &str, groups: &[usize]) -> String {
    let pieces: Vec<String> = cut(number, groups).into_iter().map(|group| spoken(chance, group)).collect();
    pieces.join(chance.pick(&HESITATIONS))
}

fn cut<'n>(number: &'n str, groups: &[usize]) -> Vec<&'n str> {
    let mut rest = number;
    (groups.iter())
        .map(|length| {
            let (group, after) = rest.split_at(*length);
            rest = after;
            group
        })
        .collect()
}

/// One of the last four digits said wrong.
fn with_another_digit(number: &str) -> String {
    let at = number.len() - 3;
    let digit = number[at..=at].parse::<u8>().map_or(0, |digit| (digit + 3) % 10);
    format!("{}{digit}{}", &number[..at], &number[at + 1..])
}

/// The last character of an identity number (ISO 7064 MOD 11-2).
fn check(body: &str) -> char {
    let total: u32 = (body.bytes().enumerate())
        .map(|(at, digit)| u32::from(digit - b'0') * (2_u32.pow(17 - at as u32) % 11))
        .sum();
    b"10X98765432"[(total % 11) as usize].into()
}
