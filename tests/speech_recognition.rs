//! The bundled recogniser on its own kind of sentence, through the whole path: telephone sound in, turns out, by
//! the real `jiesu recognise`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/sentences.rs"]
mod sentences;

use jiesu::audio::resample::Upsampler;
use jiesu::domain::{CallId, Channel, SamplePosition, Turn, TurnEvent, TurnStatus};
use jiesu::eval::align::{Errors, align};
use jiesu::speech::manifest::Manifest;
use jiesu::speech::protocol::{RequestKind, Transcript};
use jiesu::speech::text::normalise;
use jiesu::speech::whisper::Whisper;
use jiesu::speech::{LanguageChoice, Speech};

/// Characters wrong among those said. On these six held-out sentences it is .086 (11 of 128); the bar leaves
/// room for another CPU's rounding, not for another model.
const MOST_ERRORS: f64 = 0.12;
/// Samples of an RTP packet.
const PACKET: usize = 160;

fn packets(channel: Channel, from: usize, pcm: &[i16]) -> Vec<(Channel, SamplePosition, Vec<i16>)> {
    let place = |index: usize| SamplePosition((from + index * PACKET) as u64);
    pcm.chunks(PACKET).enumerate().map(|(index, chunk)| (channel, place(index), chunk.to_vec())).collect()
}

#[tokio::test]
async fn its_own_sentences_are_recognised_within_the_stated_error_rate() {
    let speech = Speech::start(sentences::bundled()).unwrap();
    let (mut errors, mut characters) = (0, 0);
    for sentence in sentences::sentences() {
        let turns = speech.transcribe(CallId::new(), packets(Channel::Caller, 0, &sentence.pcm_8k)).await;
        assert!(turns.iter().all(|turn| turn.status == TurnStatus::Recognised), "{turns:?}");
        let heard: String = turns.iter().map(|turn| turn.text.as_str()).collect();
        println!("{} | {heard}", sentence.text);
        // As it is shown: numbers with digits.
        let said = normalise(&sentence.text, &[], "zh").text;
        errors += Errors::of(&align(&letters(&said), &letters(&heard))).wrong;
        characters += letters(&said).len();
        for turn in &turns {
            check_words(turn, sentence.pcm_8k.len() as u64);
        }
    }
    let rate = errors as f64 / characters as f64;
    println!("character error rate {rate:.3} ({errors} of {characters})");
    assert!(rate <= MOST_ERRORS, "character error rate {rate:.3}");
}

#[test]
fn a_search_finds_what_is_likelier_as_a_whole() {
    let manifest = Manifest::read(&sentences::root().join("models")).unwrap();
    let model = manifest.model("demo").unwrap();
    let load = || Whisper::load(&model.path, model.entry.audio_ctx, &model.entry.languages).unwrap();
    let (mut greedy, mut searching) = (load(), load().with_beams(5));
    let mut reworded = 0;
    for sentence in sentences::sentences() {
        let mut pcm_16k = Vec::new();
        Upsampler::default().push(&sentence.pcm_8k, &mut pcm_16k);
        let hear =
            |whisper: &mut Whisper| whisper.transcribe(&pcm_16k, RequestKind::Final, Some("zh")).unwrap();
        let (first, found) = (hear(&mut greedy), hear(&mut searching));
        let likely = |heard: &Transcript| heard.mean_log_probability.unwrap();
        println!("{} {:.3} | {} {:.3}", first.text, likely(&first), found.text, likely(&found));
        assert!(found.text == first.text || likely(&found) > likely(&first));
        reworded += usize::from(found.text != first.text);
    }
    assert!(reworded > 0, "it changed nothing");
}

#[tokio::test]
async fn a_live_call_has_partials_and_then_finals_of_the_same_turns() {
    let speech = Speech::start(sentences::bundled()).unwrap();
    let (mut ears, mut events) = speech.open(CallId::new(), LanguageChoice::Fixed("zh".to_owned()));
    let said = sentences::sentences();
    let mut partials = std::collections::HashMap::new();
    let mut finals: Vec<Turn> = Vec::new();
    let mut take = |event| match event {
        TurnEvent::Partial(partial) => {
            assert!(finals.iter().all(|turn| turn.id != partial.turn_id), "a partial after its final");
            partials.insert(partial.turn_id, partial);
        }
        TurnEvent::Final(turn) => finals.push(turn),
        TurnEvent::Language(language) => panic!("{language} was given"),
    };
    let mut at = 0;
    for (channel, sentence) in [(Channel::Caller, &said[0]), (Channel::Agent, &said[3])] {
        // Words come while the sentence is still being said: it goes on only after they have come.
        let half = sentence.pcm_8k.len() / 2;
        let (begin, rest) = sentence.pcm_8k.split_at(half / PACKET * PACKET);
        for (channel, start, pcm) in packets(channel, at, begin) {
            ears.push(channel, start, &pcm);
        }
        take(events.recv().await.unwrap());
        at += begin.len();
        let rest = [rest, &[0; 8_000]].concat();
        for (channel, start, pcm) in packets(channel, at, &rest) {
            ears.push(channel, start, &pcm);
        }
        at += rest.len();
    }
    drop(ears);
    while let Some(event) = events.recv().await {
        take(event);
    }
    finals.sort_by_key(|turn| turn.start_sample);
    // On a machine so busy that the second half is late, a sentence may become two turns.
    let mut channels: Vec<_> = finals.iter().map(|turn| turn.channel).collect();
    channels.dedup();
    assert_eq!(channels, [Channel::Caller, Channel::Agent], "{finals:?}");
    assert!(!partials.is_empty());
    for partial in partials.values() {
        let turn =
            finals.iter().find(|turn| turn.id == partial.turn_id).expect("a final of the partial's turn");
        assert_eq!((partial.channel, partial.start_sample), (turn.channel, turn.start_sample));
    }
}

/// Words lie in order within their turn, and the turn within the sound.
fn check_words(turn: &Turn, samples: u64) {
    let joined: String = turn.words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(joined, turn.text);
    let mut at = turn.start_sample;
    for word in &turn.words {
        assert!(at <= word.start_sample && word.start_sample <= word.end_sample, "{turn:?}");
        at = word.end_sample;
    }
    assert!(at <= turn.end_sample && turn.end_sample.0 <= samples, "{turn:?}");
}

fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|character| character.is_alphanumeric()).collect()
}
