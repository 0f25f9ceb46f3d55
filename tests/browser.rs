//! The page in Debian's Chromium on a real call: `web/e2e/desk.spec.ts` is what is done and looked for, and
//! `pages.spec.ts` whether every page is open to everybody, in both themes; here
//! the service is started and the call placed. Needs what `make setup` installs and `make web` builds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, missing_docs)]

#[path = "support/mod.rs"]
mod support;

use std::path::Path;
use std::process::Stdio;

use support::phone::PlacedCall;
use support::service::{PASSWORD, Service};
use support::settings::Settings;
use tokio::process::Command;

#[tokio::test]
async fn an_agent_a_clerk_and_a_supervisor_work_on_a_call_in_the_browser() {
    let service = Service::start(Settings::reading(&["sewer_overflow"])).await;
    let placed = PlacedCall::of(&service, 0, "sewer_overflow");
    look(&service, &["desk.spec.ts", "pages.spec.ts"]).await;
    placed.finish().await;
}

#[tokio::test]
async fn an_agent_holds_and_pauses_and_calls_somebody_by_keyboard() {
    let service = Service::start(Settings::reading(&["sewer_overflow"])).await;
    let _placed = PlacedCall::of(&service, 0, "sewer_overflow");
    look(&service, &["talk.spec.ts"]).await;
}

#[tokio::test]
async fn a_supervisor_listens_whispers_and_joins_by_keyboard() {
    let service = Service::start(Settings::reading(&["sewer_overflow"])).await;
    let _placed = PlacedCall::of(&service, 0, "sewer_overflow");
    let phone = service.phones[2];
    let _sipp = Command::new("sipp")
        .args(["-sn", "uas", "-nostdin", "-i", &phone.ip().to_string(), "-p", &phone.port().to_string()])
        .current_dir(service.home())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("sipp is installed");
    look(&service, &["supervise.spec.ts"]).await;
}

#[tokio::test]
async fn an_agent_takes_a_break_and_comes_back_and_a_supervisor_sees_it() {
    let settings = Settings { ring_timeout_s: Some(2), ..Settings::reading(&["sewer_overflow"]) };
    let service = Service::start(settings).await;
    let _placed = PlacedCall::without_agent(&service, 0, "sewer_overflow");
    look(&service, &["states.spec.ts"]).await;
}

#[tokio::test]
async fn a_message_left_when_the_hotline_is_closed_becomes_a_ticket() {
    let service = Service::start(Settings { closed: true, ..Settings::reading(&["sewer_overflow"]) }).await;
    let sound = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio_fixtures/sewer_overflow.wav");
    let placed = PlacedCall::saying(&service, "12345", &sound, None);
    look(&service, &["follow_ups.spec.ts"]).await;
    placed.finish().await;
}

/// Runs these specifications against the service, on the call of `sewer_overflow`.
async fn look(service: &Service, specifications: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let node = root.join(".tools/node_modules/.bin/node");
    assert!(node.exists(), "{} is missing: make setup", node.display());
    let output = Command::new(node)
        .arg(root.join("web/node_modules/@playwright/test/cli.js"))
        .arg("test")
        .args(specifications)
        .current_dir(root.join("web"))
        .env("JIESU_URL", format!("http://{}", service.http))
        .env("JIESU_AGENT", format!("agent:{PASSWORD}"))
        .env("JIESU_SUPERVISOR", format!("supervisor:{PASSWORD}"))
        .env("JIESU_DEPARTMENT", format!("livelihood:{PASSWORD}"))
        .env("JIESU_CALLER", "13900001204")
        .env("JIESU_SAID", "地点:曙光里")
        .env("JIESU_WORD", "下水道")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .expect("playwright starts");
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{said}", output.status);
}
