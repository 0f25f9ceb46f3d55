//! What the service and a recogniser's process say to each other, over the child's stdin and stdout.
//!
//! Anything that speaks this can be a recogniser (`[speech] command` of the settings). All integers are
//! little-endian, all JSON is UTF-8, and nothing else may be written to stdout (stderr is free text for logs).
//!
//! 1. The child starts, loads what it needs, and writes one message: a [`Hello`].
//! 2. The service writes a request: a message holding a [`RequestHeader`], then `u32` the number of bytes of
//!    sound, then the sound: 16-bit signed PCM, one channel, [`PCM_RATE_HZ`].
//! 3. The child answers with one message, a [`Reply`] with the request's `id`. Back to 2.
//! 4. When stdin ends the child ends. The service kills a child that stays silent too long.
//!
//! A message is `u32` its number of bytes, then that many bytes of JSON. A child answers one request at a time
//! and in order. Lengths are checked against the limits below before anything is allocated.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use crate::domain::{CallId, Channel, SamplePosition};

/// Counts incompatible changes of this protocol; a child that says another number is refused.
pub const VERSION: u32 = 2;
/// Samples in a second of a request's sound.
pub const PCM_RATE_HZ: u32 = 16_000;
/// A message is never longer: thirty seconds of words with times are a few tens of kilobytes.
pub const MAX_MESSAGE_BYTES: u32 = 512 * 1024;
/// A request's sound is never longer: one minute. (Whisper's window is half of that.)
pub const MAX_PCM_BYTES: u32 = 60 * PCM_RATE_HZ * 2;
/// A request never names more.
pub const MAX_BIAS_NAMES: usize = 40;

/// The child's first message: `{"ready":true,"name":"demo","version":2}`, or
/// `{"ready":false,"name":"demo","version":2,"error":"models/demo/ggml-demo.bin: damaged"}` before it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// True when requests may be sent.
    pub ready: bool,
    /// What recognises, for the desk's status line.
    pub name: String,
    /// [`VERSION`].
    pub version: u32,
    /// Why it is not ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Whether more of the same turn is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    /// The turn is still being spoken: text only, word times are not looked at.
    Partial,
    /// The turn is over.
    Final,
}

/// What is to be recognised:
/// `{"id":7,"call_id":"0193…","channel":"caller","kind":"final","start_sample":40960,"end_sample":81920,"language":"zh"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestHeader {
    /// Returned in the reply.
    pub id: u64,
    /// The call, for a child's log; recognisers keep nothing from one request to the next.
    pub call_id: CallId,
    /// Who speaks.
    pub channel: Channel,
    /// Partial or final.
    pub kind: RequestKind,
    /// Where the sound begins in the recording, in samples of 1/8000 s.
    pub start_sample: SamplePosition,
    /// Where it ends, in samples of 1/8000 s.
    pub end_sample: SamplePosition,
    /// What is spoken, in two letters such as `zh` or `en`; left out where the recogniser is to find out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Names of the place that may have been said, at most [`MAX_BIAS_NAMES`]: the recogniser prefers them where
    /// they sound the same, and marks what they changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bias: Vec<String>,
}

/// A request: the header and 16 kHz sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What it is.
    pub header: RequestHeader,
    /// The sound.
    pub pcm_16k: Vec<i16>,
}

/// The child's answer: `{"id":7,"text":"…","words":[…],"confidence":0.93}`, or `{"id":7,"error":"…"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The request's.
    pub id: u64,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Outcome {
    /// It failed; the service tries once more.
    Failed {
        /// Why, for the log.
        error: String,
    },
    /// What was heard; an empty text where there were no words.
    Heard(Transcript),
}

/// What was heard in a request's sound.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Transcript {
    /// The text: simplified Chinese or English.
    pub text: String,
    /// Its words, in order, their texts joined being `text`. Where empty or not adding up to the text, the
    /// service spreads the characters over the sound.
    #[serde(default)]
    pub words: Vec<TimedWord>,
    /// Mean probability of the tokens, 0 to 1.
    pub confidence: f32,
    /// What was spoken, in two letters: the request's language, or the one found.
    #[serde(default)]
    pub language: Option<String>,
    /// Mean natural logarithm of the tokens' probabilities, 0 or less; nothing where the recogniser has none.
    #[serde(default)]
    pub mean_log_probability: Option<f32>,
    /// How likely it is that there was no speech at all, 0 to 1; nothing where the recogniser does not say.
    #[serde(default)]
    pub no_speech_probability: Option<f32>,
}

