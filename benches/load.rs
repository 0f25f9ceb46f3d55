//! How many bridged, recorded calls one core carries without losing a packet, what a call costs, and the limit: a plain
//! relay of the same packets between as many sockets, which reads nothing of them, pinned alike.
//!
//! The release service runs on core 0, without a recogniser, or, with `--listening`, with one that costs nothing, so that
//! each call's sound goes through the front end of recognition, too; this program, on core 1, is all callers and all desk
//! phones. A stream is a packet of G.711 each 20 ms; the moments of the streams are
//! spread evenly. The payload is silence and a stamp (stream, number, moment), which the bridge passes on untouched, so
//! that loss is counted exactly and each packet tells its own delay. By steps, until packets are lost; `--calls N` is
//! one step, `--seconds N` its length (10). Needs two idle cores.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "load/calls.rs"]
mod calls;
#[path = "load/relay.rs"]
mod relay;
#[path = "load/service.rs"]
mod service;
#[path = "load/streams.rs"]
mod streams;
#[path = "load/usage.rs"]
mod usage;

use std::error::Error;
use std::time::Duration;

use calls::Calls;
use relay::Relay;
use service::Service;
use streams::{Carried, Way, carry, quantile};
use usage::{Usage, pin, raise_file_limit};

/// The service and the relay.
const SERVED_CORE: usize = 0;
/// Callers and phones.
const OUR_CORE: usize = 1;
const STEPS: [usize; 9] = [50, 100, 200, 300, 400, 500, 600, 800, 1_000];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [relay::RELAY, calls, caller, phone] => {
            return relay::run(calls.parse()?, caller.parse()?, phone.parse()?);
        }
        [service::RECOGNISE, ..] => return service::recognise(),
        _ => {}
    }
    let number = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse::<usize>().ok()
    };
    let length = Duration::from_secs(number("--seconds").unwrap_or(10) as u64);
    let listening = arguments.iter().any(|argument| argument == "--listening");
    let steps = number("--calls").map_or(STEPS.to_vec(), |calls| vec![calls]);
    raise_file_limit()?;
    pin(None, OUR_CORE)?;
    println!("calls  who      core     lost  delay p50/p99 ms  memory a call  set-up p50/p99 ms");
    for calls in steps {
        let (through_service, used) = serve(calls, listening, length)?;
        let (through_relay, plain) = relayed(calls, length)?;
        println!("       service uses {:.2} times the relay's core", used.cpu_s / plain.cpu_s);
        if through_service.lost() > 0 {
            println!("{calls} calls lose packets of the service's, {} of the relay's", through_relay.lost());
            break;
        }
    }
    Ok(())
}

/// One step through the service.
fn serve(calls: usize, listening: bool, length: Duration) -> Result<(Carried, Usage), Box<dyn Error>> {
    let phones = streams::End::bind()?;
    let callers = streams::End::bind()?;
    let service = Service::start(calls, listening, SERVED_CORE)?;
    let before = Usage::of(service.id())?;
    let placed = Calls::place(calls, &service, &callers, &phones)?;
    let ways = Way::between(&placed.to_callers, &placed.to_phones);
    let begun = Usage::of(service.id())?;
    let carried = carry(&callers, &phones, &ways, length)?;
    let ended = Usage::of(service.id())?;
    let used = ended.since(&begun);
    let memory_kb =
        (ended.resident_bytes.saturating_sub(before.resident_bytes)) as f64 / 1_000.0 / calls as f64;
    print_row(calls, "service", &carried, &used);
    println!(
        "  {memory_kb:>8.0} kB  {:>8.1} / {:.1}",
        quantile(&placed.set_up_ms, 0.5),
        quantile(&placed.set_up_ms, 0.99)
    );
    placed.hang_up();
    service.stop()?;
    Ok((carried, used))
}

/// The same step through the plain relay.
fn relayed(calls: usize, length: Duration) -> Result<(Carried, Usage), Box<dyn Error>> {
    let phones = streams::End::bind()?;
    let callers = streams::End::bind()?;
    let relay = Relay::start(calls, &callers, &phones, SERVED_CORE)?;
    let ways = Way::between(&relay.to_callers, &relay.to_phones);
    let begun = Usage::of(relay.id())?;
    let carried = carry(&callers, &phones, &ways, length)?;
    let used = Usage::of(relay.id())?.since(&begun);
    print_row(calls, "relay", &carried, &used);
    println!();
    Ok((carried, used))
}

fn print_row(calls: usize, who: &str, carried: &Carried, used: &Usage) {
    let core = 100.0 * used.cpu_s / carried.length.as_secs_f64();
    print!(
        "{calls:>5}  {who:<7} {core:>5.1} %  {:>6}  {:>8.2} / {:.2}",
        carried.lost(),
        quantile(&carried.delays_ms, 0.5),
        quantile(&carried.delays_ms, 0.99)
    );
}
