//! One recogniser's process: started, asked, and killed where it is silent too long. The service's side of
//! [`super::protocol`].

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child as Process, ChildStdin, ChildStdout, Command};
use tokio::time::error::Elapsed;

use super::protocol::{self, Hello, Outcome, ProtocolError, Reply, Request};

/// How long a process that ended its output may take to end itself, before it is killed.
const END_TIMEOUT: Duration = Duration::from_millis(500);

/// A running process that has said that it is ready.
pub(super) struct Child {
    process: Process,
    input: ChildStdin,
    output: ChildStdout,
    /// Counts requests, so that an answer to another one is noticed.
    requests: u64,
}

/// Why a process is of no use, or not any more.
#[derive(Debug, thiserror::Error)]
pub(super) enum ChildError {
    #[error("`{program}` cannot be started: {source}")]
    Spawn { program: String, source: io::Error },
    #[error("{0}")]
    Refused(String),
    #[error("it speaks version {0} of the protocol, and not {version}", version = protocol::VERSION)]
    Version(u32),
    #[error("it ended ({0})")]
    Ended(ExitStatus),
    #[error("it said nothing for {} s", .0.as_secs_f32())]
    Silent(Duration),
    #[error("it answered request {answered} when asked {asked}")]
    WrongRequest { asked: u64, answered: u64 },
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
}

impl Child {
    /// Starts a process and waits until it is ready.
    pub(super) async fn start(command: &[String], timeout: Duration) -> Result<Self, ChildError> {
        let program = command.first().cloned().unwrap_or_default();
        let spawned = |source| ChildError::Spawn { program: program.clone(), source };
        let mut process = Command::new(&program)
            .args(command.get(1..).unwrap_or_default())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Its own group: Ctrl-C at the service's terminal must not take the words of the last calls away.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(spawned)?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(spawned(io::Error::other("it has no pipes")));
        };
        let mut child = Self { process, input, output, requests: 0 };
        let heard = tokio::time::timeout(timeout, child.hear()).await;
        let hello: Hello = child.explain(heard, timeout).await?;
        match hello {
            Hello { version, .. } if version != protocol::VERSION => Err(ChildError::Version(version)),
            Hello { ready: false, error, .. } => Err(ChildError::Refused(error.unwrap_or_default())),
            Hello { ready: true, .. } => Ok(child),
        }
    }

    /// Asks one thing. After an error the process is of no use any more.
    pub(super) async fn ask(
        &mut self,
        mut request: Request,
        timeout: Duration,
    ) -> Result<Outcome, ChildError> {
        self.requests += 1;
        let asked = self.requests;
        request.header.id = asked;
        let bytes = request.encode()?;
        let exchange = async {
            self.input.write_all(&bytes).await?;
            self.input.flush().await?;
            self.hear().await
        };
        let heard = tokio::time::timeout(timeout, exchange).await;
        let reply: Reply = self.explain(heard, timeout).await?;
        if reply.id != asked {
            return Err(ChildError::WrongRequest { asked, answered: reply.id });
        }
        Ok(reply.outcome)
    }

    /// The process's number, for the log and for tests that kill it.
    pub(super) fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Says what went wrong in an exchange. A broken pipe is mostly the process's end.
    async fn explain<T>(
        &mut self,
        heard: Result<Result<T, ProtocolError>, Elapsed>,
        timeout: Duration,
    ) -> Result<T, ChildError> {
        match heard {
            Err(_) => Err(ChildError::Silent(timeout)),
            Ok(Ok(done)) => Ok(done),
            Ok(Err(ProtocolError::Pipe(error))) => {
                match tokio::time::timeout(END_TIMEOUT, self.process.wait()).await {
                    Ok(Ok(status)) => Err(ChildError::Ended(status)),
                    Ok(Err(_)) | Err(_) => Err(ProtocolError::Pipe(error).into()),
                }
            }
            Ok(Err(error)) => Err(error.into()),
        }
    }

    async fn hear<T: DeserializeOwned>(&mut self) -> Result<T, ProtocolError> {
        let length = self.output.read_u32_le().await?;
        protocol::check_length(length, protocol::MAX_MESSAGE_BYTES)?;
        let mut json = vec![0; length as usize];
        self.output.read_exact(&mut json).await?;
        Ok(serde_json::from_slice(&json)?)
    }
}
