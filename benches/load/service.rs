//! The real service, as a process on a core of its own, with a desk phone's seat for each call.

use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jiesu::audio::wav;
use jiesu::speech::protocol::{RequestHeader, Transcript};
use jiesu::speech::recogniser::{self, Recogniser};
use tempfile::TempDir;

use crate::usage::pin;

/// Given first, it makes this program a recogniser.
pub(crate) const RECOGNISE: &str = "--recognise";
/// How long the service may take to start.
const START_LIMIT: Duration = Duration::from_secs(30);

/// The service, while it runs.
pub(crate) struct Service {
    process: Child,
    home: TempDir,
    /// Where it takes calls.
    pub(crate) sip: SocketAddr,
    /// Where it calls its phones.
    pub(crate) phones: SocketAddr,
}

impl Service {
    pub(crate) fn start(calls: usize, listening: bool, core: usize) -> Result<Self, Box<dyn Error>> {
        let home = tempfile::tempdir()?;
        let (sip, http, phones) = (free()?, free()?, free()?);
        let settings = home.path().join("jiesu.toml");
        std::fs::write(&settings, Self::settings(calls, listening, home.path(), sip, http, phones)?)?;
        let log = File::create(home.path().join("log"))?;
        let process = Command::new(env!("CARGO_BIN_EXE_jiesu"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .arg("--config")
            .arg(&settings)
            .arg("serve")
            .env("JIESU_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut service = Self { process, home, sip, phones };
        // Before it counts the cores that it may use.
        pin(Some(service.id()), core)?;
        let until = Instant::now() + START_LIMIT;
        while TcpStream::connect(http).is_err() {
            if service.process.try_wait()?.is_some() || Instant::now() > until {
                return Err(format!("the service does not start:\n{}", service.log()).into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(service)
    }

    fn settings(
        calls: usize,
        listening: bool,
        home: &std::path::Path,
        sip: SocketAddr,
        http: SocketAddr,
        phones: SocketAddr,
    ) -> Result<String, Box<dyn Error>> {
        // The shortest: what is measured are talks.
        let greeting = home.join("greeting.wav");
        let sound = 4_000_i16.to_le_bytes().repeat(800);
        std::fs::write(&greeting, [&wav::header(1, 8_000, sound.len() as u64)[..], &sound].concat())?;
        let recogniser = [std::env::current_exe()?.display().to_string(), RECOGNISE.to_owned()];
        let mut text = format!(
            "[sip]\nlisten_udp = \"{sip}\"\nlisten_tcp = \"{sip}\"\nmax_calls = {calls}\nrtp_ports = \"20000-31999\"\n\
             [http]\nlisten = \"{http}\"\n[storage]\ndirectory = {:?}\n\
             [speech]\nworkers = {}\ncommand = {recogniser:?}\n[hotline]\nwrap_up_s = 0\ngreeting = {greeting:?}\n",
            home.join("data"),
            u8::from(listening),
        );
        for seat in 0..calls {
            let extension = 10_000 + seat;
            write!(
                text,
                "[[hotline.seat]]\nextension = \"{extension}\"\nphone = \"sip:{extension}@{phones}\"\n"
            )?;
        }
        Ok(text)
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// What it said.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.home.path().join("log")).unwrap_or_default()
    }

    /// Asks it to stop, and says what it warned of.
    pub(crate) fn stop(mut self) -> Result<(), Box<dyn Error>> {
        let id = rustix::process::Pid::from_raw(self.id().cast_signed()).ok_or("no process")?;
        rustix::process::kill_process(id, rustix::process::Signal::TERM)?;
        self.process.wait()?;
        let log = self.log();
        if !log.is_empty() {
            let few: Vec<&str> = log.lines().take(8).collect();
            println!("the service's log has {} lines:\n{}", log.lines().count(), few.join("\n"));
        }
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An address whose port is free for UDP and for TCP.
fn free() -> Result<SocketAddr, Box<dyn Error>> {
    for _ in 0..100 {
        let address = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    Err("no free port on the loopback interface".into())
}

/// This program as a recogniser's process.
pub(crate) fn recognise() -> Result<(), Box<dyn Error>> {
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    Ok(recogniser::serve("deaf", &mut Deaf, &mut input, &mut output)?)
}

/// Hears nothing, at no cost.
struct Deaf;

impl Recogniser for Deaf {
    fn recognise(&mut self, _: &RequestHeader, _: &[i16]) -> Result<Transcript, Box<dyn Error>> {
        Ok(Transcript::default())
    }
}
