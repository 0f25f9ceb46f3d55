#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;

use super::*;
use crate::speech::words;

/// Each character takes a quarter of a second.
const CHARACTER: u64 = 250 * MS;

/// A turn that began one second into the recording and has lasted so long, with these pauses (from, length).
fn turn(length: u64, pauses: &[(u64, u64)]) -> Utterance {
    let start = 8_000;
    let mut voiced = Vec::new();
    let mut from = start;
    for (at, pause) in pauses {
        voiced.push(SamplePosition(from)..SamplePosition(start + at));
        from = start + at + pause;
    }
    voiced.push(SamplePosition(from)..SamplePosition(start + length));
    let pcm_16k = (0..2 * length).map(|sample| (sample % 30_000) as i16).collect();
    Utterance {
        turn_id: TurnId::new(),
        start: SamplePosition(start),
        end: SamplePosition(start + length),
        pcm_16k,
        voiced,
    }
}

fn chinese(count: u64) -> String {
    (0..count)
        .map(|n| char::from_u32(0x4e00 + n as u32).unwrap())
        .filter(|c| !"一丁七万".contains(*c))
        .collect()
}

/// A turn of which the first `characters` have been committed.
fn committed(turn: &Utterance, characters: u64) -> SoFar {
    let mut so_far = SoFar::of(turn);
    let length = characters * CHARACTER;
    let text = chinese(characters);
    for longer in [0, MS] {
        let sound = Utterance {
            end: SamplePosition(turn.start.0 + length + longer),
            voiced: vec![turn.start..SamplePosition(turn.start.0 + length)],
            ..turn.clone()
        };
        so_far.hear(Channel::Caller, &sound, &words::spread(&text, &sound.voiced));
    }
    so_far
}

#[test]
fn a_short_turn_is_recognised_whole() {
    let turn = turn(WHOLE, &[(8_000, 4_000)]);
    assert_eq!(committed(&turn, 8).tail(turn.clone(), 2_000), turn);
}

#[test]
fn a_long_turn_is_recognised_from_its_last_committed_words_on() {
    let turn = turn(12_000 * MS, &[]);
    let so_far = committed(&turn, 32);
    let tail = so_far.tail(turn.clone(), 0);
    assert_eq!(so_far.text().chars().count(), 28, "the numerals are left out of the text");
    assert_eq!(tail.start, so_far.agreement.committed_before(OVERLAP_LETTERS).unwrap());
    let length = tail.end.0 - tail.start.0;
    assert!((4_000 * MS..=LONGEST_TAIL).contains(&length), "{length}");
    assert_eq!(tail.pcm_16k.len() as u64, 2 * length);
    assert_eq!(tail.pcm_16k[0], turn.pcm_16k[2 * (tail.start.0 - turn.start.0) as usize]);
    assert_eq!(tail.voiced, [tail.start..tail.end]);
}

#[test]
fn where_nothing_is_committed_the_last_seconds_are_recognised() {
    let turn = turn(12_000 * MS, &[]);
    let tail = SoFar::of(&turn).tail(turn, 0);
    assert_eq!(tail.end.0 - tail.start.0, LONGEST_TAIL);
}

#[test]
fn a_tail_is_never_shorter_than_the_recogniser_can_use() {
    let turn = turn(10_000 * MS, &[]);
    let length = |shortest_ms| {
        let tail = committed(&turn, 40).tail(turn.clone(), shortest_ms);
        tail.end.0 - tail.start.0
    };
    assert_eq!(length(0), SHORTEST_TAIL);
    assert_eq!(length(4_000), 4_000 * MS);
    assert_eq!(length(60_000), 10_000 * MS, "all there is");
}

#[test]
fn the_sound_is_cut_in_a_pause_where_there_is_one_just_before() {
    let turn = turn(10_000 * MS, &[(7_000 * MS, 400 * MS)]);
    let tail = committed(&turn, 40).tail(turn.clone(), 0);
    assert_eq!(tail.start.0, turn.start.0 + 7_200 * MS);
    assert_eq!(tail.voiced, [SamplePosition(turn.start.0 + 7_400 * MS)..turn.end]);
}

#[test]
fn a_partial_has_the_turns_own_place_and_one_without_words_is_none() {
    let turn = turn(10_000 * MS, &[]);
    let mut so_far = committed(&turn, 20);
    let tail = so_far.tail(turn.clone(), 0);
    let partial = so_far.hear(Channel::Caller, &tail, &words::spread("路灯", &tail.voiced)).unwrap();
    assert_eq!((partial.turn_id, partial.start_sample), (turn.turn_id, turn.start));
    assert!(SoFar::of(&turn).hear(Channel::Caller, &turn, &[]).is_none());
}

proptest! {
    // Whatever the pace of the passes and of the speech: a recogniser that hears every whole character in its sound
    // makes partials that are what was said so far.
    #[test]
    fn partials_of_a_long_turn_say_all_that_was_said(
        step_ms in 300_u64..2_000, character_ms in 120_u64..500, pause_every in 2_u64..12,
    ) {
        let text: Vec<char> = chinese(200).chars().collect();
        let (start, pause) = (8_000, 160 * MS);
        // Where each character begins and ends: a pause after so many.
        let place = |n: u64| start + n * character_ms * MS + n / pause_every * pause;
        let ends = |n: u64| place(n) + character_ms * MS;
        let whole = turn(20_000 * MS, &[]);
        let mut so_far = SoFar::of(&whole);
        let mut to = start + step_ms * MS;
        while to < start + 20_000 * MS {
            let said: Vec<u64> = (0..text.len() as u64).filter(|n| ends(*n) <= to).collect();
            let runs = said.chunk_by(|a, b| ends(*a) == place(*b));
            let voiced = runs.map(|run| SamplePosition(place(run[0]))..SamplePosition(ends(run[run.len() - 1])));
            let now = Utterance {
                end: SamplePosition(to),
                pcm_16k: whole.pcm_16k[..2 * (to - start) as usize].to_vec(),
                voiced: voiced.collect(),
                ..whole.clone()
            };
            let sound = so_far.tail(now, 0);
            prop_assert!(sound.end.0 - sound.start.0 <= LONGEST_TAIL.max(WHOLE));
            let words: Vec<_> = said.iter().filter(|n| place(**n) >= sound.start.0).map(|n| Word {
                text: text[*n as usize].to_string(),
                start_sample: SamplePosition(place(*n)),
                end_sample: SamplePosition(ends(*n)),
                biased: false,
            }).collect();
            if so_far.hear(Channel::Caller, &sound, &words).is_some() {
                prop_assert_eq!(so_far.text(), text[..said.len()].iter().collect::<String>());
            }
            to += step_ms * MS;
        }
    }
}
