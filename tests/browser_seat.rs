//! An agent's page as a seat, in Debian's Chromium whose microphone is a tone: `web/e2e/seat.spec.ts` is what the agent
//! does; here the service is started and the call placed, and what was heard is looked at. Needs what `make setup`
//! installs and `make web` builds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, missing_docs)]

#[path = "support/baresip.rs"]
mod baresip;
#[path = "support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use baresip::Baresip;
use jiesu::domain::Channel;
use serde_json::Value;
use support::desk::Desk;
use support::eventually;
use support::phone::PlacedCall;
use support::service::{PASSWORD, Service};
use support::settings::{BROWSER_SEAT, Settings, tone};
use support::sound::Recording;
use tokio::process::{Child, Command};
use tokio::time::Instant;

const CALLER_HZ: f64 = 500.0;
const AGENT_HZ: f64 = 700.0;
const PHONE_HZ: f64 = 1_000.0;
const MUSIC_HZ: f64 = 1_300.0;
/// Longer than the browser takes for all that it does.
const PATIENT_MS: u32 = 90_000;
/// Long enough to lose one agent and to reach another; then the caller hangs up.
const SHORT_MS: u32 = 30_000;

/// A file of a tone, in the service's folder.
fn sound(service: &Service, hz: f64, length_ms: u32) -> PathBuf {
    let path = service.home().join(format!("{hz}.wav"));
    std::fs::write(&path, tone(hz, length_ms)).unwrap();
    path
}

fn settings() -> Settings {
    Settings { browser_seat: true, music_hz: Some(MUSIC_HZ), ..Settings::reading(&[]) }
}

/// A browser in which the agent does what the test of this title says.
fn browser(service: &Service, title: &str) -> Child {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Command::new(root.join(".tools/node_modules/.bin/node"))
        .arg(root.join("web/node_modules/@playwright/test/cli.js"))
        .args(["test", "seat.spec.ts", "--grep", title])
        .current_dir(root.join("web"))
        .env("JIESU_URL", format!("http://{}", service.http))
        .env("JIESU_AGENT", format!("agent:{PASSWORD}"))
        .env("JIESU_SUPERVISOR", format!("supervisor:{PASSWORD}"))
        .env("JIESU_MICROPHONE", sound(service, AGENT_HZ, PATIENT_MS))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("playwright starts")
}

async fn finish(browser: Child) {
    let output = browser.wait_with_output().await.unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{said}");
    assert!(output.status.success(), "{}\n{said}", output.status);
}

/// How long the caller heard a tone, ms, by its own report.
fn heard_ms(report: &Value, hz: f64) -> u64 {
    let tones = report["caller"]["tones"].as_array().expect("tones");
    let near = |tone: &&Value| (tone["hz"].as_f64().unwrap() - hz).abs() < 15.0;
    tones.iter().filter(near).map(|tone| tone["ms"].as_u64().unwrap()).sum()
}

/// The only call, once it is over, and its recording.
async fn ended(service: &Service) -> (Value, Recording) {
    let desk: Desk = service.sign_in("supervisor").await;
    let id = desk.call_in("ended").await;
    let call = desk
        .call_once(&id, "the recording is closed", |call| call["call"]["recording"]["state"] == "closed")
        .await;
    let calls = desk.get("/api/calls").await;
    assert_eq!(calls["items"].as_array().unwrap().len(), 1, "one call from its beginning to its end");
    (call, Recording::load(&service.data().join("recordings").join(format!("{id}.wav"))))
}

async fn report(call: PlacedCall) -> Value {
    let report = call.report().await;
    serde_json::from_str(&report.stdout).unwrap_or_else(|_| panic!("{}{}", report.stdout, report.stderr))
}

