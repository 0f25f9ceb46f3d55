//! A call leaves its course in the logs, and nothing of who called.

use std::io;
use std::sync::{Arc, Mutex};

use jiesu::caller::place_call;
use tracing_subscriber::fmt::MakeWriter;

use super::support::{CALLER_NUMBER, Options, Service, agent, free_addr, tone};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_call_is_logged_under_its_id_and_without_its_number() {
    let log = Log::default();
    // For the whole process: the calls of the other tests are logged, too, and must hold no number either.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .init();
    let phone = free_addr();
    let service = Service::start(Options { seats: vec![("8001", phone)], ..Options::default() }).await;
    let mut plan = service.plan("12345", tone(400.0, 1_500));
    plan.agent = Some(agent(phone, tone(700.0, 1_500)));
    place_call(plan).await.unwrap();
    let call = service.desk.ended().await;
    service.stop().await;
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let mine: Vec<_> = log.lines().filter(|line| line.contains(&format!("call.id={}", call.id))).collect();
    assert!(mine.iter().any(|line| line.contains("caller=‹pii›")), "{mine:#?}");
    assert!(mine.iter().any(|line| line.contains("CallerHungUp")), "{mine:#?}");
    assert!(!log.contains(CALLER_NUMBER), "{log}");
}
