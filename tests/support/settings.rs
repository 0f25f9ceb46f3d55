//! The settings a test starts the service with, and the files they name.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::script::fixtures;

/// The seats of a test's hotline.
pub const SEATS: [&str; 2] = ["8001", "8002"];

/// The seat of the supervisor.
pub const SUPERVISORS_SEAT: &str = "8009";

/// What differs from test to test.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub recogniser: Recogniser,
    /// A folder with `manifest.toml` in place of the tree's `models`.
    pub models: Option<PathBuf>,
    /// A taxonomy in place of the tree's.
    pub taxonomy: Option<PathBuf>,
    /// No file that the service writes may grow beyond this: a full disk.
    pub largest_file_bytes: Option<u64>,
    /// Listens for telephone calls here in place of a free port.
    pub sip: Option<SocketAddr>,
    /// Listens for browsers here in place of a free port.
    pub http: Option<SocketAddr>,
    /// Speaks HTTPS here, too.
    pub https: Option<SocketAddr>,
    /// The keys of a trunk.
    pub trunk: Option<&'static str>,
    /// Calls at once.
    pub max_calls: Option<usize>,
    /// How long a seat's phone rings.
    pub ring_timeout_s: Option<u64>,
    /// How long a recogniser may be silent over one segment.
    pub reply_timeout_s: Option<u64>,
    /// The agent has a seat in the page, too, before the desk phones.
    pub browser_seat: bool,
    /// The supervisor listens in by the page, and has no phone.
    pub supervisor_in_the_page: bool,
    /// What a caller hears in the queue, in place of the tree's: a tone.
    pub music_hz: Option<f64>,
    /// Nobody is there today.
    pub closed: bool,
    /// Callers are asked to rate the talk.
    pub rating: bool,
    /// No messages are taken where no agent is reached.
    pub no_messages: bool,
    /// How long a caller hears music for a page that went away.
    pub return_limit_s: Option<u64>,
}

/// The number of the seat in the page.
pub const BROWSER_SEAT: &str = "8003";

/// Who recognises.
#[derive(Debug, Clone, Default)]
pub enum Recogniser {
    /// The one that is bundled, truly listening.
    #[default]
    Bundled,
    /// The one that reads the scripts of recorded calls, the n-th call the n-th script.
    Scripts {
        /// Names of recorded calls.
        calls: Vec<&'static str>,
        /// What goes wrong: `die`, `hang`, `garbage` or `error`.
        fault: Option<Fault>,
    },
}

/// What goes wrong with the recogniser.
#[derive(Debug, Clone)]
pub struct Fault {
    /// `die`, `hang`, `garbage` or `error`.
    pub what: &'static str,
    /// At which request, counted from 1.
    pub at: u64,
    /// Once, or in every process that is started in place of the one that failed.
    pub once: bool,
}

