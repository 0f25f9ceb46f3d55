//! `jiesu serve`: puts the house together, says where it can be reached, and takes it down in order.

mod browsers;
mod files;
mod https;
mod reception;
mod reload;
mod resume;
mod seats;
mod switchboard;
mod trunks;
mod watch;

use std::collections::HashMap;
use std::fs::DirBuilder;
use std::io::IsTerminal;
use std::os::unix::fs::DirBuilderExt;
use std::panic::PanicHookInfo;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use jiesu_sip::rtp::Digit;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch as flag;
use tokio::time::timeout;
use tracing_subscriber::EnvFilter;

use crate::call::{FollowUps, Hotline, Numbering, RatingPrompts, Seats, Talks, prompts, take_up_calls};
use crate::config::{self, Config, Language};
use crate::gateway::{Gateway, GatewayConfig, MediaPorts};
use crate::http::{Desk, DeskParts, LocalName, RecogniserStatus};
use crate::journal::Journal;
use crate::knowledge::Knowledge;
use crate::speech::{LanguageChoice, NameIndex, Speech, SpeechConfig};
use crate::store::Store;
use crate::ticket::{Drafting, start_delivery};
use crate::understanding::{InForce, Understanding};
use https::Listeners;
use switchboard::Switchboard;

/// Each call has two legs; a few more are ringing or being refused.
const SPARE_LEGS: usize = 16;
/// What is still being answered at a stop has this long.
const PAGE_STOP_LIMIT: Duration = Duration::from_secs(3);
/// A token for `/metrics` is at least this long.
const LEAST_TOKEN_BYTES: usize = 16;
/// What happened last has this long to reach the database at a stop.
const JOURNAL_STOP_LIMIT: Duration = Duration::from_secs(5);

/// Runs the hotline until it is told to stop (SIGTERM, Ctrl+C). JIESU_LOG sets what is logged, such as `debug`.
#[derive(Debug, Args)]
pub(super) struct Serve {}

