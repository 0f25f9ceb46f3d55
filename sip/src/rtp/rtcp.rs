//! Reports on the stream, both ways: sender and receiver reports, the source's name, goodbye.
//! RFC 3550, section 6. Anything else in a compound packet is stepped over.

use std::time::{Duration, Instant};

use bytes::{BufMut, Bytes, BytesMut};

use super::receiver::Receiver;
use super::sender::Sender;
use super::stats::Reception;

/// How often to send a report (RFC 3550, section 6.2: five seconds at least).
pub const INTERVAL: Duration = Duration::from_secs(5);

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const SOURCE_DESCRIPTION: u8 = 202;
const GOODBYE: u8 = 203;
const CNAME: u8 = 1;
/// Bytes of a report block.
const BLOCK_BYTES: usize = 24;
/// Seconds from 1900 (NTP) to 1970 (Unix).
const NTP_TO_UNIX_S: u64 = 2_208_988_800;

/// Wall-clock time as reports carry it: seconds since 1900, and their fraction in 1/2^32.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NtpTime(pub u64);

impl NtpTime {
    /// From the time since 1970.
    #[must_use]
    pub fn from_unix(since_1970: Duration) -> Self {
        let seconds = since_1970.as_secs().wrapping_add(NTP_TO_UNIX_S);
        let fraction = (u64::from(since_1970.subsec_nanos()) << 32) / 1_000_000_000;
        Self(seconds << 32 | fraction)
    }

    /// The middle 32 bits, by which a report is known again.
    const fn middle(self) -> u32 {
        (self.0 >> 16) as u32
    }
}

/// What the other end's RTCP says.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Heard {
    /// How long a packet takes there and back.
    pub round_trip: Option<Duration>,
    /// The part of our packets it lost since its last report, 0 to 1.
    pub lost: Option<f32>,
    /// Jitter it measured, in samples.
    pub jitter_samples: Option<u32>,
    /// It says goodbye. That is no end of the call, which is SIP's to say.
    pub goodbye: bool,
}

/// The reporting half of a leg.
#[derive(Debug)]
pub struct Reports {
    name: String,
    /// Our last sender report: its name in answers, and when it went out.
    sent: Option<(u32, Instant)>,
    /// The other end's last sender report: its name for answers, and when it came.
    heard: Option<(u32, Instant)>,
    packets_at_report: Option<u32>,
}

impl Reports {
    /// Reports under a canonical name, such as a random one of RFC 7022.
    #[must_use]
    pub fn new(canonical_name: &str) -> Self {
        // An item's length is one byte.
        let name = canonical_name.chars().filter(char::is_ascii).take(255).collect();
        Self { name, sent: None, heard: None, packets_at_report: None }
    }

    /// The next report: a sender report where we sent since the last, else a receiver report.
    pub fn compose(
        &mut self,
        now: Instant,
        wall: NtpTime,
        sender: &Sender,
        receiver: &mut Receiver,
    ) -> Bytes {
        let (packets, octets) = sender.sent();
        let mut out = BytesMut::with_capacity(96);
        let blocks = u8::from(receiver.ssrc().is_some());
        if self.packets_at_report.replace(packets).unwrap_or(0) == packets {
            head(&mut out, blocks, RECEIVER_REPORT, 1 + 6 * u16::from(blocks));
            out.put_u32(sender.ssrc());
        } else {
            head(&mut out, blocks, SENDER_REPORT, 6 + 6 * u16::from(blocks));
            out.put_u32(sender.ssrc());
            out.put_u64(wall.0);
            out.put_u32(sender.timestamp());
            out.put_u32(packets);
            out.put_u32(octets);
            self.sent = Some((wall.middle(), now));
        }
        if let Some(reception) = receiver.report() {
            self.block(&mut out, now, reception);
        }
        self.describe(&mut out, sender.ssrc());
        out.freeze()
    }

    /// The last packet of a leg.
    #[must_use]
    pub fn goodbye(&self, sender: &Sender) -> Bytes {
        let mut out = BytesMut::with_capacity(64);
        head(&mut out, 0, RECEIVER_REPORT, 1);
        out.put_u32(sender.ssrc());
        self.describe(&mut out, sender.ssrc());
        head(&mut out, 1, GOODBYE, 1);
        out.put_u32(sender.ssrc());
        out.freeze()
    }

