//! Chinese numbers written with digits. One pass from left to right over the runs of numerals: what a run says
//! (`numerals`) and what stands around it (`counters`, `clock`) decide; what is not clear stays as it was said,
//! approximations (三四个, 十几) too, as GB/T 15835-2011 has it.

use super::clock;
use super::context::Context;
use super::counters::{counts, is_counter, names_a_place};
use super::edits::Edit;
use crate::numerals::{DigitGroup, cardinal, digit};

const WAN: u64 = 10_000;
const YI: u64 = 100_000_000;

/// The edits that write a text's numbers with digits. `said` are its groups of digits, with whether they are long
/// numbers; `pauses` part what does not belong together.
pub(super) fn numbers(chars: &[char], said: Vec<(DigitGroup, bool)>, pauses: &[usize]) -> Vec<Edit> {
    let mut scan = Scan { context: Context::new(chars, pauses), edits: Vec::new() };
    let mut long = said.into_iter().filter(|(_, long)| *long).map(|(group, _)| group).peekable();
    let mut at = 0;
    while at < chars.len() {
        if let Some(group) = long.next_if(|group| group.start <= at) {
            if at < group.end {
                scan.write(group.start, group.end, group.digits);
                at = group.end;
            }
        } else if scan.context.is_numeral(at) {
            let end = scan.context.run_end(at);
            // A long number begins inside the run: 二十，138….
            let end = long.peek().map_or(end, |group| end.min(group.start.max(at + 1)));
            at = scan.run(at, end).max(at + 1);
        } else {
            at += 1;
        }
    }
    scan.edits
}

struct Scan<'a> {
    context: Context<'a>,
    edits: Vec<Edit>,
}