/// A word, or a character of Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimedWord {
    /// As it stands in the text, with its spaces and punctuation.
    pub text: String,
    /// Milliseconds from the beginning of the request's sound.
    pub start_ms: u32,
    /// Where it ends.
    pub end_ms: u32,
    /// True where a name of [`RequestHeader::bias`] made it what it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub biased: bool,
}

/// What went wrong on the pipe.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolError {
    /// The pipe broke, or ended inside a message.
    #[error("the pipe to the recogniser: {0}")]
    Pipe(#[from] io::Error),
    /// A length beyond [`MAX_MESSAGE_BYTES`] or [`MAX_PCM_BYTES`].
    #[error("a length of {length} bytes where at most {limit} are allowed")]
    TooLong {
        /// As it was read.
        length: u32,
        /// The most.
        limit: u32,
    },
    /// Sound of an odd number of bytes.
    #[error("{0} bytes of sound are not a whole number of 16-bit samples")]
    HalfSample(u32),
    /// A message that is not the JSON expected.
    #[error("a message that is not understood: {0}")]
    Json(#[from] serde_json::Error),
}

impl Request {
    /// The request as bytes on the pipe.
    ///
    /// # Errors
    /// Where the sound is longer than [`MAX_PCM_BYTES`].
    pub fn encode(&self) -> Result<Vec<u8>, ProtocolError> {
        let pcm_bytes = u32::try_from(self.pcm_16k.len() * 2).unwrap_or(u32::MAX);
        check_length(pcm_bytes, MAX_PCM_BYTES)?;
        let mut bytes = encode_message(&self.header)?;
        bytes.reserve(4 + self.pcm_16k.len() * 2);
        bytes.extend_from_slice(&pcm_bytes.to_le_bytes());
        bytes.extend(self.pcm_16k.iter().flat_map(|sample| sample.to_le_bytes()));
        Ok(bytes)
    }

    /// Reads the next request; `None` where the pipe ends between two.
    ///
    /// # Errors
    /// A broken pipe, a length over the limit, sound of half a sample, or JSON that is not a request.
    pub fn read(from: &mut impl Read) -> Result<Option<Self>, ProtocolError> {
        let Some(header) = read_message(from)? else { return Ok(None) };
        let pcm_bytes = read_u32(from)?;
        check_length(pcm_bytes, MAX_PCM_BYTES)?;
        if pcm_bytes % 2 != 0 {
            return Err(ProtocolError::HalfSample(pcm_bytes));
        }
        let bytes = read_bytes(from, pcm_bytes)?;
        let pcm_16k = bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
        Ok(Some(Self { header, pcm_16k }))
    }
}

/// A message as bytes on the pipe: its length, then its JSON.
///
/// # Errors
/// Where it is longer than [`MAX_MESSAGE_BYTES`].
pub fn encode_message<T: Serialize>(message: &T) -> Result<Vec<u8>, ProtocolError> {
    let json = serde_json::to_vec(message)?;
    let length = u32::try_from(json.len()).unwrap_or(u32::MAX);
    check_length(length, MAX_MESSAGE_BYTES)?;
    let mut bytes = Vec::with_capacity(4 + json.len());
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&json);
    Ok(bytes)
}

/// Writes a message and flushes: what a child does with its [`Hello`] and every [`Reply`].
///
/// # Errors
/// A broken pipe, or a message over the limit.
pub fn write_message<T: Serialize>(to: &mut impl Write, message: &T) -> Result<(), ProtocolError> {
    to.write_all(&encode_message(message)?)?;
    Ok(to.flush()?)
}

