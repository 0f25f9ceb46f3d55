//! What a packet of sound costs: 20 ms of one side of a call, 50 of them a second. Beside each, in the same run,
//! what it is measured against: a copy of the same bytes (the least it could cost) and `rtc-rtp` reading them.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::hint::black_box;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiesu_sip::codec::Codec;
use jiesu_sip::rtp::{Packet, Receiver, Sender};
use jiesu_sip::sdp::Negotiated;
use rtc_shared::marshal::Unmarshal;

/// Samples, and bytes of G.711, of a 20 ms packet.
const FRAME: usize = 160;
/// Packets of a stream that a receiver hears: 20 s.
const PACKETS: usize = 1_000;

/// A frame in which every code occurs, so that no table is half in the cache.
fn frame() -> Vec<u8> {
    (0..FRAME).map(|n| (n * 13 % 256) as u8).collect()
}

fn g711(criterion: &mut Criterion) {
    let (payload, mut samples) = (frame(), Vec::with_capacity(FRAME));
    let mut group = criterion.benchmark_group("g711_20_ms");
    group.throughput(Throughput::Elements(FRAME as u64));
    for codec in [Codec::Pcma, Codec::Pcmu] {
        group.bench_function(format!("{} decode", codec.name()), |bencher| {
            bencher.iter(|| {
                samples.clear();
                codec.decode(black_box(&payload), &mut samples);
                black_box(&samples);
            });
        });
        let (mut sound, mut out) = (Vec::new(), Vec::with_capacity(FRAME));
        codec.decode(&payload, &mut sound);
        group.bench_function(format!("{} encode", codec.name()), |bencher| {
            bencher.iter(|| {
                out.clear();
                codec.encode(black_box(&sound), &mut out);
                black_box(&out);
            });
        });
    }
    group.bench_function("limit: copy of the samples", |bencher| {
        let sound = vec![1_i16; FRAME];
        bencher.iter(|| {
            samples.clear();
            samples.extend_from_slice(black_box(&sound));
            black_box(&samples);
        });
    });
    group.finish();
}

fn receive(criterion: &mut Criterion) {
    let source = SocketAddr::from(([192, 0, 2, 1], 4_000));
    let agreed = Negotiated {
        remote_rtp: source,
        remote_rtcp: source,
        codec: Codec::Pcma,
        payload_type: 8,
        receives: vec![(8, Codec::Pcma), (0, Codec::Pcmu)],
        dtmf_payload_type: Some(101),
        ptime_ms: 20,
        we_send: true,
        we_receive: true,
        rtcp_mux: false,
    };
    let mut sender = Sender::new(7, 1, 1, 8);
    let stream: Vec<_> = (0..PACKETS).map(|_| sender.packet(&frame(), FRAME as u32, false)).collect();
    let epoch = Instant::now();
    let mut group = criterion.benchmark_group("rtp_packet");
    group.throughput(Throughput::Elements(PACKETS as u64));
    group.bench_function("receiver", |bencher| {
        bencher.iter(|| {
            let (mut receiver, mut now) = (Receiver::new(&agreed), epoch);
            for datagram in &stream {
                now += Duration::from_millis(20);
                black_box(receiver.handle(now, source, black_box(datagram)).unwrap());
            }
        });
    });
    group.bench_function("header only", |bencher| {
        bencher.iter(|| {
            for datagram in &stream {
                black_box(Packet::parse(black_box(datagram)).unwrap());
            }
        });
    });
    group.bench_function("peer: rtc-rtp's packet", |bencher| {
        bencher.iter(|| {
            for datagram in &stream {
                black_box(rtc_rtp::Packet::unmarshal(&mut black_box(datagram).as_ref()).unwrap());
            }
        });
    });
    group.bench_function("limit: copy of the packet", |bencher| {
        bencher.iter(|| {
            for datagram in &stream {
                black_box(bytes::Bytes::copy_from_slice(black_box(datagram)));
            }
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = g711, receive
}
criterion_main!(benches);
