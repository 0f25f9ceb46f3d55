//! The settings: one TOML file, read once at start. `jiesu.example.toml` shows every key with its default.
//! A key that is not known is an error with its line, so that a typing mistake is never a silent default.

mod hotline;
mod reception;
mod trunk;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU64;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

pub use hotline::{Hotline, Outside, Seat};
pub use reception::Reception;
pub use trunk::{Network, Numbering, Register, Trunk};

/// Everything that can be set.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The telephone side.
    pub sip: Sip,
    /// The sound of agents who talk in the page.
    pub browser: Browser,
    /// The web page and its API.
    pub http: Http,
    /// The same over HTTPS.
    pub https: Https,
    /// Where calls, tickets and recordings are kept.
    pub storage: Storage,
    /// The recogniser.
    pub speech: Speech,
    /// The hotline itself: its prompts, its city, its seats.
    pub hotline: Hotline,
    /// What callers are told while they wait, and where nobody is there.
    pub reception: Reception,
    /// Calls to numbers outside.
    pub outside: Outside,
    /// The ways to and from the telephone network.
    pub trunk: Vec<Trunk>,
    /// How the city writes telephone numbers.
    pub numbering: Numbering,
}

/// The telephone side.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sip {
    /// Where SIP over UDP is listened for.
    pub listen_udp: SocketAddr,
    /// Where SIP over TCP is listened for.
    pub listen_tcp: SocketAddr,
    /// The address that trunks and phones reach this machine by; needed when listening on 0.0.0.0.
    pub advertised_ip: Option<IpAddr>,
    /// The ports sound travels by, such as `20000-29999`; a call takes four.
    pub rtp_ports: PortRange,
    /// Calls at once; one more is answered 503 with Retry-After.
    pub max_calls: usize,
    /// A call without any sound from both sides for this long is ended, seconds.
    pub media_timeout_s: u64,
}

impl Default for Sip {
    fn default() -> Self {
        Self {
            listen_udp: SocketAddr::from((Ipv4Addr::LOCALHOST, 5060)),
            listen_tcp: SocketAddr::from((Ipv4Addr::LOCALHOST, 5060)),
            advertised_ip: None,
            rtp_ports: PortRange { first: 20_000, last: 29_999 },
            max_calls: 200,
            media_timeout_s: 60,
        }
    }
}

/// The sound of agents who talk in the page.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Browser {
    /// The one UDP port that all browsers send their sound to.
    pub listen_udp: SocketAddr,
    /// The address that browsers reach it by; that of `sip.advertised_ip` where it is left out.
    pub advertised_ip: Option<IpAddr>,
    /// How long a caller hears music for a page that went away, before it is put first in the queue again, seconds.
    pub return_limit_s: u64,
}

impl Default for Browser {
    fn default() -> Self {
        Self {
            listen_udp: SocketAddr::from((Ipv4Addr::LOCALHOST, 5070)),
            advertised_ip: None,
            return_limit_s: 20,
        }
    }
}

/// A range of UDP ports, both ends included; written `20000-29999`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortRange {
    /// The lowest port.
    pub first: u16,
    /// The highest port.
    pub last: u16,
}

impl From<PortRange> for RangeInclusive<u16> {
    fn from(ports: PortRange) -> Self {
        ports.first..=ports.last
    }
}

impl FromStr for PortRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is not a range of ports; write it as `20000-29999`");
        let (first, last) = text.split_once('-').ok_or_else(wrong)?;
        let first = first.trim().parse().map_err(|_| wrong())?;
        let last = last.trim().parse().map_err(|_| wrong())?;
        if first == 0 || last < first || last - first < 3 {
            return Err(format!("`{text}` holds no four ports, and one call takes four"));
        }
        Ok(Self { first, last })
    }
}

impl<'de> Deserialize<'de> for PortRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The web page and its API.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// Where the page is served.
    pub listen: SocketAddr,
    /// Marks the session cookie `Secure`: set it where HTTPS stands in front.
    pub secure_cookies: bool,
    /// Who sends this as a bearer token may read `/metrics`; without it only supervisors and administrators may.
    pub metrics_token: Option<String>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            secure_cookies: false,
            metrics_token: None,
        }
    }
}

/// HTTPS: what a browser needs to give its microphone to the page, wherever it is not on this machine itself.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Https {
    /// Where HTTPS is spoken; nothing: not at all. Where it is, `http.listen` only leads there.
    pub listen: Option<SocketAddr>,
    /// The names and addresses that people type to reach the page, for the local authority's certificate; the address
    /// listened on and this machine's name where they are left out.
    pub names: Vec<String>,
    /// The city's own certificate and those between it and its authority, PEM.
    pub certificate: Option<PathBuf>,
    /// Its private key, PEM.
    pub key: Option<PathBuf>,
}

/// Where calls, tickets and recordings are kept.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Storage {
    /// A folder of its own; made if it is missing. Holds `jiesu.db` and `recordings/`.
    pub directory: PathBuf,
}

