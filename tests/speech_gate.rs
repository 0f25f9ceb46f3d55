//! What never reaches the desk: an hour each of silence, ringing, dialled digits, music and noise gives no text; and
//! what must reach a recogniser: every word of the recorded calls, over music and noise too.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, missing_docs, dead_code)]

use jiesu::domain::{CallId, Channel, SamplePosition, TurnStatus};
use jiesu::speech::{FrontEnd, Piece, Speech};

#[path = "support/script.rs"]
mod script;
#[path = "support/sentences.rs"]
mod sentences;
#[path = "support/sound.rs"]
mod sound;
#[path = "support/wordless/mod.rs"]
mod wordless;

use script::{Script, fixtures};
use sound::Recording;
use wordless::{RATE, looped, music, noise, tones};

const MAX_SEGMENT_MS: u32 = 12_000;
const PACKET: usize = 160;
/// An hour. Unoptimised code is slow: there it is five minutes, an hour by `cargo nextest run --release --test
/// speech_gate`.
const HOUR_S: usize = if cfg!(debug_assertions) { 300 } else { 3_600 };
/// So many short segments of music or dialled digits may leave the gate in that time, most as a new sound begins.
const MOST_SEGMENTS: usize = if cfg!(debug_assertions) { 6 } else { 16 };
/// A word's edge may be missed by so much: the place of a word in a script is its sound's, down to 40 dB below it.
const EDGE_MS: u64 = 60;

/// The finals that a channel's front end gives.
fn finals(sound: impl IntoIterator<Item = i16>) -> Vec<Piece> {
    let (mut front, mut at, mut pieces) = (FrontEnd::new(MAX_SEGMENT_MS), 0, Vec::new());
    let (mut packet, mut sound) = (Vec::with_capacity(PACKET), sound.into_iter());
    loop {
        packet.clear();
        packet.extend(sound.by_ref().take(PACKET));
        if packet.is_empty() {
            break;
        }
        pieces.extend(front.hear(SamplePosition(at), &packet));
        at += packet.len() as u64;
    }
    pieces.extend(front.finish());
    pieces.retain(|piece| piece.is_final);
    pieces
}

/// Several sounds, played one after the other for an hour in all.
fn an_hour(sounds: &[Vec<i16>]) -> impl Iterator<Item = i16> {
    sounds.iter().flat_map(|sound| looped(sound, HOUR_S / sounds.len()))
}

/// The texts of an hour that the desk would show; and how many segments it took to none.
async fn shown(sounds: &[Vec<i16>]) -> (Vec<String>, usize) {
    let speech = Speech::start(sentences::bundled()).unwrap();
    let mut sound = an_hour(sounds);
    let packets = (0..).step_by(PACKET).map_while(|at| {
        let packet: Vec<i16> = sound.by_ref().take(PACKET).collect();
        (!packet.is_empty()).then_some((Channel::Caller, SamplePosition(at), packet))
    });
    let turns = speech.transcribe(CallId::new(), packets).await;
    assert!(turns.iter().all(|turn| turn.status != TurnStatus::Unrecognised), "{turns:?}");
    let shown = turns.into_iter().filter(|turn| turn.status == TurnStatus::Recognised).map(|turn| turn.text);
    (shown.collect(), finals(an_hour(sounds)).len())
}

#[test]
fn an_hour_of_silence_gives_nothing() {
    // Digital silence, and what A-law makes of it.
    assert_eq!(finals(an_hour(&[vec![0; RATE], vec![8, -8]])).len(), 0);
}

#[test]
fn an_hour_of_ringing_and_other_signals_gives_nothing() {
    let levels = [-19.0, -10.0, -30.0];
    let ringing = tones::RINGING.iter().zip(levels.iter().cycle());
    let signals = tones::SIGNALS.iter().zip(levels.iter().cycle());
    let mut sounds: Vec<_> = ringing.chain(signals).map(|(tone, db)| tones::cadence(tone, *db)).collect();
    sounds.push(tones::answering_modem(-15.0));
    assert_eq!(finals(an_hour(&sounds)).len(), 0);
}

#[tokio::test]
async fn an_hour_of_dialled_digits_gives_no_text() {
    let digits: Vec<_> = (0..12).map(|seed| tones::dtmf(100, seed)).collect();
    let (texts, segments) = shown(&digits).await;
    println!("{segments} segments");
    assert_eq!(texts, Vec::<String>::new());
    assert!(segments <= MOST_SEGMENTS, "{segments}");
}