    /// Takes a datagram of the RTCP port; nothing where it is no RTCP, or of somebody whose packets we do not
    /// hear. Never panics, whatever the bytes.
    pub fn handle(
        &mut self,
        now: Instant,
        sender: &Sender,
        receiver: &Receiver,
        datagram: &[u8],
    ) -> Option<Heard> {
        let (mut heard, mut rest, mut any) = (Heard::default(), datagram, false);
        while let Some((count, kind, body, after)) = split(rest) {
            rest = after;
            let Some(ssrc) = word(body, 0) else { continue };
            // A goodbye or a report of a stranger is not the other end's.
            if receiver.ssrc().is_some_and(|known| known != ssrc) {
                continue;
            }
            match kind {
                SENDER_REPORT => {
                    // Without a whole sender info there is nothing to answer to.
                    let Some((seconds, fraction)) = word(body, 4).zip(word(body, 8)) else { continue };
                    self.heard = Some((seconds << 16 | fraction >> 16, now));
                    self.blocks(now, sender.ssrc(), body.get(24..).unwrap_or_default(), count, &mut heard);
                }
                RECEIVER_REPORT => {
                    self.blocks(now, sender.ssrc(), body.get(4..).unwrap_or_default(), count, &mut heard);
                }
                GOODBYE => heard.goodbye = true,
                _ => continue,
            }
            any = true;
        }
        any.then_some(heard)
    }

    /// Reads the report blocks that are about us.
    fn blocks(&self, now: Instant, ours: u32, blocks: &[u8], count: u8, heard: &mut Heard) {
        for block in blocks.chunks_exact(BLOCK_BYTES).take(usize::from(count)) {
            if word(block, 0) != Some(ours) {
                continue;
            }
            heard.lost = block.get(4).map(|fraction| f32::from(*fraction) / 256.0);
            heard.jitter_samples = word(block, 12);
            let (Some(report), Some(held)) = (word(block, 16), word(block, 20)) else { continue };
            if let Some((middle, sent_at)) = self.sent
                && middle == report
            {
                let held = Duration::from_secs(1).mul_f64(f64::from(held) / 65_536.0);
                heard.round_trip = now.saturating_duration_since(sent_at).checked_sub(held);
            }
        }
    }

    /// Writes what we received.
    fn block(&self, out: &mut BytesMut, now: Instant, reception: Reception) {
        out.put_u32(reception.ssrc);
        let lost = reception.cumulative_lost.cast_unsigned() & 0x00FF_FFFF;
        out.put_u32(u32::from(reception.fraction_lost) << 24 | lost);
        out.put_u32(reception.highest_sequence);
        out.put_u32(reception.jitter_samples);
        let (report, held) = self.heard.map_or((0, 0), |(report, at)| {
            let held = now.saturating_duration_since(at).as_secs_f64() * 65_536.0;
            (report, held as u32)
        });
        out.put_u32(report);
        out.put_u32(held);
    }

    /// Writes the source's name: one chunk, ended by zeros to a whole word.
    fn describe(&self, out: &mut BytesMut, ssrc: u32) {
        let chunk = 4 + 2 + self.name.len() + 1;
        let words = chunk.div_ceil(4);
        head(out, 1, SOURCE_DESCRIPTION, words as u16);
        out.put_u32(ssrc);
        out.put_u8(CNAME);
        out.put_u8(self.name.len() as u8);
        out.put_slice(self.name.as_bytes());
        out.put_bytes(0, words * 4 - chunk + 1);
    }
}

/// A packet's first word: version, count, type, and how many words follow.
fn head(out: &mut BytesMut, count: u8, kind: u8, words: u16) {
    out.put_u8(2 << 6 | count);
    out.put_u8(kind);
    out.put_u16(words);
}

/// The first packet of a compound one: its count, type and body, and the rest.
fn split(compound: &[u8]) -> Option<(u8, u8, &[u8], &[u8])> {
    let ([flags, kind, l0, l1], rest) = compound.split_first_chunk::<4>()?;
    if flags >> 6 != 2 {
        return None;
    }
    let (body, after) = rest.split_at_checked(usize::from(u16::from_be_bytes([*l0, *l1])) * 4)?;
    Some((flags & 0x1F, *kind, body, after))
}