impl Serve {
    pub(super) fn run(&self, config: &Path) -> Result<ExitCode> {
        let levels = EnvFilter::try_from_env("JIESU_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
        let terminal = std::io::stderr().is_terminal();
        tracing_subscriber::fmt()
            .with_env_filter(levels)
            .with_writer(std::io::stderr)
            .with_ansi(terminal)
            // What cannot be logged is not said on stderr either: that panics where stderr is a file on the full
            // disk, in whichever call's task was logging.
            .log_internal_errors(false)
            .init();
        std::panic::set_hook(Box::new(say_where));
        let config = Config::read(config)?;
        files::raise_limit(config.sip.max_calls);
        tokio::runtime::Runtime::new()?.block_on(serve(config))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A panic's message may quote what a caller said, so only its place is logged.
fn say_where(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "a fault of this program: a task panicked");
}

async fn serve(config: Config) -> Result<()> {
    // What may be wrong with the settings is found before anything is opened.
    started_where_its_files_are(&config)?;
    let city = InForce::load(&config.hotline.taxonomy, &config.hotline.gazetteer)?;
    let knowledge = Arc::new(Knowledge::open(&config.hotline.knowledge)?);
    let greeting = prompts::load(&config.hotline.greeting)?;
    let apology = prompts::load(&config.hotline.apology)?;
    let music = prompts::load(&config.hotline.music)?;
    let rating = rating(&config)?;
    let reception = reception::reception(&config)?;
    token_is_long_enough(&config)?;
    let speech = speech_config(&config, &city.now())?;
    let language_keys = language_keys(&config, &speech)?;
    let language = speech.language.fixed().map(str::to_owned);
    private_folder(&config.storage.directory)?;
    let pages = Listeners::open(&config).await?;
    let trunks = trunks::trunks(&config).await?;
    let (gateway, telephone, incoming) = Gateway::bind(GatewayConfig {
        listen_tcp: Some(config.sip.listen_tcp),
        advertised_ip: config.sip.advertised_ip,
        max_legs: 2 * config.sip.max_calls + SPARE_LEGS,
        phones: seats::phones(&config.hotline.seat)?,
        trunks: trunks.clone(),
        phone_addresses: trunks::phone_addresses(&config.hotline.seat).await,
        ..GatewayConfig::new(config.sip.listen_udp)
    })
    .await?;

    let recordings = config.storage.recordings();
    private_folder(&recordings)?;
    let store = Store::open(&config.storage.database()).await?;
    let (journal, writing) = Journal::start(store.clone()).await?;
    let drafting = Drafting::new(journal.clone(), store.clone(), Arc::new(city.clone()));
    let reloading = reload::start_reloading(city.clone())?;
    let speech = Speech::start(speech)?;
    let delivering = start_delivery(store.clone(), journal.clone());
    let watching = tokio::spawn(watch::watch_recognisers(speech.clone(), journal.clone()));
    let reading = tokio::spawn(watch::watch_knowledge(Arc::clone(&knowledge)));
    let switchboard = Arc::new(Switchboard {
        journal: journal.clone(),
        drafting: drafting.clone(),
        speech: speech.clone(),
    });
    let wrap_up = Duration::from_secs(config.hotline.wrap_up_s);
    let seats = seats::seats(&config.hotline.seat, &store.users().await?)?;
    let pages_with_seats = seats::browsers(&seats)?;
    let patience = reception::patience(&config.reception);
    store.end_seat_spans().await?;
    let seats = Seats::new(seats, wrap_up, patience, switchboard.clone());
    let browsers = browsers::start(&config, pages_with_seats, &seats).await?;
    let resuming = resume::resume(&store, &recordings, &switchboard).await?;

    let trunks_up = trunks::watch_trunks(&config, &trunks, &telephone);
    tokio::spawn(watch::watch_trunks(trunks_up.clone(), journal.clone()));
    let (talks, wishes) = Talks::new();
    let left = store.for_service().follow_ups().await?;
    let (follow_ups, call_backs) = FollowUps::new(left, switchboard.clone());
    let (stop, stopped) = flag::channel(false);
    let hotline = Arc::new(Hotline {
        telephone: telephone.clone(),
        media_ports: MediaPorts::new(config.sip.listen_udp.ip(), config.sip.rtp_ports.into())?,
        media_ip: telephone.udp_addr().ip(),
        seats: seats.clone(),
        browsers: browsers.clone(),
        return_limit: Duration::from_secs(config.browser.return_limit_s),
        greeting,
        apology,
        language,
        language_keys,
        recordings: recordings.clone(),
        max_calls: config.sip.max_calls,
        music,
        rating,
        reception,
        follow_ups: follow_ups.clone(),
        first_numbers: config.hotline.first_numbers.clone(),
        ring_limit: Duration::from_secs(config.hotline.ring_timeout_s),
        wait_limit: Duration::from_secs(config.hotline.wait_limit_s),
        outside: trunks::outside(&config, &trunks, &trunks_up)?,
        numbering: numbering(&config.numbering),
        talks: talks.clone(),
        media_timeout: Duration::from_secs(config.sip.media_timeout_s),
        desk: switchboard,
        recorder_failing: AtomicBool::new(false),
    });
    let gateway = tokio::spawn(gateway.run());
    let calls = tokio::spawn(take_up_calls(hotline, incoming, wishes, call_backs, stopped.clone()));
    let desk = Desk::new(DeskParts {
        store: store.clone(),
        journal: journal.clone(),
        drafting,
        browsers: browsers.clone(),
        city,
        knowledge: Arc::clone(&knowledge),
        seats,
        break_reasons: config.hotline.break_reasons.clone(),
        recordings,
        talks,
        follow_ups,
        recogniser: {
            let speech = speech.clone();
            Box::new(move || recogniser_status(&speech))
        },
        metrics: Box::new(move || speech.metrics()),
        trunks_up,
        metrics_token: config.http.metrics_token.clone(),
        secure_cookies: config.http.secure_cookies || pages.are_secure(),
    })?;
    tracing::info!(sip = %telephone.udp_addr(), page = pages.address()?, "ready");
    let pages = tokio::spawn(pages.serve(crate::http::router(desk.clone()), stopped));

    told_to_stop().await?;
    tracing::info!("stopping: calls are ended, recordings closed");
    stop.send_replace(true);
    calls.await?;
    browsers.stop().await;
    telephone.stop().await;
    gateway.await?;
    resuming.abort();
    watching.abort();
    reloading.abort();
    reading.abort();
    desk.stop_streams();
    if timeout(PAGE_STOP_LIMIT, pages).await.is_err() {
        tracing::warn!("a page was still being answered");
    }
    if !journal.flush_within(JOURNAL_STOP_LIMIT).await {
        tracing::error!("the last events could not be written to the database");
    }
    delivering.abort();
    writing.abort();
    store.close().await;
    Ok(())
}

/// Makes a folder for this service's own user: callers' voices, the database, the authority's key.
fn private_folder(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("the folder {} (storage.directory) cannot be made", path.display()))
}

/// A relative path that leads nowhere is most often right, and the folder is wrong.
fn started_where_its_files_are(config: &Config) -> Result<()> {
    let Config { hotline, speech, .. } = config;
    let paths = [
        &hotline.taxonomy,
        &hotline.gazetteer,
        &hotline.knowledge,
        &hotline.greeting,
        &hotline.apology,
        &hotline.music,
        &speech.models_directory,
    ];
    for path in paths {
        ensure!(
            path.is_absolute() || path.exists(),
            "there is no {}; relative paths in the settings are taken from the folder that jiesu is started in",
            path.display()
        );
    }
    Ok(())
}

/// A token that can be guessed is worse than none.
fn token_is_long_enough(config: &Config) -> Result<()> {
    let token = config.http.metrics_token.as_deref();
    ensure!(
        token.is_none_or(|token| token.trim() == token && token.len() >= LEAST_TOKEN_BYTES),
        "http.metrics_token must have at least {LEAST_TOKEN_BYTES} characters, none of them a space at an end; make one with `openssl rand -hex 32`"
    );
    Ok(())
}

async fn told_to_stop() -> Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
    Ok(())
}