#[tokio::test]
async fn an_hour_of_music_gives_no_text() {
    let kinds = music::KINDS.iter().zip(0..);
    let music: Vec<_> = kinds.map(|(kind, seed)| music::play(*kind, 100, -22.0, seed)).collect();
    let (texts, segments) = shown(&music).await;
    println!("{segments} segments");
    assert_eq!(texts, Vec::<String>::new());
    assert!(segments <= MOST_SEGMENTS, "{segments}");
}

#[test]
fn an_hour_of_noise_gives_nothing() {
    let levels = [-30.0, -22.0, -40.0];
    let kinds = noise::KINDS.iter().zip(0..).zip(levels.iter().cycle());
    let sounds: Vec<_> = kinds.map(|((kind, seed), db)| noise::make(*kind, 60, *db, seed)).collect();
    assert_eq!(finals(an_hour(&sounds)).len(), 0);
}

/// Sound over other sound that is softer by so many decibels, both measured where they sound.
fn over(sound: &[i16], bed: &[i16], softer_db: f32) -> Vec<i16> {
    let scale = level(sound) / level(bed) * wordless::gain(-softer_db);
    let pairs = sound.iter().zip(bed.iter().cycle());
    pairs.map(|(sound, bed)| (f32::from(*sound) + scale * f32::from(*bed)) as i16).collect()
}

/// RMS of the 20 ms pieces that are not silent.
fn level(sound: &[i16]) -> f32 {
    let square =
        |piece: &[i16]| piece.iter().map(|s| f32::from(*s).powi(2)).sum::<f32>() / piece.len() as f32;
    let loud: Vec<_> = sound.chunks(PACKET).map(square).filter(|mean| *mean > 1e4).collect();
    (loud.iter().sum::<f32>() / loud.len().max(1) as f32).sqrt()
}

/// The parts of a call's turns that lie outside all pieces: the call, where (ms), and how much of it (ms).
fn lost(id: &str, bed: Option<&[i16]>) -> Vec<(String, u64, u64)> {
    let (script, recording) = (Script::of(id), Recording::load(&fixtures().join(format!("{id}.wav"))));
    let mut lost = Vec::new();
    for channel in Channel::BOTH {
        let clean = recording.channel(channel);
        let pieces = finals(bed.map_or_else(|| clean.to_vec(), |bed| over(clean, bed, 15.0)));
        let heard = |ms: u64| pieces.iter().any(|p| (p.start.as_ms()..p.end.as_ms()).contains(&ms));
        let turns = script.turns.iter().filter(|turn| turn.channel == channel);
        for part in turns.flat_map(|turn| &turn.parts) {
            let missing = (part.start_ms..part.end_ms).filter(|ms| !heard(*ms)).count() as u64;
            if missing > EDGE_MS {
                lost.push((format!("{id} {channel:?}"), part.start_ms, missing));
            }
        }
    }
    lost
}

#[test]
fn every_word_of_the_recorded_calls_is_let_through() {
    for id in ["bus_suggestion", "elderly_elevator", "english_permit", "restaurant_fumes", "wage_arrears"] {
        assert_eq!(lost(id, None), []);
    }
}

#[test]
fn words_over_music_are_let_through() {
    let calls = ["confidential_report", "gas_smell", "praise_community", "elderly_elevator", "social_card"];
    for (kind, id) in
        [music::Kind::Waltz, music::Kind::Pads, music::Kind::Piano, music::Kind::Band, music::Kind::Drums]
            .into_iter()
            .zip(calls)
    {
        assert_eq!(lost(id, Some(&music::play(kind, 60, -24.0, 11))), [], "{kind:?}");
    }
}

#[test]
fn words_over_noise_are_let_through() {
    let calls = ["confidential_report", "gas_smell", "water_outage", "wage_arrears", "social_card"];
    for (kind, id) in
        [noise::Kind::Pink, noise::Kind::Street, noise::Kind::Hum, noise::Kind::Crackle, noise::Kind::Rain]
            .into_iter()
            .zip(calls)
    {
        assert_eq!(lost(id, Some(&noise::make(kind, 60, -28.0, 11))), [], "{kind:?}");
    }
}
