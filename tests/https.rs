//! HTTPS from another address than localhost, in a network of its own (198.51.100.7, RFC 5737): curl and Debian's
//! Chromium refuse the page until they are told to trust the local authority, and take it then. Needs what `make setup`
//! installs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, missing_docs)]

#[path = "support/mod.rs"]
mod support;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::eventually;
use support::service::{PASSWORD, Service};
use support::settings::Settings;

const PLAIN: &str = "198.51.100.7:8080";
const SECURE: &str = "198.51.100.7:8443";

fn settings() -> Settings {
    let address = |text: &str| Some(text.parse::<SocketAddr>().unwrap());
    Settings { http: address(PLAIN), https: address(SECURE), ..Settings::reading(&[]) }
}

/// curl in the service's network.
fn curl(service: &Service, words: &[&str]) -> Output {
    service
        .beside("curl")
        .args(["--silent", "--show-error", "--max-time", "10", "--noproxy", "*"])
        .args(words)
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

async fn answers(service: &mut Service) {
    eventually("plain HTTP answers", async || {
        if let Some(status) = service.ended() {
            panic!("the service ended ({status}) at its start:\n{}", service.log());
        }
        if !service.has_its_network() {
            return None;
        }
        let answer = curl(service, &["--head", &format!("http://{PLAIN}/")]);
        String::from_utf8_lossy(&answer.stdout).contains(" 308 ").then_some(())
    })
    .await;
}

/// The authority's certificate as a seat gets it, DER.
fn authority(service: &Service) -> PathBuf {
    let file = service.home().join("jiesu-authority.crt");
    text(&curl(service, &["--output", file.to_str().unwrap(), &format!("http://{PLAIN}/authority.crt")]));
    file
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn a_browser_elsewhere_trusts_the_local_authority_and_gives_its_microphone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut service = Service::prepare(settings());
    service.launch();
    answers(&mut service).await;

    let there = text(&curl(
        &service,
        &["--write-out", "%{http_code} %{redirect_url}", &format!("http://{PLAIN}/calls?page=2")],
    ));
    assert_eq!(there, format!("308 https://{SECURE}/calls?page=2"));
    let stranger = curl(&service, &[&format!("https://{SECURE}/")]);
    assert_eq!(stranger.status.code(), Some(60), "a certificate of nobody that it knows");

    let der = authority(&service);
    let fingerprint = run(Command::new("openssl")
        .args(["x509", "-inform", "DER", "-noout", "-fingerprint", "-sha256", "-in"])
        .arg(&der));
    let fingerprint = fingerprint.trim().rsplit('=').next().unwrap();
    assert!(service.log().contains(fingerprint), "the log says which authority to trust");
    assert!(text(&curl(&service, &[&format!("http://{PLAIN}/authority")])).contains(fingerprint));
    let pem = service.home().join("authority.pem");
    run(Command::new("openssl").args(["x509", "-inform", "DER", "-in"]).arg(&der).arg("-out").arg(&pem));
    let trusting = ["--cacert", pem.to_str().unwrap(), "--include"];
    let page = text(&curl(&service, &[&trusting[..], &[&format!("https://{SECURE}/")]].concat()));
    assert!(page.contains("strict-transport-security") && page.contains("<title>"), "{page}");

    // As the page of the authority says it for Linux.
    let browser_home = service.home().join("browser");
    let database = browser_home.join(".pki/nssdb");
    std::fs::create_dir_all(&database).unwrap();
    let database = format!("sql:{}", database.display());
    run(Command::new("certutil").args(["-d", &database, "-N", "--empty-password"]));
    run(Command::new("certutil").args(["-d", &database, "-A", "-t", "C,,", "-n", "jiesu", "-i"]).arg(&der));
    let output = service
        .beside(root.join(".tools/node_modules/.bin/node").to_str().unwrap())
        .arg(root.join("web/node_modules/@playwright/test/cli.js"))
        .args(["test", "secure.spec.ts"])
        .current_dir(root.join("web"))
        .env("HOME", &browser_home)
        .env("JIESU_URL", format!("https://{SECURE}"))
        .env("JIESU_AGENT", format!("agent:{PASSWORD}"))
        .output()
        .expect("playwright starts");
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{said}", output.status);
}

#[tokio::test]
async fn who_trusted_the_authority_once_need_not_do_it_again() {
    let mut service = Service::prepare(settings());
    service.launch();
    answers(&mut service).await;
    let first = std::fs::read(authority(&service)).unwrap();
    service.kill();
    service.launch();
    answers(&mut service).await;
    assert_eq!(std::fs::read(authority(&service)).unwrap(), first);
}

#[test]
fn settings_that_cannot_be_are_refused_with_what_to_do() {
    for (wrong, said) in [
        ("names = [\"desk\"]", "says nothing without `listen`"),
        ("listen = \"0.0.0.0:0\"", "names = [\"desk.city.lan\""),
        ("listen = \"127.0.0.1:0\"\ncertificate = \"city.pem\"", "`certificate` and `key`, or neither"),
        (
            "listen = \"127.0.0.1:0\"\ncertificate = \"city.pem\"\nkey = \"city.key\"",
            "city.pem: no certificate",
        ),
    ] {
        let service = Service::prepare(Settings::reading(&[]));
        let file = service.home().join("jiesu.toml");
        let before = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("[https]\n{wrong}\n{before}")).unwrap();
        let output = service.jiesu(&["serve"]).output().unwrap();
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && log.contains(said), "{wrong}: {log}");
    }
}