/// Reads a message; `None` where the pipe ends before it begins.
///
/// # Errors
/// A broken pipe, a length over the limit, or JSON that is not a `T`.
pub fn read_message<T: for<'a> Deserialize<'a>>(from: &mut impl Read) -> Result<Option<T>, ProtocolError> {
    let mut length = [0; 4];
    // Only an end before the first byte is a clean one.
    loop {
        match from.read(&mut length[..1]) {
            Ok(0) => return Ok(None),
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    from.read_exact(&mut length[1..])?;
    let length = u32::from_le_bytes(length);
    check_length(length, MAX_MESSAGE_BYTES)?;
    Ok(Some(serde_json::from_slice(&read_bytes(from, length)?)?))
}

/// Refuses a length over its limit, before anything is allocated for it.
///
/// # Errors
/// [`ProtocolError::TooLong`].
pub(super) fn check_length(length: u32, limit: u32) -> Result<(), ProtocolError> {
    if length > limit { Err(ProtocolError::TooLong { length, limit }) } else { Ok(()) }
}

fn read_u32(from: &mut impl Read) -> Result<u32, ProtocolError> {
    let mut bytes = [0; 4];
    from.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn read_bytes(from: &mut impl Read, length: u32) -> Result<Vec<u8>, ProtocolError> {
    let mut bytes = vec![0; length as usize];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn request() -> Request {
        Request {
            header: RequestHeader {
                id: 7,
                call_id: CallId::new(),
                channel: Channel::Agent,
                kind: RequestKind::Final,
                start_sample: SamplePosition(40_960),
                end_sample: SamplePosition(81_920),
                language: Some("zh".to_owned()),
                bias: Vec::new(),
            },
            pcm_16k: vec![0, 1, -1, i16::MAX, i16::MIN],
        }
    }

    #[test]
    fn a_request_survives_the_pipe() {
        let bytes = [request().encode().unwrap(), request().encode().unwrap()].concat();
        let mut pipe = bytes.as_slice();
        let first = Request::read(&mut pipe).unwrap().unwrap();
        assert_eq!(first.pcm_16k, request().pcm_16k);
        assert_eq!(first.header.end_sample, SamplePosition(81_920));
        assert!(Request::read(&mut pipe).unwrap().is_some());
        assert!(Request::read(&mut pipe).unwrap().is_none(), "the pipe ends between two requests");
    }

    #[test]
    fn every_truncation_of_a_request_is_an_error_and_never_a_request() {
        let bytes = request().encode().unwrap();
        for length in 1..bytes.len() {
            assert!(Request::read(&mut &bytes[..length]).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn an_answer_and_a_failure_are_told_apart() {
        let heard: Reply = serde_json::from_str(
            r#"{"id":1,"text":"好。","words":[{"text":"好。","start_ms":10,"end_ms":200}],"confidence":0.5}"#,
        )
        .unwrap();
        let Outcome::Heard(transcript) = heard.outcome else { panic!("heard: {heard:?}") };
        assert_eq!((transcript.text.as_str(), transcript.words[0].end_ms), ("好。", 200));
        let failed: Reply = serde_json::from_str(r#"{"id":2,"error":"out of memory"}"#).unwrap();
        assert_eq!(failed.outcome, Outcome::Failed { error: "out of memory".to_owned() });
        assert!(serde_json::from_str::<Reply>(r#"{"id":3}"#).is_err());
    }

    #[test]
    fn lengths_over_the_limit_are_refused_before_they_are_allocated() {
        let wire = u32::MAX.to_le_bytes();
        let refused = read_message::<Hello>(&mut wire.as_slice());
        assert!(matches!(refused, Err(ProtocolError::TooLong { length: u32::MAX, .. })), "{refused:?}");
        let too_much = Request { pcm_16k: vec![0; MAX_PCM_BYTES as usize / 2 + 1], ..request() };
        assert!(matches!(too_much.encode(), Err(ProtocolError::TooLong { .. })));
    }

    #[test]
    fn sound_of_half_a_sample_is_refused() {
        let mut wire = encode_message(&request().header).unwrap();
        wire.extend_from_slice(&3_u32.to_le_bytes());
        wire.extend_from_slice(&[0; 3]);
        assert!(matches!(Request::read(&mut wire.as_slice()), Err(ProtocolError::HalfSample(3))));
    }
}
