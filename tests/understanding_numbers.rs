//! Telephone numbers as people say them: by the digit, in groups, doubled, over several turns, corrected.
//! Numbers are made by a fixed generator, so that a failure names the sentence.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/city.rs"]
mod city;

use jiesu::domain::{CallId, Channel, FieldKey, Turn};
use jiesu::understanding::Understanding;

/// A small generator of our own: the same numbers on every machine.
struct Lcg(u64);

impl Lcg {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    fn mobile(&mut self) -> String {
        let second = ["3", "5", "7", "8", "9"][self.next(5)];
        let rest: String = (0..9).map(|_| char::from(b'0' + self.next(10) as u8)).collect();
        format!("1{second}{rest}")
    }

    /// The number with one digit changed, at or after `from`.
    fn misheard(&mut self, number: &str, from: usize) -> String {
        let at = from + self.next(number.len() - from);
        let mut digits = number.as_bytes().to_vec();
        digits[at] = b'0' + (digits[at] - b'0' + 1 + self.next(8) as u8) % 10;
        String::from_utf8(digits).unwrap()
    }
}

fn chinese(digits: &str) -> String {
    digits
        .chars()
        .map(|digit| "零幺二三四五六七八九".chars().nth(digit as usize - '0' as usize).unwrap())
        .collect()
}

fn chinese_yi(digits: &str) -> String {
    chinese(digits).replace('幺', "一")
}

fn full_width(digits: &str) -> String {
    digits.chars().map(|digit| char::from_u32(digit as u32 + 0xfee0).unwrap()).collect()
}

fn english(digits: &str, doubled: bool) -> String {
    const NAMES: [&str; 10] =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let digits = digits.as_bytes();
    let mut words: Vec<String> = Vec::new();
    let mut at = 0;
    while at < digits.len() {
        let name = NAMES[(digits[at] - b'0') as usize];
        let run = digits[at..].iter().take_while(|digit| **digit == digits[at]).count();
        match run {
            3.. if doubled => words.push(format!("triple {name}")),
            2 if doubled => words.push(format!("double {name}")),
            _ => words.push(name.to_owned()),
        }
        at += if doubled { run.min(3) } else { 1 };
    }
    words.join(" ")
}

struct Case {
    lines: Vec<String>,
    expected: String,
}

fn case(expected: &str, lines: &[String]) -> Case {
    Case { lines: lines.to_vec(), expected: expected.to_owned() }
}

/// Every way of saying one number.
fn ways(random: &mut Lcg, n: &str) -> Vec<Case> {
    let (a, b, c) = (&n[..3], &n[3..7], &n[7..]);
    let zh = chinese(n);
    let other = random.mobile();
    let slip = random.misheard(n, 3);
    let tail_slip = random.misheard(n, 7);
    let s = |text: &str| text.to_owned();
    vec![
        case(n, &[format!("C我的电话是{zh}。")]),
        case(n, &[format!("C我姓王我的电话是{}麻烦您记一下", chinese_yi(n))]),
        case(n, &[format!("C手机号{n}")]),
        case(n, &[format!("C{}，{}，{}。", chinese(a), chinese(b), chinese(c))]),
        case(n, &[format!("C电话{}", full_width(n))]),
        case(n, &[format!("C{} 嗯 {} 那个 {}", chinese(a), chinese(b), chinese(c))]),
        case(
            n,
            &[
                s("A请留一下您的联系电话"),
                format!("C{}", chinese(a)),
                s("A嗯"),
                format!("C{}", chinese(b)),
                format!("A{}", chinese(b)),
                format!("C{}。", chinese(c)),
            ],
        ),
        case(n, &[format!("C我的电话是{}，不对，是{zh}。", chinese(&slip))]),
        case(n, &[format!("C我的电话是{}，说错了，应该是{zh}。", chinese(&other))]),
        case(n, &[format!("C电话是{}。", chinese(&tail_slip)), format!("C不对，后四位是{}。", chinese(c))]),
        case(n, &[format!("C电话是{}，尾号是{}。", chinese(&tail_slip), chinese(c))]),
        case(
            n,
            &[
                format!("C我的电话是{zh}。"),
                format!("A{}，对吗？", chinese(&slip)),
                format!("C不对，是{zh}。"),
            ],
        ),
        case(
            n,
            &[format!("C我的电话是{}。", chinese(&slip)), format!("A您的电话是{zh}，对吗？"), s("C对对。")],
        ),
        case(n, &[format!("C我的电话是{zh}。"), format!("A您的电话是{zh}，对吗？"), s("C对。")]),
        case(n, &[format!("C我的电话是{}，不对，{zh}。", chinese(&n[..6]))]),
        case(n, &[format!("C我住三号楼二单元五零二，电话{zh}。")]),
        case(n, &[format!("Cmy phone number is {}.", english(n, false))]),
        case(n, &[format!("Cit's {}, {}, {}", english(a, true), english(b, true), english(c, true))]),
        case(n, &[format!("CMy number is {}, no, sorry, {}.", english(&slip, true), english(n, true))]),
        case(
            n,
            &[
                format!("CMy number is {}.", english(&tail_slip, false)),
                format!("CSorry, the last four are {}.", english(c, false)),
            ],
        ),
        case(n, &[format!("CYou can reach me at +86 {a} {b} {c}.")]),
    ]
}

