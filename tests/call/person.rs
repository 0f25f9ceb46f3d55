//! A person on the telephone: says one tone all the time, and can be asked what is heard.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiesu::call::{CallClock, Heard, MediaLeg};
use jiesu::gateway::{IncomingLeg, Leg, LegEvent};
use jiesu_sip::endpoint::LegEnd;
use jiesu_sip::rtp::Digit;
use jiesu_sip::sdp::Negotiated;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::support::{Phone, Service, answer, open_media, share_of, tone};

/// Sound by which one tells what is heard at present, samples: a quarter of a second.
const LISTENED: usize = 2_000;

/// A person on the telephone.
pub(crate) struct Person {
    ended: watch::Receiver<Option<LegEnd>>,
    commands: mpsc::Sender<Press>,
    heard: Arc<Mutex<Ear>>,
    task: JoinHandle<()>,
}

enum Press {
    Key(Digit),
    PickUp(Vec<u8>),
    Refuse(u16),
    HangUp,
}

#[derive(Default)]
struct Ear {
    sound: Vec<i16>,
    keys: String,
}

impl Person {
    /// Calls the service, and is answered.
    pub(crate) async fn calls(service: &Service, called: &str, hz: f64) -> Self {
        let (mut leg, media) = Phone::new().await.dial(service.uri(called)).await;
        let agreed = media.accept_answer(&answer(&mut leg).await).unwrap();
        Self::talks(leg, media, agreed, hz)
    }

    /// Picks up a ringing phone.
    pub(crate) async fn picks_up(call: IncomingLeg, hz: f64) -> Self {
        let mut media = open_media().await;
        let (body, agreed) = media.answer(call.call.offer.as_deref().unwrap()).unwrap();
        call.leg.accept(body).await;
        Self::talks(call.leg, media, agreed, hz)
    }

    /// Lets the caller hear something, and does not pick up yet. The description is that of the answer, too.
    pub(crate) async fn announces(call: IncomingLeg, hz: f64) -> (Self, Vec<u8>) {
        let mut media = open_media().await;
        let (body, agreed) = media.answer(call.call.offer.as_deref().unwrap()).unwrap();
        call.leg.progress(183, Some(body.clone())).await;
        (Self::talks(call.leg, media, agreed, hz), body)
    }

    /// Picks up after all.
    pub(crate) async fn answers(&self, body: Vec<u8>) {
        assert!(self.commands.send(Press::PickUp(body)).await.is_ok());
    }

    /// Does not pick up.
    pub(crate) async fn refuses(&self, status: u16) {
        assert!(self.commands.send(Press::Refuse(status)).await.is_ok());
    }

    fn talks(mut leg: Leg, mut media: MediaLeg, agreed: Negotiated, hz: f64) -> Self {
        let now = Instant::now();
        media.agree(now, CallClock::starting_at(now), agreed);
        media.play(now, tone(hz, 1_000), true);
        let (commands, mut presses) = mpsc::channel(64);
        let (end, ended) = watch::channel(None);
        let heard = Arc::new(Mutex::new(Ear::default()));
        let ear = heard.clone();
        let task = tokio::spawn(async move {
            loop {
                let due = media.due().unwrap();
                tokio::select! {
                    heard = media.next() => ear.lock().unwrap().hear(heard),
                    event = leg.next() => if let LegEvent::Ended(by) = event {
                        end.send_replace(Some(by));
                        return;
                    },
                    press = presses.recv() => match press {
                        Some(Press::Key(digit)) => media.press(digit),
                        Some(Press::PickUp(body)) => leg.accept(body).await,
                        Some(Press::Refuse(status)) => leg.reject(status, "").await,
                        Some(Press::HangUp) => leg.hang_up().await,
                        None => return,
                    },
                    () = tokio::time::sleep_until(due.into()) => media.advance(Instant::now()),
                }
            }
        });
        Self { ended, commands, heard, task }
    }

    /// Waits until this is all that is heard: the sum of these tones, or silence where there is none.
    pub(crate) async fn hears(&self, tones: &[f64]) {
        let since = self.heard.lock().unwrap().sound.len();
        let waiting = async {
            while !self.heard.lock().unwrap().hears(since, tones) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(10), waiting).await.is_err() {
            let heard = self.heard.lock().unwrap();
            let last = &heard.sound[heard.sound.len().saturating_sub(LISTENED)..];
            let shares: Vec<_> = tones.iter().map(|&hz| share_of(last, hz)).collect();
            panic!("{tones:?} are not what is heard: {shares:?} of {} samples", heard.sound.len() - since);
        }
    }

    /// Hears nothing for a while: no packet of sound comes.
    pub(crate) async fn hears_nothing(&self) {
        let waiting = async {
            loop {
                let before = self.heard.lock().unwrap().sound.len();
                tokio::time::sleep(Duration::from_millis(250)).await;
                if self.heard.lock().unwrap().sound.len() == before {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("sound goes on");
    }

    /// Presses keys.
    pub(crate) async fn presses(&self, keys: &str) {
        for key in keys.chars() {
            assert!(self.commands.send(Press::Key(Digit::from_key(key).unwrap())).await.is_ok());
        }
    }

    /// Waits until these keys were heard.
    pub(crate) async fn hears_keys(&self, keys: &str) {
        let waiting = async {
            while self.heard.lock().unwrap().keys != keys {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let heard = tokio::time::timeout(Duration::from_secs(10), waiting).await;
        assert!(heard.is_ok(), "{}", self.heard.lock().unwrap().keys);
    }

    /// Hangs up.
    pub(crate) async fn hangs_up(mut self) {
        assert!(self.commands.send(Press::HangUp).await.is_ok());
        self.is_hung_up().await;
    }

    /// Waits until the talk is over for this person.
    pub(crate) async fn is_hung_up(&mut self) -> LegEnd {
        let ended = tokio::time::timeout(Duration::from_secs(10), self.ended.wait_for(Option::is_some)).await;
        ended.expect("nobody hangs up").unwrap().clone().unwrap()
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Ear {
    fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Audio { codec, payload, .. } => codec.decode(&payload, &mut self.sound),
            Heard::Pressed(digit) => self.keys.push(digit.key()),
        }
    }

    /// Whether these tones are nearly all of what was heard last, each a fair part of it.
    fn hears(&self, since: usize, tones: &[f64]) -> bool {
        if self.sound.len() < since + LISTENED {
            return false;
        }
        let last = &self.sound[self.sound.len() - LISTENED..];
        let shares: Vec<f64> = tones.iter().map(|&hz| share_of(last, hz)).collect();
        shares.iter().sum::<f64>() > 0.9 && shares.iter().all(|&share| share > 0.9 / tones.len() as f64 * 0.7)
    }
}
