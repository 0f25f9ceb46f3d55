//! Chinese numerals: the digits, and whole numbers such as 三千五 (3500), 两万零三十 (20030), 一百零二 (102).

const WAN: u64 = 10_000;
const YI: u64 = 100_000_000;

/// The digit of a Chinese or Arabic numeral, said one by one.
pub(crate) fn digit(char: char) -> Option<char> {
    Some(match char {
        '0'..='9' => char,
        '零' | '〇' | '洞' => '0',
        '一' | '幺' | '壹' => '1',
        '二' | '两' | '贰' | '俩' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' | '拐' => '7',
        '八' | '捌' => '8',
        '九' | '玖' | '勾' => '9',
        _ => return None,
    })
}

/// Whether a character is written for nothing but a number: no 洞 of a door, no 拐 of a corner.
pub(crate) fn is_numeral(char: char) -> bool {
    !matches!(char, '洞' | '俩' | '拐' | '勾' | '陆' | '伍' | '玖' | '柒')
        && (digit(char).is_some() || matches!(char, '十' | '百' | '千' | '万' | '亿'))
}

/// The whole number that all of `chars` say together; nothing where they are digits said one by one, numbers
/// side by side (三四百, 十七八) or words (千万).
pub(crate) fn cardinal(chars: &[char]) -> Option<u64> {
    let (high, rest) = split(chars, '亿');
    let (middle, low) = split(rest, '万');
    let mut value = 0;
    let mut unit = None;
    for (section, size) in [(high, YI), (middle, WAN)] {
        if let Some(section) = section {
            value += if section == ['两'] { 2 } else { below_wan(section, false)? } * size;
            unit = Some(size);
        }
    }
    match (low, unit) {
        ([], Some(_)) => Some(value),
        // 两万三 is 23000; 两万零三 is 20003.
        ([one], Some(unit)) => Some(value + units(*one)? * (unit / 10)),
        (low, _) => Some(value + below_wan(low, unit.is_some())?),
    }
}

/// What stands before a unit, and what after it.
fn split(chars: &[char], unit: char) -> (Option<&[char]>, &[char]) {
    match chars.iter().position(|char| *char == unit) {
        Some(at) => (Some(&chars[..at]), &chars[at + 1..]),
        None => (None, chars),
    }
}

/// A number under ten thousand; `continued` where a larger unit stands before it.
fn below_wan(chars: &[char], continued: bool) -> Option<u64> {
    let mut value = 0;
    // The unit said last; a number goes from the larger to the smaller.
    let mut last = WAN;
    let mut zero = false;
    let mut at = 0;
    if chars.len() == 1 && !continued && chars[0] == '零' {
        return Some(0);
    }
    while let Some(char) = chars.get(at) {
        let next = chars.get(at + 1).and_then(|char| unit(*char));
        match (*char, next) {
            ('零' | '〇', _) if (at > 0 || continued) && !zero && at + 1 < chars.len() => {
                zero = true;
                at += 1;
            }
            // 十五, 一百十五, 一百零十五.
            ('十', _) if last > 10 && (at == 0 || last == 100 || zero) => {
                value += 10;
                (last, zero, at) = (10, false, at + 1);
            }
            (char, Some(unit)) if unit < last => {
                let count = if char == '两' && unit > 10 { 2 } else { units(char)? };
                value += count * unit;
                (last, zero, at) = (unit, false, at + 2);
            }
            (char, None) if at + 1 == chars.len() => {
                let ones = units(char)?;
                // 三千五 is 3500, 三千零五 is 3005, 二十五 is 25.
                let spoken_short = !zero && (100..WAN).contains(&last);
                if last == 1 {
                    return None;
                }
                value += if spoken_short { ones * (last / 10) } else { ones };
                (last, at) = (1, at + 1);
            }
            _ => return None,
        }
    }
    (last < WAN).then_some(value)
}

fn unit(char: char) -> Option<u64> {
    match char {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1_000),
        _ => None,
    }
}

/// 一 to 九.
fn units(char: char) -> Option<u64> {
    "一二三四五六七八九".chars().zip(1..).find(|(numeral, _)| *numeral == char).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<u64> {
        cardinal(&text.chars().collect::<Vec<_>>())
    }

    #[test]
    fn whole_numbers_as_people_say_them() {
        for (said, value) in [
            ("零", 0),
            ("五", 5),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("九十九", 99),
            ("一百", 100),
            ("一百零二", 102),
            ("一百二", 120),
            ("一百一十五", 115),
            ("一百十五", 115),
            ("两千", 2_000),
            ("三千五", 3_500),
            ("三千零五十", 3_050),
            ("三千零五", 3_005),
            ("一万", 10_000),
            ("两万三", 23_000),
            ("两万零三", 20_003),
            ("十二万八千", 128_000),
            ("一亿两千万", 120_000_000),
            ("三亿五", 350_000_000),
        ] {
            assert_eq!(read(said), Some(value), "{said}");
        }
    }

    #[test]
    fn words_and_numbers_side_by_side_are_no_number() {
        for said in
            ["千万", "百", "万一", "三四百", "十七八", "一百二三十", "五零二", "幺三", "二十二十一", "", "两"]
        {
            assert_eq!(read(said), None, "{said}");
        }
    }

    #[test]
    fn every_number_to_a_hundred_thousand_is_read_back() {
        for value in (1..12_000).chain((12_000..100_000).step_by(7)) {
            assert_eq!(read(&said(value)), Some(value), "{}", said(value));
        }
    }

    /// A number as it is read aloud.
    fn said(value: u64) -> String {
        let mut text = String::new();
        let mut zero = false;
        for (unit, name) in [(WAN, "万"), (1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
            let digit = value / unit % 10;
            if digit == 0 {
                zero = !text.is_empty();
                continue;
            }
            if std::mem::take(&mut zero) {
                text.push('零');
            }
            if !(digit == 1 && unit == 10 && text.is_empty()) {
                text.extend("零一二三四五六七八九".chars().nth(digit as usize));
            }
            text.push_str(name);
        }
        text
    }
}