impl Default for Storage {
    fn default() -> Self {
        Self { directory: PathBuf::from("data") }
    }
}

impl Storage {
    /// The database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.directory.join("jiesu.db")
    }

    /// The folder of the recordings.
    #[must_use]
    pub fn recordings(&self) -> PathBuf {
        self.directory.join("recordings")
    }
}

/// The recogniser.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Speech {
    /// Its name in `models/manifest.toml`.
    pub recogniser: String,
    /// The folder that holds `manifest.toml` and the model files.
    pub models_directory: PathBuf,
    /// A mirror or folder that `jiesu model pull` takes models from, in place of their publishers' addresses.
    pub models_from: Option<String>,
    /// A proxy for `jiesu model pull`, in place of the environment's; `none` for none.
    pub models_proxy: Option<String>,
    /// Recogniser processes, one core each; 0: calls are bridged and recorded, and nothing is written down.
    pub workers: usize,
    /// A recogniser that is silent for so long over one segment is killed and started anew, seconds.
    pub reply_timeout_s: NonZeroU64,
    /// What is spoken on this hotline; the recogniser's first language where it is left out.
    pub language: Option<Language>,
    /// Another program that speaks the recogniser protocol, in place of `jiesu recognise`: its words.
    pub command: Option<Vec<String>>,
}

impl Default for Speech {
    fn default() -> Self {
        Self {
            recogniser: "demo".to_owned(),
            models_directory: PathBuf::from("models"),
            models_from: None,
            models_proxy: None,
            workers: 1,
            // Whisper large on one busy core takes some 20 s for 12 s of sound; three times that is a hang.
            reply_timeout_s: NonZeroU64::MIN.saturating_add(59),
            language: None,
            command: None,
        }
    }
}

/// What is spoken: two letters such as `zh`, or `detect`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Language {
    /// In every call, unless its caller chooses otherwise.
    Fixed(String),
    /// The caller's first words tell, call by call.
    Detect,
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.as_str() {
            "detect" => Ok(Self::Detect),
            letters if letters.len() == 2 && letters.bytes().all(|letter| letter.is_ascii_lowercase()) => {
                Ok(Self::Fixed(text))
            }
            other => Err(serde::de::Error::custom(format!(
                "`{other}` is no language; write it in two letters, as `zh` or `en`, or `detect`"
            ))),
        }
    }
}

/// Why the settings could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not there or not readable.
    #[error(
        "the settings file {path} cannot be read ({source}); copy jiesu.example.toml there, or name another with --config"
    )]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not what it should be; the message has line and column.
    #[error("the settings file {path} is wrong: {source}")]
    Parse {
        /// Which file.
        path: PathBuf,
        /// What and where.
        source: Box<toml::de::Error>,
    },
}

impl Config {
    /// Reads the settings file; relative paths in it are taken from the folder the service is started in.
    ///
    /// # Errors
    /// When the file cannot be read, or a key or value in it is not known.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        toml::from_str(&text)
            .map_err(|source| ConfigError::Parse { path: path.to_owned(), source: Box::new(source) })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_example_file_states_the_defaults() {
        let example = Config::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/jiesu.example.toml")));
        assert_eq!(example.unwrap(), Config::default());
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = toml::from_str::<Config>("[sip]\nlisten_upd = \"127.0.0.1:5060\"\n").unwrap_err();
        let text = error.to_string();
        assert!(text.contains("listen_upd") && text.contains("line 2"), "{text}");
    }

    #[test]
    fn a_language_is_two_letters_or_detect() {
        let read = |text: &str| toml::from_str::<Config>(text).map(|config| config.speech.language);
        let fixed = Some(Language::Fixed("en".to_owned()));
        assert_eq!(read("[speech]\nlanguage = \"en\"\n").unwrap(), fixed);
        assert_eq!(read("[speech]\nlanguage = \"detect\"\n").unwrap(), Some(Language::Detect));
        assert_eq!(read("").unwrap(), None);
        let error = read("[speech]\nlanguage = \"Chinese\"\n").unwrap_err().to_string();
        assert!(
            error.contains("`Chinese`") && error.contains("detect") && error.contains("line 2"),
            "{error}"
        );
    }

    #[test]
    fn keys_that_choose_a_language_are_single() {
        let read = |text: &str| toml::from_str::<Config>(text).map(|config| config.hotline.language_keys);
        let keys = read("[hotline]\nlanguage_keys = { 1 = \"zh\", \"#\" = \"en\" }\n").unwrap();
        assert_eq!(keys, BTreeMap::from([('1', "zh".to_owned()), ('#', "en".to_owned())]));
        assert!(read("[hotline]\nlanguage_keys = { 12 = \"zh\" }\n").is_err());
    }

    #[test]
    fn a_port_range_must_hold_a_call() {
        assert!("20000-20003".parse::<PortRange>().is_ok());
        for wrong in ["20000", "20000-20002", "5-4", "a-b", "0-10"] {
            assert!(wrong.parse::<PortRange>().is_err(), "{wrong}");
        }
    }
}