#[tokio::test]
async fn a_call_rings_in_the_page_is_answered_by_key_and_both_sides_are_heard() {
    let service = Service::start(settings()).await;
    // The caller is there first, and waits for the page.
    let call = PlacedCall::saying(&service, BROWSER_SEAT, &sound(&service, CALLER_HZ, PATIENT_MS), None);
    let browser = browser(&service, "answers by key");
    finish(browser).await;
    let report = report(call).await;
    let (call, recording) = ended(&service).await;
    assert_eq!(
        (&call["call"]["end_cause"], &call["call"]["seat"]),
        (&"agent_hung_up".into(), &BROWSER_SEAT.into())
    );
    assert!(heard_ms(&report, MUSIC_HZ) > 500, "in the queue: {report}");
    assert!(heard_ms(&report, AGENT_HZ) > 2_000, "{report}");
    assert!(recording.tone_ms(Channel::Caller, CALLER_HZ) > 3_000);
    assert!(recording.tone_ms(Channel::Agent, AGENT_HZ) > 2_000);
    assert_eq!(
        recording.tone_ms(Channel::Caller, AGENT_HZ) + recording.tone_ms(Channel::Agent, CALLER_HZ),
        0
    );
}

/// The whole way of a call, with everybody whom it may meet: a caller with recorded words, Chromium, baresip, and a
/// second caller, sipp, who gives up in the queue.
#[tokio::test]
async fn a_call_is_answered_in_the_page_held_handed_to_a_desk_phone_and_rated() {
    let settings = Settings {
        rating: true,
        music_hz: Some(MUSIC_HZ),
        browser_seat: true,
        ..Settings::reading(&["sewer_overflow"])
    };
    let service = Service::start(settings).await;
    let says = (0..60 * 8_000)
        .map(|n| (9_000.0 * (std::f64::consts::TAU * PHONE_HZ * f64::from(n) / 8_000.0).sin()) as i16);
    let account = format!("<sip:8001@{}>;answermode=auto;regint=0", service.phones[0]);
    let phone = Baresip::start(service.phones[0], &account, &says.collect::<Vec<_>>());
    let browser = browser(&service, "hands over");
    let supervisor = service.sign_in("supervisor").await;
    eventually("the page is connected", async || {
        let seats = supervisor.get("/api/seats").await;
        let page = seats["items"].as_array()?.iter().find(|seat| seat["extension"] == BROWSER_SEAT)?;
        (page["state"] == "ready").then_some(())
    })
    .await;
    let words = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio_fixtures/sewer_overflow.wav");
    let call = PlacedCall::rating(&service, BROWSER_SEAT, &words, "2");
    let nearly_all_said = Instant::now() + Duration::from_secs(40);
    finish(browser).await;
    gives_up(&service, BROWSER_SEAT).await;
    // The caller presses the key behind its last word: then it must have been asked for it, and not long ago.
    tokio::time::sleep_until(nearly_all_said).await;
    phone.hang_up().await;
    let report = report(call).await;
    let rated = eventually("the call is over", async || {
        let calls = supervisor.get("/api/calls?state=ended").await;
        let call = calls["items"].as_array()?.iter().find(|call| !call["call"]["bridged_at"].is_null())?;
        (call["call"]["recording"]["state"] == "closed").then(|| call["call"].clone())
    })
    .await;
    assert_eq!((&rated["rating"], &rated["seat"]), (&2.into(), &"8001".into()), "{rated}");
    for (hz, least_ms) in [(446.0, 300), (MUSIC_HZ, 1_000), (AGENT_HZ, 2_000), (PHONE_HZ, 500)] {
        assert!(heard_ms(&report, hz) >= least_ms, "{hz} Hz: {report}");
    }
    let id = rated["id"].as_str().unwrap();
    let recording = Recording::load(&service.data().join("recordings").join(format!("{id}.wav")));
    assert!(recording.tone_ms(Channel::Agent, AGENT_HZ) > 2_000, "what the page said");
    assert!(recording.tone_ms(Channel::Agent, PHONE_HZ) > 500, "and the desk phone, on the same channel");
    assert_eq!(
        recording.tone_ms(Channel::Caller, AGENT_HZ) + recording.tone_ms(Channel::Caller, PHONE_HZ),
        0
    );
    let said = supervisor.get(&format!("/api/calls/{id}")).await["turns"].to_string();
    assert!(said.contains("曙光里") && said.contains("孙丽华"), "one transcript through it all: {said}");
    let day = supervisor.get("/api/figures").await["figures"]["whole"].clone();
    assert_eq!(
        (&day["offered"], &day["answered"], &day["abandoned"]),
        (&2.into(), &1.into(), &1.into()),
        "{day}"
    );
}

