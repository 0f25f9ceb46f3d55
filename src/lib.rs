//! Jiesu: a city's hotline on its own premises. Read in the order a call passes through:
//!
//! - [`domain`] the plain values: call, turn, draft, ticket, event
//! - [`audio`] WAV files, sample rates
//! - [`gateway`] sockets under the telephone protocols of `jiesu-sip`
//! - [`seat`] agents' pages: their sound by WebRTC
//! - [`call`] one session task per call: greeting, bridge, recording
//! - `numerals` how numbers are said, in Chinese and English
//! - [`pinyin`] how a character sounds, and what a telephone does not tell apart
//! - [`speech`] voice activity, segments, recognisers: sound to turns
//! - [`understanding`] turns to a draft
//! - [`learning`] examples to the models that it reads, and how good they are
//! - [`ticket`] a draft and a person's edits to a confirmed ticket, and its delivery
//! - [`store`] all SQL, and nothing but SQL
//! - [`http`] routes, sign-in, events, the web page
//! - [`eval`] speech recognition measured on recordings whose words are known
//! - [`caller`] the test caller: places a real call and plays a recording
//! - [`config`] the settings, each documented
//! - [`commands`] the command line, one file per command

pub mod audio;
pub mod call;
pub mod caller;
pub mod commands;
pub mod config;
pub mod domain;
pub mod eval;
pub mod gateway;
pub mod http;
pub mod journal;
pub mod knowledge;
pub mod learning;
mod numerals;
pub mod pii;
pub mod pinyin;
pub mod seat;
pub mod speech;
pub mod store;
pub mod ticket;
pub mod understanding;
mod whole_file;
