//! Names of the city under the real model: with names that were not said a text stays what it was, and names that
//! sound like what is said do not bring in another's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/city.rs"]
mod city;
#[path = "support/sentences.rs"]
mod sentences;

use jiesu::audio::resample::Upsampler;
use jiesu::domain::{CallId, Channel, SamplePosition};
use jiesu::eval::align::{Errors, align};
use jiesu::speech::NameIndex;
use jiesu::speech::manifest::Manifest;
use jiesu::speech::protocol::{MAX_BIAS_NAMES, RequestHeader, RequestKind, Transcript};
use jiesu::speech::recogniser::Recogniser;
use jiesu::speech::whisper::Whisper;

fn bundled() -> Whisper {
    let model = Manifest::read(&sentences::root().join("models")).unwrap().model("demo").unwrap();
    Whisper::load(&model.path, model.entry.audio_ctx, &model.entry.languages).unwrap()
}

fn heard(whisper: &mut Whisper, pcm_8k: &[i16], names: &[String]) -> Transcript {
    let mut pcm_16k = Vec::new();
    Upsampler::default().push(pcm_8k, &mut pcm_16k);
    let header = RequestHeader {
        id: 1,
        call_id: CallId::new(),
        channel: Channel::Caller,
        kind: RequestKind::Final,
        start_sample: SamplePosition(0),
        end_sample: SamplePosition(pcm_8k.len() as u64),
        language: Some("zh".to_owned()),
        bias: names.to_vec(),
    };
    whisper.recognise(&header, &pcm_16k).unwrap()
}

fn all_names() -> Vec<String> {
    let names: Vec<String> = city::understanding().place_names().map(str::to_owned).collect();
    names.into_iter().filter(|name| !name.is_ascii()).collect()
}

/// Forty names at a time, all the city's: those in the text and those that are not.
#[test]
fn names_that_were_not_said_do_not_appear() {
    let mut whisper = bundled();
    let names = all_names();
    let mut changed = 0;
    for sentence in sentences::sentences() {
        let alone = heard(&mut whisper, &sentence.pcm_8k, &[]);
        for forty in names.chunks(MAX_BIAS_NAMES) {
            let with = heard(&mut whisper, &sentence.pcm_8k, forty);
            for name in forty.iter().filter(|name| with.text.contains(name.as_str())) {
                let said = sentence.text.contains(name.as_str()) || alone.text.contains(name.as_str());
                assert!(said, "{name} is in `{}`, and `{}` was said", with.text, sentence.text);
            }
            changed += usize::from(with.text != alone.text);
        }
    }
    println!("{changed} texts changed");
}

/// What the service does: names are picked by the sound of the first text.
#[test]
fn picked_names_leave_no_sentence_worse() {
    let mut whisper = bundled();
    let index = NameIndex::new(all_names());
    for sentence in sentences::sentences() {
        let alone = heard(&mut whisper, &sentence.pcm_8k, &[]);
        let picked = index.pick(&alone.text);
        let with = heard(&mut whisper, &sentence.pcm_8k, &picked);
        println!("{} | {} | {picked:?} | {}", sentence.text, alone.text, with.text);
        let wrong = |text: &str| Errors::of(&align(&letters(&sentence.text), &letters(text))).wrong;
        assert!(wrong(&with.text) <= wrong(&alone.text), "{} became {}", alone.text, with.text);
        if with.text == alone.text {
            assert!(with.words.iter().all(|word| !word.biased), "nothing was changed: {:?}", with.words);
        }
    }
}

/// A name like the one that was said is the model's own choice to make: offered alone, it does not replace it.
#[test]
fn a_name_that_only_resembles_what_was_said_does_not_replace_it() {
    let mut whisper = bundled();
    let names = all_names();
    for sentence in sentences::sentences() {
        let alone = heard(&mut whisper, &sentence.pcm_8k, &[]);
        for said in names.iter().filter(|name| alone.text.contains(name.as_str())) {
            // The same beginning, another end; and the same end, another beginning.
            let first: String = said.chars().take(1).collect();
            let last: String = said.chars().skip(1).collect();
            let others = [format!("{first}门公园"), format!("津{last}")];
            let with = heard(&mut whisper, &sentence.pcm_8k, &others);
            assert_eq!(with.text, alone.text, "offered {others:?}");
        }
    }
}

fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|character| character.is_alphanumeric()).collect()
}
