//! Calls placed by `jiesu call`, which plays a recorded call as caller and as the seat's phone.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use tokio::process::{Child, Command};

use super::script::{Script, fixtures};
use super::service::Service;
use super::settings::SEATS;

/// A call being placed.
pub struct PlacedCall {
    process: Child,
}

/// How a placed call ended.
pub struct Report {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl PlacedCall {
    /// A recorded call to the seat with this index, from the number of its script.
    pub fn of(service: &Service, seat: usize, id: &str) -> Self {
        let sound = fixtures().join(format!("{id}.wav"));
        Self::playing(service, seat, &sound, &Script::of(id).caller_number)
    }

    /// A call that plays a file on both sides.
    pub fn playing(service: &Service, seat: usize, sound: &Path, from: &str) -> Self {
        let mut command = Self::command(service, seat, sound, from);
        command.arg("--agent").arg(sound).arg("--agent-listen").arg(service.phones[seat].to_string());
        Self::spawn(command)
    }

    /// A recorded call to a seat whose phone is not there.
    pub fn without_agent(service: &Service, seat: usize, id: &str) -> Self {
        let sound = fixtures().join(format!("{id}.wav"));
        Self::spawn(Self::command(service, seat, &sound, &Script::of(id).caller_number))
    }

    /// A call to this number that says a file, and reports as JSON. With `agent` the first seat's phone says that one.
    pub fn saying(service: &Service, to: &str, sound: &Path, agent: Option<&Path>) -> Self {
        let mut command = Command::from(service.jiesu(&["call"]));
        command.arg(sound).arg("--to").arg(format!("sip:{to}@{}", service.sip));
        command.args(["--from", "13800006921", "--json"]);
        if let Some(agent) = agent {
            command.arg("--agent").arg(agent).arg("--agent-listen").arg(service.phones[0].to_string());
        }
        Self::spawn(command)
    }

    /// A call that says a file, presses keys behind its last word, and waits for the service to hang up.
    pub fn rating(service: &Service, to: &str, sound: &Path, keys: &str) -> Self {
        let mut command = Command::from(service.jiesu(&["call"]));
        command.arg(sound).arg("--to").arg(format!("sip:{to}@{}", service.sip));
        command.args(["--from", "13900001204", "--json", "--dtmf", keys, "--linger", "20"]);
        Self::spawn(command)
    }

    fn command(service: &Service, seat: usize, sound: &Path, from: &str) -> Command {
        let mut command = Command::from(service.jiesu(&["call"]));
        command.arg(sound).arg("--to").arg(format!("sip:{}@{}", SEATS[seat], service.sip));
        command.arg("--from").arg(from);
        command
    }

    fn spawn(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        Self { process: command.spawn().expect("jiesu call starts") }
    }

    /// Waits until the call is over.
    pub async fn report(self) -> Report {
        let output = self.process.wait_with_output().await.expect("jiesu call ends");
        Report {
            status: output.status,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Waits until the call is over; panics where it failed.
    pub async fn finish(self) -> Report {
        let report = self.report().await;
        assert!(report.status.success(), "jiesu call: {}\n{}", report.status, report.stderr);
        report
    }
}

/// The first part of a recorded call's file, as a broken download would leave it.
pub fn truncated(service: &Service, id: &str, bytes: usize) -> PathBuf {
    let whole = std::fs::read(fixtures().join(format!("{id}.wav"))).expect("the recorded call");
    let path = service.home().join("truncated.wav");
    std::fs::write(&path, &whole[..bytes]).expect("the piece is written");
    path
}
