//! How things are said, and how each is written: what the generated cases are made of. Written by other means
//! than the rules that are tested: from the value to both writings, never from one writing to the other.

/// A small generator of our own: the same cases on every machine.
pub(crate) struct Lcg(pub(crate) u64);

impl Lcg {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    pub(crate) fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len() as u64) as usize]
    }

    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}

/// What is said, and how it is written.
pub(crate) type Pair = (String, String);

/// A whole number read aloud: 三千零五十.
pub(crate) fn whole(value: u64) -> String {
    if value >= 10_000 {
        let low = value % 10_000;
        let zero = if low > 0 && low < 1_000 { "零" } else { "" };
        let low = if low > 0 { whole(low) } else { String::new() };
        // 一十 is said inside a number, 十 at its beginning.
        let low = if low.starts_with('十') { format!("一{low}") } else { low };
        return format!("{}万{zero}{low}", whole(value / 10_000));
    }
    let mut text = String::new();
    let mut zero = false;
    for (unit, name) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = value / unit % 10;
        if digit == 0 {
            zero = !text.is_empty();
            continue;
        }
        if std::mem::take(&mut zero) {
            text.push('零');
        }
        if !(digit == 1 && unit == 10 && text.is_empty()) {
            text.push(numeral(digit));
        }
        text.push_str(name);
    }
    text
}

/// Digits read aloud one by one, with 幺 for 1 or without.
pub(crate) fn spelled(digits: &str, yao: bool) -> String {
    let name = |digit: char| match digit {
        '1' if yao => '幺',
        digit => numeral(u64::from(digit as u8 - b'0')),
    };
    digits.chars().map(name).collect()
}

fn numeral(digit: u64) -> char {
    "零一二三四五六七八九".chars().nth(digit as usize).unwrap()
}

/// An address: 三号楼二单元五零二.
pub(crate) fn address(random: &mut Lcg) -> Pair {
    let (building, entrance) = (random.between(1, 120), random.between(1, 6));
    let room = format!("{}{:02}", random.between(1, 33), random.between(1, 12));
    let tail = random.one_of(&["", "室"]);
    let number = random.one_of(&["号楼", "栋", "号院"]);
    (
        format!(
            "{}{number}{}单元{}{tail}",
            whole(building),
            whole(entrance),
            spelled(&room, random.below(2) == 0)
        ),
        format!("{building}{number}{entrance}单元{room}{tail}"),
    )
}

/// A street number, a floor, a bus.
pub(crate) fn label(random: &mut Lcg) -> Pair {
    match random.below(4) {
        0 => {
            let number = random.between(1, 400);
            (format!("迎宾街{}号", whole(number)), format!("迎宾街{number}号"))
        }
        1 => {
            let floor = random.between(1, 33);
            let (counter, after) = (random.one_of(&["楼", "层"]), random.one_of(&["的住户", "没水"]));
            (format!("{}{counter}{after}", whole(floor)), format!("{floor}{counter}{after}"))
        }
        2 => {
            let line = random.between(2, 960);
            (format!("坐{}路公交车", whole(line)), format!("坐{line}路公交车"))
        }
        _ => {
            let line = format!("{}{}", random.between(1, 9), random.digits(2));
            (format!("坐{}路公交车", spelled(&line, random.below(2) == 0)), format!("坐{line}路公交车"))
        }
    }
}

/// A telephone or identity number.
pub(crate) fn number_to_call(random: &mut Lcg) -> Pair {
    let yao = random.below(2) == 0;
    let mobile = format!("1{}{}", random.one_of(&["3", "5", "7", "8", "9"]), random.digits(9));
    match random.below(5) {
        0 => (spelled(&mobile, yao), mobile),
        1 => {
            let parts = [&mobile[..3], &mobile[3..7], &mobile[7..]];
            (parts.map(|part| spelled(part, yao)).join("，"), parts.join("，"))
        }
        2 => {
            let landline = format!("022{}{}", random.between(2, 9), random.digits(7));
            (spelled(&landline, yao), landline)
        }
        3 => {
            let identity = format!("1201{}19{}{}", random.digits(2), random.digits(2), random.digits(8));
            (spelled(&identity, yao), identity)
        }
        _ => {
            let tail = mobile[7..].to_owned();
            (format!("后四位是{}", spelled(&tail, true)), format!("后四位是{tail}"))
        }
    }
}