/// The word at a byte offset.
fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|word| u32::from_be_bytes(*word))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::net::SocketAddr;

    use super::*;
    use crate::codec::Codec;
    use crate::sdp::Negotiated;

    /// An end of a leg.
    struct End {
        sender: Sender,
        receiver: Receiver,
        reports: Reports,
    }

    fn source() -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 9], 4000))
    }

    fn end(ssrc: u32) -> End {
        let agreed = Negotiated {
            remote_rtp: source(),
            remote_rtcp: source(),
            codec: Codec::Pcma,
            payload_type: 8,
            receives: vec![(8, Codec::Pcma)],
            dtmf_payload_type: None,
            ptime_ms: 20,
            we_send: true,
            we_receive: true,
            rtcp_mux: false,
        };
        End {
            sender: Sender::new(ssrc, 65_530, 1, 8),
            receiver: Receiver::new(&agreed),
            reports: Reports::new("name"),
        }
    }

    impl End {
        fn report(&mut self, now: Instant, wall_s: u64) -> Bytes {
            let wall = NtpTime::from_unix(Duration::from_secs(wall_s));
            self.reports.compose(now, wall, &self.sender, &mut self.receiver)
        }

        fn hear(&mut self, now: Instant, datagram: &[u8]) -> Option<Heard> {
            self.reports.handle(now, &self.sender, &self.receiver, datagram)
        }
    }

    #[test]
    fn two_ends_learn_their_round_trip_and_losses_from_each_others_reports() {
        let (mut near, mut far, epoch) = (end(1), end(2), Instant::now());
        let way = Duration::from_millis(35);
        let mut now = epoch;
        for index in 0..16 {
            now += Duration::from_millis(20);
            let from_near = near.sender.packet(&[0xD5; 160], 160, false);
            let from_far = far.sender.packet(&[0xD5; 160], 160, false);
            if index % 4 != 3 {
                far.receiver.handle(now + way, source(), &from_near);
            }
            near.receiver.handle(now + way, source(), &from_far);
        }
        let first = near.report(now, 1_000);
        assert_eq!(far.hear(now + way, &first).unwrap().lost, Some(0.0));
        let held = Duration::from_millis(1_500);
        let second = far.report(now + way + held, 1_001);
        let heard = near.hear(now + way + held + way, &second).unwrap();
        let round_trip = heard.round_trip.unwrap();
        assert!(round_trip.abs_diff(way * 2) < Duration::from_millis(1), "{round_trip:?}");
        // 16 sent, every fourth lost; the last of them is not missed yet.
        assert_eq!(heard.lost, Some((3 * 256 / 15) as f32 / 256.0));
        assert_eq!(heard.jitter_samples, Some(0));
        assert!(!heard.goodbye);
    }

    #[test]
    fn a_report_is_laid_out_as_rfc_3550_draws_it() {
        let (mut near, mut far, now) = (end(1), end(0x0102_0304), Instant::now());
        for _ in 0..10 {
            near.receiver.handle(now, source(), &far.sender.packet(&[0; 160], 160, false));
        }
        near.sender.packet(&[0; 160], 160, false);
        let report = near.report(now, 0);
        assert_eq!(report[..4], [0x81, 200, 0, 12]);
        assert_eq!(report[8..12], 2_208_988_800_u32.to_be_bytes());
        assert_eq!(report[16..28], [0, 0, 0, 161, 0, 0, 0, 1, 0, 0, 0, 160]);
        assert_eq!(report[28..32], [1, 2, 3, 4]);
        assert_eq!(report[32..36], [0; 4]);
        // Sequence numbers 65530 to 3: once around.
        assert_eq!(report[36..40], [0, 1, 0, 3]);
        assert_eq!(report[52..60], [0x81, 202, 0, 3, 0, 0, 0, 1]);
        assert_eq!(report[60..], *b"\x01\x04name\0\0");
        // Nothing sent since: a receiver report.
        assert_eq!(near.report(now, 5)[..4], [0x81, 201, 0, 7]);
    }

    #[test]
    fn goodbye_is_told_and_a_strangers_is_not() {
        let (mut near, mut far, now) = (end(1), end(2), Instant::now());
        near.receiver.handle(now, source(), &far.sender.packet(&[0; 160], 160, false));
        let stranger = end(3);
        assert_eq!(near.hear(now, &stranger.reports.goodbye(&stranger.sender)), None);
        assert!(near.hear(now, &far.reports.goodbye(&far.sender)).unwrap().goodbye);
    }
}
