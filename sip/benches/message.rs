//! Reading and writing the INVITE of a telephone call.
//!
//! The yardsticks are measured in the same run: copying the same bytes, which nothing that keeps a message can beat, and
//! walking its lines with the standard library (`str::lines` and `split_once`), into a vector of borrowed pairs, as one
//! would without a parser. The walk folds nothing, knows no compact names, checks nothing and cannot read GBK.

use std::hint::black_box;

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiesu_sip::message::{Essentials, Message};

const INVITE: &str = "INVITE sip:12345@192.0.2.200;user=phone SIP/2.0\r\n\
    Via: SIP/2.0/UDP 192.0.2.11:5060;branch=z9hG4bK8f3ab2;rport\r\n\
    Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776asdhds;received=192.0.2.1\r\n\
    Record-Route: <sip:192.0.2.11;lr;ftag=1928301774>\r\n\
    Max-Forwards: 69\r\n\
    From: \"Chen Wei\" <sip:13800000000@192.0.2.1;user=phone>;tag=1928301774\r\n\
    To: <sip:12345@192.0.2.200;user=phone>\r\n\
    Call-ID: a84b4c76e66710@192.0.2.1\r\n\
    CSeq: 314159 INVITE\r\n\
    Contact: <sip:13800000000@192.0.2.1:5060;transport=udp>\r\n\
    Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE, INFO\r\n\
    Supported: timer, 100rel\r\n\
    P-Asserted-Identity: <tel:+8613800000000>\r\n\
    User-Agent: Exchange 9.1\r\n\
    Content-Type: application/sdp\r\n\
    Content-Length: 169\r\n\r\n\
    v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n\
    m=audio 4000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";

fn lines_of(text: &str) -> (Vec<(&str, &str)>, &str) {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    (head.lines().skip(1).filter_map(|line| line.split_once(": ")).collect(), body)
}

fn message(criterion: &mut Criterion) {
    let bytes = Bytes::from_static(INVITE.as_bytes());
    let Ok(parsed) = Message::parse(&bytes) else { return };
    let mut group = criterion.benchmark_group("INVITE");
    group.throughput(Throughput::Bytes(INVITE.len() as u64));
    group.bench_function("yardstick: copy", |bench| bench.iter(|| black_box(INVITE.as_bytes()).to_vec()));
    group.bench_function("yardstick: walk the lines", |bench| bench.iter(|| lines_of(black_box(INVITE))));
    group.bench_function("read", |bench| bench.iter(|| Message::parse(black_box(&bytes))));
    group.bench_function("read, with Via, From, To, Call-ID and CSeq", |bench| {
        bench.iter(|| Message::parse(black_box(&bytes)).map(|message| Essentials::read(&message.headers)));
    });
    group.bench_function("write", |bench| bench.iter(|| black_box(&parsed).to_bytes()));
    group.finish();
}

criterion_group!(benches, message);
criterion_main!(benches);
