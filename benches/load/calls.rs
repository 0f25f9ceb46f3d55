//! The calls: ours, over our own SIP, both as their callers and as the phones that pick up.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiesu::gateway::{Gateway, GatewayConfig, IncomingLeg, Leg, LegEvent, OutgoingCall, Target, Telephone};
use jiesu_sip::codec::Codec;
use jiesu_sip::message::{NameAddr, Uri};
use jiesu_sip::sdp::{self, Direction, LocalMedia, SessionIds};
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

use crate::service::Service;
use crate::streams::End;

type Failed = Box<dyn Error + Send + Sync>;

/// Calls being set up at a time: a busy hour's, not a storm.
const AT_ONCE: usize = 8;
/// How long a call may take to be answered and put through.
const LIMIT: Duration = Duration::from_secs(60);
/// After the last phone was picked up: greetings are over, talks begin.
const SETTLE: Duration = Duration::from_secs(2);

/// Calls that are put through.
pub(crate) struct Calls {
    runtime: Runtime,
    telephones: [Telephone; 2],
    legs: Vec<Leg>,
    /// Where each caller's sound goes.
    pub(crate) to_callers: Vec<SocketAddr>,
    /// Where each phone's goes. In the order in which the phones rang, which is nobody's business here.
    pub(crate) to_phones: Vec<SocketAddr>,
    /// From INVITE to 200, ascending.
    pub(crate) set_up_ms: Vec<f64>,
}

impl Calls {
    /// Places them, and waits until each is put through.
    pub(crate) fn place(
        calls: usize,
        service: &Service,
        callers: &End,
        phones: &End,
    ) -> Result<Self, Box<dyn Error>> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (caller, phone) = (local(callers.address()?), local(phones.address()?));
        let (sip, ringing) = (service.sip, service.phones);
        let placing = async {
            let (callers, _no_calls) =
                gateway(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0), calls).await?;
            let (phones, rung) = gateway(ringing, calls).await?;
            let picking_up = tokio::spawn(pick_up(rung, phone, calls));
            let called = call(callers.clone(), format!("sip:12345@{sip}").parse()?, caller, calls).await?;
            let picked_up =
                timeout(LIMIT, picking_up).await.map_err(|_| "not every phone was called")???;
            tokio::time::sleep(SETTLE).await;
            Ok::<_, Failed>(([callers, phones], called, picked_up))
        };
        let placed = runtime.block_on(placing);
        let (telephones, called, picked_up) =
            placed.map_err(|error| format!("{error}; the service says:\n{}", service.log()))?;
        let (mut legs, mut to_callers, mut set_up_ms) = (Vec::new(), Vec::new(), Vec::new());
        for (leg, to, ms) in called {
            legs.push(leg);
            to_callers.push(to);
            set_up_ms.push(ms);
        }
        set_up_ms.sort_unstable_by(f64::total_cmp);
        let (theirs, to_phones): (Vec<_>, Vec<_>) = picked_up.into_iter().unzip();
        legs.extend(theirs);
        Ok(Self { runtime, telephones, legs, to_callers, to_phones, set_up_ms })
    }

    /// Ends them all.
    pub(crate) fn hang_up(self) {
        self.runtime.block_on(async {
            for leg in &self.legs {
                leg.hang_up().await;
            }
            for telephone in &self.telephones {
                telephone.stop().await;
            }
        });
    }
}

async fn gateway(
    listen: SocketAddr,
    calls: usize,
) -> Result<(Telephone, mpsc::Receiver<IncomingLeg>), Failed> {
    let config = GatewayConfig { max_legs: 2 * calls, ..GatewayConfig::new(listen) };
    let (gateway, telephone, incoming) = Gateway::bind(config).await?;
    tokio::spawn(gateway.run());
    Ok((telephone, incoming))
}

/// One end's description; every call's is the same.
fn local(address: SocketAddr) -> LocalMedia {
    LocalMedia {
        address: address.ip(),
        rtp_port: address.port(),
        codecs: vec![Codec::Pcma],
        dtmf: false,
        ptime_ms: 20,
        direction: Direction::SendRecv,
    }
}

const IDS: SessionIds = SessionIds { session_id: 1, version: 1 };

/// Each call's leg, where its sound goes, and how long it took to be answered.
async fn call(
    telephone: Telephone,
    target: Uri,
    caller: LocalMedia,
    calls: usize,
) -> Result<Vec<(Leg, SocketAddr, f64)>, Failed> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut placed = Vec::new();
    for n in 0..calls {
        let place = Arc::clone(&places).acquire_owned().await?;
        let (telephone, target, caller) = (telephone.clone(), target.clone(), caller.clone());
        placed.push(tokio::spawn(async move {
            let from = NameAddr::new(format!("sip:1380000{n:04}@127.0.0.1").parse()?);
            let call =
                OutgoingCall { target: Target::Address(target), from, offer: sdp::offer(&caller, IDS) };
            let dialled_at = Instant::now();
            let mut leg = telephone.dial(call).await?;
            let answer = timeout(LIMIT, answered(&mut leg)).await??;
            let ms = dialled_at.elapsed().as_secs_f64() * 1_000.0;
            drop(place);
            Ok::<_, Failed>((leg, sdp::accept_answer(&answer, &caller)?.remote_rtp, ms))
        }));
    }
    let mut called = Vec::new();
    for call in placed {
        called.push(call.await??);
    }
    Ok(called)
}

async fn answered(leg: &mut Leg) -> Result<Vec<u8>, Failed> {
    loop {
        match leg.next().await {
            LegEvent::Answered { body } => return Ok(body.unwrap_or_default()),
            LegEvent::Ended(end) => return Err(format!("a call was not answered: {end:?}").into()),
            _ => {}
        }
    }
}

/// Picks every phone up as it rings: their legs, and where their sound goes.
async fn pick_up(
    mut rung: mpsc::Receiver<IncomingLeg>,
    phone: LocalMedia,
    calls: usize,
) -> Result<Vec<(Leg, SocketAddr)>, Failed> {
    let mut picked_up = Vec::new();
    while picked_up.len() < calls {
        let IncomingLeg { leg, call } = rung.recv().await.ok_or("the phones are gone")?;
        let (answer, agreed) = sdp::answer(&call.offer.unwrap_or_default(), &phone, IDS)?;
        leg.accept(answer).await;
        picked_up.push((leg, agreed.remote_rtp));
    }
    Ok(picked_up)
}