/// How speech is recognised by these settings, the city's names among it.
fn speech_config(config: &Config, understanding: &Understanding) -> Result<SpeechConfig> {
    let speech = &config.speech;
    let made = SpeechConfig::new(
        &speech.models_directory,
        &speech.recogniser,
        speech.workers,
        speech.command.clone(),
    )?;
    let language = match &speech.language {
        None => made.language.clone(),
        Some(Language::Detect) => LanguageChoice::Detect,
        Some(Language::Fixed(language)) => {
            made.must_know(language).context("[speech] language")?;
            LanguageChoice::Fixed(language.clone())
        }
    };
    Ok(SpeechConfig {
        reply_timeout: Duration::from_secs(speech.reply_timeout_s.get()),
        language,
        names: Arc::new(NameIndex::new(understanding.place_names())),
        ..made
    })
}

/// The keys by which a caller chooses a language.
fn language_keys(config: &Config, speech: &SpeechConfig) -> Result<HashMap<Digit, String>> {
    let key = |(key, language): (&char, &String)| {
        let digit = Digit::from_key(*key).with_context(|| {
            format!("[hotline] language_keys: `{key}` is on no telephone; use 0 to 9, * or #")
        })?;
        speech.must_know(language).with_context(|| format!("[hotline] language_keys, key {key}"))?;
        Ok((digit, language.clone()))
    };
    config.hotline.language_keys.iter().map(key).collect()
}

/// What is said to a citizen who is asked to rate the talk.
fn rating(config: &Config) -> Result<Option<RatingPrompts>> {
    let Some(ask) = &config.hotline.rating else { return Ok(None) };
    Ok(Some(RatingPrompts { ask: prompts::load(ask)?, thanks: prompts::load(&config.hotline.thanks)? }))
}

/// How callers' numbers are written.
fn numbering(config: &config::Numbering) -> Numbering {
    let config::Numbering { country_code, area_code, international_prefix } = config.clone();
    Numbering { country_code, area_code, international_prefix }
}

fn recogniser_status(speech: &Speech) -> RecogniserStatus {
    let health = speech.health();
    RecogniserStatus {
        name: health.recogniser,
        bundled: health.bundled,
        notice: health.notice.map(|notice| LocalName { zh: notice.zh, en: notice.en }),
        lag_ms: health.lag_ms,
    }
}