/// A time of day.
pub(crate) fn hour(random: &mut Lcg) -> Pair {
    let part = random.one_of(&["早上", "上午", "下午", "晚上", "昨天晚上", "每天早上"]);
    let (hour, minute) = (random.between(1, 12), random.between(1, 59));
    let said_hour = if hour == 2 { "两".to_owned() } else { whole(hour) };
    let zero = if minute < 10 { "零" } else { "" };
    match random.below(5) {
        0 => (format!("{part}{said_hour}点半"), format!("{part}{hour}:30")),
        1 => (format!("{part}{said_hour}点"), format!("{part}{hour}点")),
        2 => (format!("{part}{said_hour}点一刻"), format!("{part}{hour}:15")),
        3 => (format!("{part}{said_hour}点{zero}{}分", whole(minute)), format!("{part}{hour}:{minute:02}")),
        _ => {
            let minute = random.between(10, 59);
            (format!("{part}{said_hour}点{}", whole(minute)), format!("{part}{hour}:{minute}"))
        }
    }
}

/// A date, a span of time, an age.
pub(crate) fn day(random: &mut Lcg) -> Pair {
    let (month, day) = (random.between(1, 12), random.between(1, 31));
    match random.below(4) {
        0 => {
            let year = random.between(1_950, 2_030).to_string();
            let end = random.one_of(&["号", "日"]);
            (
                format!("{}年{}月{}{end}", spelled(&year, false), whole(month), whole(day)),
                format!("{year}年{month}月{day}{end}"),
            )
        }
        1 => (format!("{}月{}号", whole(month), whole(day)), format!("{month}月{day}号")),
        2 => {
            let (count, unit) =
                (random.between(2, 60), random.one_of(&["天", "个月", "年", "个小时", "分钟", "个工作日"]));
            let said = if count == 2 { "两".to_owned() } else { whole(count) };
            let after = random.one_of(&["以前", "了", "多"]);
            (format!("{said}{unit}{after}"), format!("{count}{unit}{after}"))
        }
        _ => {
            let age = random.between(2, 99);
            (format!("{}岁", whole(age)), format!("{age}岁"))
        }
    }
}

/// Money, a share, a decimal, a measure.
pub(crate) fn amount(random: &mut Lcg) -> Pair {
    let fraction_digits = random.between(1, 2) as usize;
    let fraction = random.digits(fraction_digits);
    match random.below(6) {
        0 => {
            let yuan = random.between(11, 99_999);
            let unit = random.one_of(&["块钱", "元", "块"]);
            let written =
                if yuan.is_multiple_of(10_000) { format!("{}万", yuan / 10_000) } else { yuan.to_string() };
            (format!("{}{unit}", whole(yuan)), format!("{written}{unit}"))
        }
        1 => {
            let (thousands, hundreds) = (random.between(1, 9), random.between(1, 9));
            (format!("{}千{}", whole(thousands), whole(hundreds)), format!("{thousands}{hundreds}00"))
        }
        2 => {
            let share = random.between(1, 99);
            (format!("百分之{}", whole(share)), format!("{share}%"))
        }
        3 => {
            let (part, of) = (random.between(1, 9), random.between(2, 10));
            (format!("{}分之{}", whole(of), whole(part)), format!("{part}/{of}"))
        }
        4 => {
            let (value, unit) = (random.between(0, 99), random.one_of(&["米", "公里", "平方米", "吨"]));
            (
                format!(
                    "{}点{}{unit}",
                    if value == 0 { "零".to_owned() } else { whole(value) },
                    spelled(&fraction, false)
                ),
                format!("{value}.{fraction}{unit}"),
            )
        }
        _ => {
            let (count, unit) =
                (random.between(11, 990), random.one_of(&["个人", "户", "平米", "度", "公斤", "棵树"]));
            (format!("{}{unit}", whole(count)), format!("{count}{unit}"))
        }
    }
}
