//! `jiesu call FILE.wav`: places a real SIP call, plays a recording in it, and says what both sides heard.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::builder::RangedU64ValueParser;
use clap::{Args, ValueEnum};
use jiesu_sip::codec::Codec;
use jiesu_sip::message::Uri;
use jiesu_sip::rtp::Digit;

use crate::audio::resample;
use crate::audio::wav::{self, Wav, WavError};
use crate::call::Sound;
use crate::caller::{AgentPlan, CallPlan, CallerError, PlacedCall, place_call};
use crate::domain::SAMPLE_RATE_HZ;

/// What the shell is told of a file that cannot be played.
const BAD_FILE: u8 = 4;

/// China's first.
const BOTH_CODECS: [Codec; 2] = [Codec::Pcma, Codec::Pcmu];

/// Places a test call and plays a recording in it.
///
/// The caller says the recording's left channel from the moment of the answer on; with --agent, a second phone
/// waits for the service to call it, and says that file's right channel in time with the caller.
#[derive(Debug, Args)]
#[command(after_help = "Ends with:\n  \
    0  the call went as planned\n  \
    1  it could not be tried: a wrong option, no way there, a port in use, a speed the other side does not allow\n  \
    2  it was refused; the status is printed\n  \
    3  nobody answered in time\n  \
    4  a file cannot be played\n  \
    5  the other side hung up before everything was said\n  \
    6  the call went through, but the agent's phone was not called, or gave up ringing\n  \
    7  the call broke: the other side stopped answering, or is not understood")]
pub(super) struct Call {
    /// What the caller says: a WAV file of 8 or 16 kHz, 16-bit PCM, A-law or µ-law. Of two channels the left.
    file: PathBuf,
    /// Whom to call; `;transport=tcp` at its end calls over TCP.
    #[arg(long, default_value = "sip:8001@127.0.0.1:5060")]
    to: Uri,
    /// The number that calls.
    #[arg(long, default_value = "02200000000")]
    from: String,
    /// What the agent says: a WAV file, of two channels the right. May be the same file.
    #[arg(long, value_name = "FILE")]
    agent: Option<PathBuf>,
    /// Where the agent's phone waits for the service's call: the address of the seat's phone.
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:5071")]
    agent_listen: SocketAddr,
    /// How long the agent's phone rings before it is picked up, milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 500, value_parser = up_to_a_day(86_400_000))]
    agent_rings: u64,
    /// The only codec that the caller offers; without it both are.
    #[arg(long)]
    codec: Option<CodecName>,
    /// Keys that the caller presses after the last word: 0 to 9, A to D, * and #.
    #[arg(long, default_value = "", value_parser = keys)]
    dtmf: Keys,
    /// How many times faster than real time the sound is sent. Only a Jiesu on this machine can be hurried, to
    /// try it under load: its recording then does not keep the pauses.
    #[arg(long, default_value_t = 1.0, value_parser = pace)]
    speed: f64,
    /// How long to wait for an answer, seconds.
    #[arg(long, value_name = "S", default_value_t = 60, value_parser = up_to_a_day(86_400))]
    answer_limit: u64,
    /// How long to stay on the line after the last word, for the other side to hang up, seconds.
    #[arg(long, value_name = "S", default_value_t = 0, value_parser = up_to_a_day(86_400))]
    linger: u64,
    /// Writes what the caller heard, from the answer on, to this WAV file.
    #[arg(long, value_name = "OUT.wav")]
    hear: Option<PathBuf>,
    /// Prints the report as JSON.
    #[arg(long)]
    json: bool,
}

/// Keys to press.
#[derive(Debug, Clone)]
struct Keys(Vec<Digit>);

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CodecName {
    Pcma,
    Pcmu,
}

/// Why a file cannot be played.
#[derive(Debug, thiserror::Error)]
enum SoundError {
    #[error("{path} cannot be played")]
    Wav { path: PathBuf, source: WavError },
    #[error("{path} cannot be played: its rate is {rate_hz} Hz; 8000 and 16000 can be")]
    Rate { path: PathBuf, rate_hz: u32 },
}

impl Call {
    /// Places the call.
    ///
    /// # Errors
    /// When it cannot be tried at all.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let (hear, json) = (self.hear.clone(), self.json);
        let plan = match self.plan() {
            Ok(plan) => plan,
            Err(error) => {
                eprintln!("jiesu: {:#}", anyhow::Error::new(error));
                return Ok(ExitCode::from(BAD_FILE));
            }
        };
        let placed = place(plan)?;
        if let Some(path) = hear {
            write_wav(&path, &placed.heard)?;
        }
        if json {
            println!("{}", serde_json::to_string(&placed.report)?);
        } else {
            println!("{}", placed.report);
        }
        Ok(ExitCode::from(placed.report.outcome.exit_code()))
    }

    fn plan(self) -> Result<CallPlan, SoundError> {
        let agent = match &self.agent {
            Some(path) => Some(AgentPlan {
                listen: self.agent_listen,
                sound: sound_of(path, 1)?,
                codecs: BOTH_CODECS.to_vec(),
                rings: Duration::from_millis(self.agent_rings),
            }),
            None => None,
        };
        Ok(CallPlan {
            sound: sound_of(&self.file, 0)?,
            target: self.to,
            from: self.from,
            agent,
            codecs: match self.codec {
                Some(CodecName::Pcma) => vec![Codec::Pcma],
                Some(CodecName::Pcmu) => vec![Codec::Pcmu],
                None => BOTH_CODECS.to_vec(),
            },
            keys: self.dtmf.0,
            pace: self.speed,
            answer_limit: Duration::from_secs(self.answer_limit),
            linger: Duration::from_secs(self.linger),
        })
    }
}

#[tokio::main]
async fn place(plan: CallPlan) -> Result<PlacedCall, CallerError> {
    place_call(plan).await
}

/// A channel of a file at 8 kHz, or its only one.
fn sound_of(path: &Path, channel: usize) -> Result<Sound, SoundError> {
    let Wav { rate_hz, mut channels } =
        Wav::read(path).map_err(|source| SoundError::Wav { path: path.to_owned(), source })?;
    let channel = channels.swap_remove(channel.min(channels.len() - 1));
    match rate_hz {
        SAMPLE_RATE_HZ => Ok(channel.into()),
        16_000 => Ok(resample::halved(&channel).into()),
        _ => Err(SoundError::Rate { path: path.to_owned(), rate_hz }),
    }
}

fn write_wav(path: &Path, sound: &[i16]) -> anyhow::Result<()> {
    let mut bytes = wav::header(1, SAMPLE_RATE_HZ, 2 * sound.len() as u64).to_vec();
    bytes.extend(sound.iter().flat_map(|sample| sample.to_le_bytes()));
    std::fs::write(path, bytes)
        .map_err(|error| anyhow::anyhow!("{} cannot be written ({error})", path.display()))
}

/// A length of time; `day` is a day in its unit.
fn up_to_a_day(day: u64) -> RangedU64ValueParser {
    RangedU64ValueParser::new().range(..=day)
}

fn keys(text: &str) -> Result<Keys, String> {
    let key = |key: char| Digit::from_key(key).ok_or_else(|| format!("there is no key `{key}`"));
    text.chars().map(key).collect::<Result<_, _>>().map(Keys)
}

fn pace(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(pace) if (0.1..=100.0).contains(&pace) => Ok(pace),
        Ok(_) | Err(_) => Err("a number from 0.1 to 100".to_owned()),
    }
}