fn turns(lines: &[String]) -> Vec<Turn> {
    (lines.iter().enumerate())
        .map(|(index, line)| {
            let channel = if line.starts_with('C') { Channel::Caller } else { Channel::Agent };
            let start_ms = index as u64 * 3_000;
            city::said(CallId::new(), channel, start_ms, start_ms + 2_500, &line[1..])
        })
        .collect()
}

fn heard(understanding: &Understanding, lines: &[String]) -> String {
    let said = turns(lines);
    let written: Vec<Turn> = said.iter().cloned().map(city::written).collect();
    let [said, written] = [said, written].map(|turns| {
        let draft = understanding.draft(&city::call(), &turns);
        draft.fields.get(&FieldKey::Phone).map_or_else(String::new, |field| field.value.clone())
    });
    if said == written { said } else { format!("{said} as said, {written} as written") }
}

#[test]
fn spoken_mobile_numbers_are_written_as_digits() {
    let understanding = city::understanding();
    let mut random = Lcg(2_026);
    let cases: Vec<Case> = (0..60)
        .flat_map(|_| {
            let number = random.mobile();
            ways(&mut random, &number)
        })
        .collect();
    assert!(cases.len() >= 1_000);
    let wrong: Vec<String> = (cases.iter())
        .filter_map(|case| {
            let value = heard(&understanding, &case.lines);
            (value != case.expected)
                .then(|| format!("{value:?}, not {} from {:?}", case.expected, case.lines))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} wrong:\n{}",
        wrong.len(),
        cases.len(),
        wrong[..wrong.len().min(12)].join("\n")
    );
}

#[test]
fn digits_that_are_no_telephone_number_are_left_alone() {
    let understanding = city::understanding();
    for line in [
        "C我住三号楼二单元五零二",
        "C家里只有十五度",
        "C二零二六年十一月二十二号就反映过",
        "C我要打幺二三四五",
        "C身份证号幺二零幺零二幺九八五零三幺二零零幺八",
        "C电话是幺三八二零零幺",
        "C老板的电话是幺三八二零零幺二三四五",
        "A您可以拨打幺三八二零零幺二三四五",
        "CMy flat is number five hundred and two",
    ] {
        assert_eq!(heard(&understanding, &[line.to_owned()]), "", "{line}");
    }
}

#[test]
fn other_numbers_people_are_called_on() {
    let understanding = city::understanding();
    for (lines, expected) in [
        (vec!["C座机零二二六六二二三三四四"], "02266223344"),
        (vec!["A您的联系电话", "C六六二二三三四四"], "66223344"),
        (vec!["C幺三八三个八幺二三四五"], "13888812345"),
        (vec!["C电话要三八二零零要二三四五"], ""),
        (vec!["C电话幺三八二零零要二三四五"], "13820012345"),
        (vec!["C电话是幺三八二零零幺二三四五", "C不是四五，是五四"], "13820012354"),
        (vec!["C电话是幺三八二零零幺二三四五，对不对，我再说一遍，幺三八二零零幺二三四五"], "13820012345"),
        (vec!["Cmy phone is one three eight, eight hundred, one two three four five"], "13880012345"),
    ] {
        let lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
        assert_eq!(heard(&understanding, &lines), expected, "{lines:?}");
    }
}
