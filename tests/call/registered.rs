//! A desk phone that registers is a seat: baresip, which knows nothing of our own SIP, is rung where it registered from.

use std::process::Stdio;
use std::time::Duration;

use jiesu::caller::place_call;
use jiesu::domain::{CallState, EndCause};
use jiesu::gateway::REALM;
use jiesu_sip::auth::Secret;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::support::{MemoryDesk, Options, Service, assert_ended, heard_ms, tone};

/// What the phone says, all the time.
const PHONE_HZ: f64 = 440.0;
const MODULES: &str = "/usr/lib/baresip/modules";

/// A running baresip that answers by itself. Killed when dropped.
struct Baresip {
    _process: Child,
    home: TempDir,
}

impl Drop for Baresip {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = std::fs::read(self.home.path().join("log")).unwrap_or_default();
            eprintln!("--- what baresip wrote\n{}", String::from_utf8_lossy(&log));
        }
    }
}

impl Baresip {
    fn start(service: &Service, account: &str, password: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path();
        let config = format!(
            "sip_listen 127.0.0.1:0\nmodule_path {MODULES}\n\
             module g711.so\nmodule aufile.so\nmodule_app account.so\nmodule_app menu.so\n\
             audio_source aufile,{said}\naudio_player aufile,{heard}\naudio_alert aufile,{heard}\n",
            said = path.join("said.wav").display(),
            heard = path.join("heard.wav").display(),
        );
        std::fs::write(path.join("said.wav"), wav(&tone(PHONE_HZ, 60_000))).unwrap();
        std::fs::write(path.join("config"), config).unwrap();
        let account = format!(
            "<sip:{account}@{registrar};transport=udp>;auth_pass={password};answermode=auto;regint=60\n",
            registrar = service.addr,
        );
        std::fs::write(path.join("accounts"), account).unwrap();
        std::fs::write(path.join("contacts"), "").unwrap();
        let mut command = Command::new("baresip");
        let log = std::fs::File::create(path.join("log")).unwrap();
        command.arg("-s").arg("-f").arg(path).current_dir(path).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        Self { _process: command.spawn().expect("baresip is installed"), home }
    }
}

/// 16-bit PCM at 8 kHz as a WAV file.
fn wav(samples: &[i16]) -> Vec<u8> {
    let bytes = samples.len() as u32 * 2;
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((36 + bytes).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend(8_000_u32.to_le_bytes());
    wav.extend(16_000_u32.to_le_bytes());
    wav.extend(b"\x02\0\x10\0data");
    wav.extend(bytes.to_le_bytes());
    wav.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    wav
}

fn secret() -> Secret {
    // baresip 1.0 gives up where another algorithm is offered, too.
    Secret::md5_only("8001", REALM, "one")
}

#[tokio::test]
async fn a_phone_that_registers_is_rung_at_its_binding_and_both_sides_hear_each_other() {
    let options = Options {
        registered: vec![("8001", secret())],
        ring_limit: Duration::from_secs(30),
        ..Options::default()
    };
    let service = Service::start(options).await;
    let _phone = Baresip::start(&service, "8001", "one");
    // Until the phone is registered, a call hears that nobody can be reached.
    for attempt in 1.. {
        let placed = place_call(service.plan("8001", tone(700.0, 4_000))).await.unwrap();
        let caller = placed.report.caller.unwrap();
        if heard_ms(&caller, PHONE_HZ) >= 1_000 {
            break;
        }
        assert!(attempt < 20, "the phone is never reached: {caller:?}");
    }
    let talked = |desk: &MemoryDesk| desk.calls().pop().filter(|call| call.state == CallState::Ended);
    let call = service.desk.until(talked).await;
    assert_ended(&call, EndCause::CallerHungUp);
    assert_eq!(call.seat.as_deref(), Some("8001"));
    service.stop().await;
}

#[tokio::test]
async fn a_seat_whose_phone_is_not_registered_is_not_waited_for() {
    let service =
        Service::start(Options { registered: vec![("8001", secret())], ..Options::default() }).await;
    let _phone = Baresip::start(&service, "8001", "wrong");
    let _ = place_call(service.plan("8001", tone(700.0, 2_000))).await.unwrap();
    assert_ended(&service.desk.ended().await, EndCause::NoAgent);
    service.stop().await;
}