impl Settings {
    /// A hotline whose recogniser reads the scripts of these recorded calls.
    pub fn reading(calls: &[&'static str]) -> Self {
        Self { recogniser: Recogniser::Scripts { calls: calls.to_vec(), fault: None }, ..Self::default() }
    }

    /// The same with something going wrong.
    pub fn with_fault(mut self, with: Fault) -> Self {
        if let Recogniser::Scripts { fault, .. } = &mut self.recogniser {
            *fault = Some(with);
        }
        self
    }

    /// Writes `jiesu.toml` and the greeting into `home`; the file's path.
    pub fn write(&self, home: &Path, sip: SocketAddr, http: SocketAddr, phones: &[SocketAddr]) -> PathBuf {
        let greeting = home.join("greeting.wav");
        fs::write(&greeting, tone(446.0, 400)).expect("the greeting is written");
        let max_calls = self.max_calls.map(|calls| format!("max_calls = {calls}\n")).unwrap_or_default();
        let mut text = format!(
            "[sip]\nlisten_udp = \"{sip}\"\nlisten_tcp = \"{sip}\"\n{max_calls}[http]\nlisten = \"{http}\"\n\
             [storage]\ndirectory = {data:?}\n[speech]\nworkers = 1\n",
            data = home.join("data"),
        );
        if let Some(https) = self.https {
            text = format!("[https]\nlisten = \"{https}\"\n{text}");
        }
        if self.browser_seat || self.supervisor_in_the_page {
            let seconds = self.return_limit_s.unwrap_or(20);
            text = format!(
                "[browser]\nlisten_udp = \"{}\"\nreturn_limit_s = {seconds}\n{text}",
                super::ports::free()
            );
        }
        if self.no_messages {
            text = format!("[reception]\nmessages = false\n{text}");
        }
        if self.closed {
            let day = jiff::Zoned::now().date() + jiff::ToSpan::days(3);
            let open = day.strftime("%a 08:00-09:00").to_string().to_lowercase();
            text = format!("[reception]\nopen = [{open:?}]\n{text}");
        }
        if let Some(models) = &self.models {
            writeln!(text, "models_directory = {models:?}").expect("text grows");
        }
        if let Some(seconds) = self.reply_timeout_s {
            writeln!(text, "reply_timeout_s = {seconds}").expect("text grows");
        }
        if let Some(command) = self.recogniser.command(home) {
            writeln!(text, "command = {command:?}").expect("text grows");
        }
        // The one agent of these seats takes call after call.
        write!(text, "[hotline]\ngreeting = {greeting:?}\napology = {greeting:?}\nwrap_up_s = 0\n")
            .expect("text grows");
        if let Some(hz) = self.music_hz {
            let music = home.join("music.wav");
            fs::write(&music, tone(hz, 1_000)).expect("the music is written");
            writeln!(text, "music = {music:?}").expect("text grows");
        }
        if let Some(taxonomy) = &self.taxonomy {
            writeln!(text, "taxonomy = {taxonomy:?}").expect("text grows");
        }
        if self.rating {
            let rating = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/prompts/rating.wav");
            writeln!(text, "rating = {rating:?}").expect("text grows");
        }
        if let Some(seconds) = self.ring_timeout_s {
            writeln!(text, "ring_timeout_s = {seconds}").expect("text grows");
        }
        if self.browser_seat {
            write!(text, "[[hotline.seat]]\nextension = \"{BROWSER_SEAT}\"\nagent = \"agent\"\n")
                .expect("text grows");
        }
        let seats = SEATS.map(|extension| (extension, "agent"));
        let seats = seats.into_iter().chain([(SUPERVISORS_SEAT, "supervisor")]);
        for ((extension, agent), phone) in seats.zip(phones) {
            writeln!(text, "[[hotline.seat]]\nextension = \"{extension}\"\nagent = \"{agent}\"")
                .expect("text grows");
            if extension != SUPERVISORS_SEAT || !self.supervisor_in_the_page {
                writeln!(text, "phone = \"sip:{extension}@{phone}\"").expect("text grows");
            }
        }
        if let Some(trunk) = self.trunk {
            write!(text, "[[trunk]]\n{trunk}").expect("text grows");
        }
        let path = home.join("jiesu.toml");
        fs::write(&path, text).expect("the settings are written");
        path
    }
}

impl Recogniser {
    /// The command line of the recogniser's process; nothing for the bundled one.
    fn command(&self, home: &Path) -> Option<Vec<String>> {
        let Self::Scripts { calls, fault } = self else { return None };
        let state = home.join("recogniser");
        fs::create_dir_all(&state).expect("the recogniser's folder is made");
        let mut words = vec![fixture_recogniser().display().to_string()];
        for call in calls {
            words.extend([
                "--script".to_owned(),
                fixtures().join(format!("{call}.json")).display().to_string(),
            ]);
        }
        let mut once = true;
        if let Some(fault) = fault {
            words.extend([
                "--fault".to_owned(),
                fault.what.to_owned(),
                "--at".to_owned(),
                fault.at.to_string(),
            ]);
            once = fault.once;
        }
        if once {
            words.extend(["--state".to_owned(), state.display().to_string()]);
        }
        Some(words)
    }
}

/// The example of this package that stands in for a recogniser; `cargo test` and `cargo nextest run` build it.
fn fixture_recogniser() -> PathBuf {
    let jiesu = Path::new(env!("CARGO_BIN_EXE_jiesu"));
    let path = jiesu.with_file_name("examples").join("fixture_recogniser");
    assert!(path.exists(), "{} is missing: cargo build --example fixture_recogniser", path.display());
    path
}

/// A tone of this length, 16-bit PCM at 8 kHz, as a WAV file.
pub fn tone(hz: f64, length_ms: u32) -> Vec<u8> {
    let samples = length_ms * 8;
    let step = std::f64::consts::TAU * hz / 8_000.0;
    let sound = (0..samples).flat_map(|n| (((f64::from(n) * step).sin() * 6_000.0) as i16).to_le_bytes());
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((36 + samples * 2).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend(8_000_u32.to_le_bytes());
    wav.extend(16_000_u32.to_le_bytes());
    wav.extend(b"\x02\0\x10\0data");
    wav.extend((samples * 2).to_le_bytes());
    wav.extend(sound);
    wav
}