impl Scan<'_> {
    /// Writes what a run of numerals says, where it is clear; returns where to go on.
    fn run(&mut self, start: usize, end: usize) -> usize {
        // 三年零六个月: the nought only joins.
        if end == start + 2 && self.context.has(start, "零") && self.context.one_before(start, "年月天块元时")
        {
            return start + 1;
        }
        if let Some(after) = self.weekday(start, end) {
            return after;
        }
        if self.context.one_before(start, "第几数") || names_a_place(&self.context, end) {
            return end;
        }
        if let Some(after) = self.part_of_a_whole(start, end) {
            return after;
        }
        if let Some(hour) = clock::hour(&self.context, start, end) {
            if let Some(written) = hour.written {
                self.write(start, hour.end, written);
            }
            return hour.end;
        }
        if let Some(after) = self.decimal(start, end).or_else(|| self.price(start, end)) {
            return after;
        }
        if let Some(written) = number(&self.context.chars[start..end])
            && self.is_written(start, end)
        {
            self.write(start, end, written);
        }
        end
    }

    /// 周一, 星期三: a day's name; 周二十点 is ten on Tuesday, 周一三五 three days.
    fn weekday(&self, start: usize, end: usize) -> Option<usize> {
        let context = &self.context;
        let named = context.any_before(start, &["周", "星期", "礼拜"])
            && !context.any_before(start, &["个星期", "个礼拜"])
            && !context.one_before(start - 1, "一二两三四五六七八九十0123456789");
        let days = "一二三四五六";
        if !named || !context.one_of(start, days) || context.one_of(start + 1, "百千万") {
            return None;
        }
        let all = context.chars[start..end].iter().all(|char| days.contains(*char));
        Some(if all && !context.has(end, "点") { end } else { start + 1 })
    }

    /// 百分之二十, 千分之三, 三分之一.
    fn part_of_a_whole(&mut self, start: usize, end: usize) -> Option<usize> {
        if !self.context.has(end, "分之") {
            return None;
        }
        let part = end + 2;
        if !self.context.is_numeral(part) {
            return Some(end);
        }
        let part_end = self.context.run_end(part);
        let (numerator, after) = match self.decimal_at(part, part_end) {
            Some((written, after)) => (written, after),
            None => match &self.context.chars[part..part_end] {
                ['百'] => ("100".to_owned(), part_end),
                chars => (number(chars)?, part_end),
            },
        };
        let sign = match &self.context.chars[start..end] {
            ['百'] => "%",
            ['千'] => "‰",
            whole => {
                let whole = cardinal(whole).filter(|whole| (2..=1_000).contains(whole))?;
                self.write(start, after, format!("{numerator}/{whole}"));
                return Some(after);
            }
        };
        self.write(start, after, format!("{numerator}{sign}"));
        // 百分之二十到三十: of the same whole.
        let upper = after + 1;
        if self.context.one_of(after, "到至") && self.context.is_numeral(upper) {
            let upper_end = self.context.run_end(upper);
            let written = number(&self.context.chars[upper..upper_end]);
            if let Some(written) = written.filter(|_| !is_counter(&self.context, upper_end)) {
                self.write(upper, upper_end, format!("{written}{sign}"));
                return Some(upper_end);
            }
        }
        Some(after)
    }

    /// 三点五, 零点五, 三点五万.
    fn decimal(&mut self, start: usize, end: usize) -> Option<usize> {
        let (written, after) = self.decimal_at(start, end)?;
        self.write(start, after, written);
        Some(after)
    }

    fn decimal_at(&self, start: usize, end: usize) -> Option<(String, usize)> {
        let context = &self.context;
        let fraction = end + 1;
        if !context.has(end, "点") || !context.is_numeral(fraction) {
            return None;
        }
        let run_end = context.run_end(fraction);
        let run = &context.chars[fraction..run_end];
        let digits: String = run.iter().map_while(|char| plain_digit(*char)).collect();
        let length = digits.chars().count();
        // 三点五万: what is left is one unit, which stays.
        let unit = matches!(&run[length..], [] | ['万' | '亿' | '千' | '百']);
        // 两点一个是…: two points, and one of them.
        let points = length == 1 && context.one_of(run_end, "个是");
        // 三点十月: no number goes with a date.
        let date = context.one_of(run_end, "月号日点年");
        if length == 0 || !unit || date || points && run == ['一'] {
            return None;
        }
        let whole = number(&context.chars[start..end])?;
        Some((format!("{whole}.{digits}"), fraction + length))
    }

    /// 三块五, 一米七五, 三十七度五: digits after the measure are parts of it.
    fn price(&mut self, start: usize, end: usize) -> Option<usize> {
        const MOST_DIGITS: usize = 2;
        let (context, parts) = (&self.context, end + 1);
        if !context.one_of(end, "块米度") || !context.is_numeral(parts) {
            return None;
        }
        let parts_end = context.run_end(parts);
        // 两块二一平米: 二, and for each one.
        let each = parts_end == parts + 2 && context.has(parts + 1, "一") && is_counter(context, parts_end);
        let (parts_end, after) = if each { (parts + 1, parts_end) } else { (parts_end, parts_end) };
        let run = &context.chars[parts..parts_end];
        let digits: String = run.iter().filter_map(|char| plain_digit(*char)).collect();
        let counts = !each && is_counter(context, parts_end) && !context.has(parts_end, "毛");
        if run.len() > MOST_DIGITS || digits.len() != run.len() || counts {
            return None;
        }
        let whole = number(&context.chars[start..end])?;
        self.write(start, end, whole);
        self.write(parts, parts_end, digits);
        Some(after)
    }

    /// Whether a run that says a number is written with digits here.
    fn is_written(&self, start: usize, end: usize) -> bool {
        let context = &self.context;
        let run = &context.chars[start..end];
        if run.iter().all(char::is_ascii_digit) || context.one_of(end, "几") {
            return false;
        }
        match run {
            [_] => counts(context, start, end) || self.is_labelled(start, end),
            // The first of October, and a shopping day in November.
            ['十', '一'] => is_counter(context, end),
            _ if run.iter().all(|char| plain_digit(*char).is_some()) => self.is_digit_string(start, end),
            // 正月十五: a day of the moon's year.
            _ => !context.any_before(start, &["正月", "腊月", "初"]),
        }
    }

    /// 三排五号, 差五分八点, 五组 of a village.
    fn is_labelled(&self, start: usize, end: usize) -> bool {
        let context = &self.context;
        context.one_of(end, "排区") && context.is_numeral(end + 1)
            || context.one_of(end, "组队") && context.one_before(start, "村庄")
            || context.has(end, "分") && context.one_before(start, "差")
            || context.has(end, "分")
                && context.is_numeral(end + 1)
                && context.has(context.run_end(end + 1), "秒")
    }

    /// Whether digits one after another are a number: 五零二 is, 三五 (a few) and 八一路 are not.
    fn is_digit_string(&self, start: usize, end: usize) -> bool {
        let context = &self.context;
        let run = &context.chars[start..end];
        let value = |char: &char| plain_digit(*char).and_then(|digit| digit.to_digit(10));
        let rising = run.windows(2).all(|pair| value(&pair[0]).map(|one| one + 1) == value(&pair[1]));
        if run.len() > 2 {
            // 一二三层: the first, the second and the third.
            return !(rising && is_counter(context, end));
        }
        let spelled = run.iter().any(|char| matches!(char, '零' | '〇' | '幺' | '洞' | '0'..='9'));
        let year = context.has(end, "年") && !rising && !context.one_of(end + 1, "级");
        let tail = context.any_before(start, &["尾号", "尾号是", "位是", "位"]) && !is_counter(context, end);
        spelled || year || tail
    }

    fn write(&mut self, start: usize, end: usize, text: String) {
        let same = self.context.chars[start..end].iter().copied().eq(text.chars());
        if !same {
            self.edits.push(Edit { start, end, text });
        }
    }
}

/// What a run of numerals says, as it is written: 三千五百 is 3500, 三十万 is 30万, 五零二 is 502.
fn number(run: &[char]) -> Option<String> {
    match run {
        ['两'] => return Some("2".to_owned()),
        _ if run.iter().all(|char| plain_digit(*char).is_some()) => {
            return Some(run.iter().filter_map(|char| plain_digit(*char)).collect());
        }
        _ => {}
    }
    let value = cardinal(run)?;
    let whole_wan = value % WAN == 0 && value >= WAN;
    Some(match (value / YI, value % YI / WAN) {
        (0, wan) if whole_wan => format!("{wan}万"),
        (yi, 0) if whole_wan => format!("{yi}亿"),
        (yi, wan) if whole_wan => format!("{yi}亿{wan}万"),
        _ => value.to_string(),
    })
}

/// A digit of a number said digit by digit; 两 is said of things.
fn plain_digit(char: char) -> Option<char> {
    digit(char).filter(|_| !matches!(char, '两' | '俩'))
}
