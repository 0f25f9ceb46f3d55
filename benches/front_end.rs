//! The front end's cost for one channel: gaps and order, 8 to 16 kHz, the gate, voice detection,
//! segments. One iteration is
//! one second of telephone speech in 20 ms packets; real time would be one second. Beside it, in the same run,
//! what the voice detector alone costs on the same sound.

use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiesu::audio::resample::Upsampler;
use jiesu::audio::wav::Wav;
use jiesu::domain::SamplePosition;
use jiesu::speech::FrontEnd;

/// The bundled recogniser's limit.
const MAX_SEGMENT_MS: u32 = 6_500;
const PACKET_SAMPLES: usize = 160;
const SECOND_SAMPLES: usize = 8_000;

fn speech_8k() -> Vec<i16> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio_fixtures/sentences/sentence_1.wav");
    let wav = Wav::read(&file);
    wav.map(|mut wav| wav.channels.remove(0)).unwrap_or_default()
}

fn front_end(criterion: &mut Criterion) {
    let speech = speech_8k();
    assert!(speech.len() > SECOND_SAMPLES, "the committed sentence is there");
    let second = |from: usize| speech.iter().cycle().skip(from % speech.len()).take(SECOND_SAMPLES);
    let mut group = criterion.benchmark_group("one second of a channel");
    group.throughput(Throughput::Elements(1));
    group.bench_function("front end", |bencher| {
        let (mut front, mut at) = (FrontEnd::new(MAX_SEGMENT_MS), 0);
        bencher.iter(|| {
            let pcm: Vec<i16> = second(at).copied().collect();
            let mut utterances = 0;
            for packet in pcm.chunks(PACKET_SAMPLES) {
                utterances += front.hear(SamplePosition(at as u64), packet).count();
                at += packet.len();
            }
            utterances
        });
    });
    group.bench_function("front end, silence", |bencher| {
        let (mut front, mut at) = (FrontEnd::new(MAX_SEGMENT_MS), 0);
        bencher.iter(|| {
            let mut utterances = 0;
            for _ in 0..SECOND_SAMPLES / PACKET_SAMPLES {
                utterances += front.hear(SamplePosition(at), &[8; PACKET_SAMPLES]).count();
                at += PACKET_SAMPLES as u64;
            }
            utterances
        });
    });
    group.bench_function("earshot alone", |bencher| {
        let mut detector = earshot::Detector::default();
        let (mut upsampler, mut pcm_16k) = (Upsampler::default(), Vec::new());
        upsampler.push(&second(0).copied().collect::<Vec<_>>(), &mut pcm_16k);
        bencher.iter(|| pcm_16k.chunks_exact(256).map(|frame| detector.predict_i16(frame)).sum::<f32>());
    });
    group.finish();
}

criterion_group!(benches, front_end);
criterion_main!(benches);
