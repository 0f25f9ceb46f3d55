//! How long a draft takes: a call of 40 turns, folded whole after each final. Limit: 50 ms a final, so that
//! the ticket fills while the caller draws breath. And how long a turn takes to be written with digits.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/support/city.rs"]
mod city;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiesu::domain::{Call, CallId, Channel, SamplePosition, Turn, Word};

const TURNS: usize = 40;
const SAID: [&str; 8] = [
    "您好，滨海热线，请问有什么可以帮您。",
    "我在大港街道曙光里三号楼二单元，下水道堵了，污水都流到马路上，希望有关部门尽快处理。",
    "请问您贵姓，请留一下您的联系电话。",
    "我姓王，叫王建国，我的电话是幺三八二零零幺二三四五，不对，后四位是二三四六。",
    "好的王先生，您的电话是幺三八二零零幺二三四六，对吗？",
    "对，昨天晚上就这样了，物业不作为，电梯坏了也没人修，黄海路和洞庭路交口的路灯也不亮。",
    "需要为您保密吗？我们会在五个工作日内给您答复。",
    "不用，麻烦给我一个回复，什么时候能解决。",
];

fn turn(index: usize) -> Turn {
    let text = SAID[index % SAID.len()].to_owned();
    let start_ms = index as u64 * 6_000;
    let words = text.chars().enumerate().map(|(at, char)| Word {
        text: char.to_string(),
        start_sample: SamplePosition::from_ms(start_ms + at as u64 * 120),
        end_sample: SamplePosition::from_ms(start_ms + at as u64 * 120 + 120),
        biased: false,
    });
    let channel = if index.is_multiple_of(2) { Channel::Agent } else { Channel::Caller };
    let words = words.collect();
    Turn { words, ..city::said(CallId::new(), channel, start_ms, start_ms + 5_500, &text) }
}

fn draft(criterion: &mut Criterion) {
    let understanding = city::understanding();
    let call = Call { caller_number: "13820012345".to_owned(), ..city::call() };
    let turns: Vec<Turn> = (0..TURNS).map(turn).collect();
    criterion.bench_function("draft_of_40_turns (limit 50 ms)", |bencher| {
        bencher.iter(|| understanding.draft(black_box(&call), black_box(&turns)));
    });
}

fn normalise(criterion: &mut Criterion) {
    const TURN: &str = "我住三号楼二单元五零二，早上七点半停的水，电话是幺三八二零零幺二三四五，麻烦快点";
    assert_eq!(TURN.chars().count(), 40);
    let words = (TURN.chars().enumerate()).map(|(at, char)| Word {
        text: char.to_string(),
        start_sample: SamplePosition::from_ms(at as u64 * 120),
        end_sample: SamplePosition::from_ms(at as u64 * 120 + 120),
        biased: false,
    });
    let words: Vec<Word> = words.collect();
    criterion.bench_function("normalise_a_turn_of_40_characters (limit 100 µs)", |bencher| {
        bencher.iter(|| jiesu::speech::text::normalise(black_box(TURN), black_box(&words), "zh"));
    });
}

criterion_group!(benches, draft, normalise);
criterion_main!(benches);