/// A caller of another make, who hangs up after three seconds in the queue.
async fn gives_up(service: &Service, to: &str) {
    let status = Command::new("sipp")
        .args(["-sn", "uac", "-s", to, "-m", "1", "-d", "3000", "-nostdin", "-i", "127.0.0.1"])
        .arg(service.sip.to_string())
        .current_dir(service.home())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .await
        .expect("sipp is installed");
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn a_page_that_reloads_or_goes_away_in_mid_call_finds_the_caller_there_with_music() {
    let service = Service::start(settings()).await;
    let call = PlacedCall::saying(&service, BROWSER_SEAT, &sound(&service, CALLER_HZ, PATIENT_MS), None);
    finish(browser(&service, "comes back")).await;
    let report = report(call).await;
    let (call, recording) = ended(&service).await;
    assert_eq!(call["call"]["end_cause"], "agent_hung_up");
    assert!(heard_ms(&report, AGENT_HZ) > 3_000, "{report}");
    let before_the_answer =
        call["call"]["bridged_at"].as_str().unwrap() > call["call"]["answered_at"].as_str().unwrap();
    assert!(before_the_answer && heard_ms(&report, MUSIC_HZ) > 1_000, "{report}");
    assert!(recording.tone_ms(Channel::Agent, AGENT_HZ) > 3_000);
}

#[tokio::test]
async fn the_page_opened_last_has_the_seat_and_the_one_before_says_so() {
    let service = Service::start(settings()).await;
    finish(browser(&service, "is taken over")).await;
}

#[tokio::test]
async fn a_supervisor_listens_in_by_the_page_and_is_not_heard() {
    let service = Service::start(Settings { supervisor_in_the_page: true, ..Settings::reading(&[]) }).await;
    let caller = sound(&service, CALLER_HZ, SHORT_MS);
    let call = PlacedCall::saying(&service, "8001", &caller, Some(&sound(&service, PHONE_HZ, SHORT_MS)));
    finish(browser(&service, "listens in")).await;
    let report = report(call).await;
    let (_, recording) = ended(&service).await;
    assert!(heard_ms(&report, PHONE_HZ) > 10_000, "{report}");
    assert_eq!(heard_ms(&report, AGENT_HZ) + recording.tone_ms(Channel::Agent, AGENT_HZ), 0, "{report}");
}

#[tokio::test]
async fn a_browser_that_is_killed_leaves_the_caller_first_in_the_queue() {
    let service = Service::start(Settings { return_limit_s: Some(3), ..settings() }).await;
    let browser = browser(&service, "is killed");
    eventually("the page is there", async || service.log().contains("a browser seat is there").then_some(()))
        .await;
    let call = PlacedCall::saying(
        &service,
        "12345",
        &sound(&service, CALLER_HZ, SHORT_MS),
        Some(&sound(&service, PHONE_HZ, SHORT_MS)),
    );
    finish(browser).await;
    let desk = service.sign_in("supervisor").await;
    let id = desk.call_in("talking").await;
    desk.call_once(&id, "the desk phone has the call", |call| {
        call["call"]["state"] == "talking" && call["call"]["seat"] == "8001"
    })
    .await;
    let report = report(call).await;
    let (call, recording) = ended(&service).await;
    assert_eq!((&call["call"]["id"], &call["call"]["end_cause"]), (&id.into(), &"caller_hung_up".into()));
    for hz in [AGENT_HZ, MUSIC_HZ, PHONE_HZ] {
        assert!(heard_ms(&report, hz) > 1_000, "{hz} Hz: {report}");
    }
    for hz in [AGENT_HZ, PHONE_HZ] {
        assert!(recording.tone_ms(Channel::Agent, hz) > 1_000, "{hz} Hz");
    }
}
