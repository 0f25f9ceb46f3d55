//! One line of sequence numbers and timestamps towards a page, over many calls. Each call's sound begins its numbers
//! anywhere; a connection's must go on (RFC 3550 §5.1), and the cipher counts them from 0 (RFC 3711 §3.3.1).

use std::time::Instant;

use jiesu_sip::rtp::Packet;

use crate::domain::SAMPLE_RATE_HZ;

/// Where a call's packets stand on the line.
#[derive(Debug, Clone, Copy)]
struct Stream {
    ssrc: u32,
    /// Its highest number so far, unwrapped; and that number on the line.
    highest: u64,
    highest_on_line: u64,
    /// What to add to its timestamps.
    timestamp_shift: u32,
}

/// The line of a connection.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    stream: Option<Stream>,
    /// The next free number.
    next: u64,
    /// The last timestamp that left, and when.
    last: Option<(u32, Instant)>,
}

impl Numbering {
    /// The packet's number, which never wraps, and its timestamp; nothing for one from before the line.
    pub(super) fn place(&mut self, now: Instant, packet: &Packet<'_>) -> Option<(u64, u32)> {
        let stream = match self.stream {
            Some(stream) if stream.ssrc == packet.ssrc => stream,
            _ => self.begin(now, packet),
        };
        let ahead = i64::from(packet.sequence.wrapping_sub(stream.highest as u16).cast_signed());
        let number = stream.highest_on_line.checked_add_signed(ahead)?;
        let timestamp = packet.timestamp.wrapping_add(stream.timestamp_shift);
        if ahead >= 0 {
            self.stream = Some(Stream {
                highest: stream.highest.wrapping_add_signed(ahead),
                highest_on_line: number,
                ..stream
            });
            self.next = number + 1;
            self.last = Some((timestamp, now));
        }
        Some((number, timestamp))
    }

    /// Another call's sound: its first packet takes the next number, and stands where the clock says.
    fn begin(&self, now: Instant, packet: &Packet<'_>) -> Stream {
        let timestamp = self.last.map_or(packet.timestamp, |(last, at)| {
            let silence = now.saturating_duration_since(at).as_millis() * u128::from(SAMPLE_RATE_HZ) / 1_000;
            last.wrapping_add(silence as u32)
        });
        Stream {
            ssrc: packet.ssrc,
            highest: u64::from(packet.sequence),
            highest_on_line: self.next,
            timestamp_shift: timestamp.wrapping_sub(packet.timestamp),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn packet(ssrc: u32, sequence: u16, timestamp: u32) -> Packet<'static> {
        Packet { marker: false, payload_type: 8, sequence, timestamp, ssrc, payload: &[] }
    }

    #[test]
    fn numbers_go_on_over_wraps_losses_and_late_packets() {
        let (mut line, now) = (Numbering::default(), Instant::now());
        let mut number = |sequence| line.place(now, &packet(1, sequence, 0)).map(|(number, _)| number);
        assert_eq!(number(65_534), Some(0));
        assert_eq!(number(65_535), Some(1));
        assert_eq!(number(1), Some(3));
        assert_eq!(number(0), Some(2), "late, in the place it had");
        assert_eq!(number(2), Some(4));
        assert_eq!(number(65_500), None, "from before the line");
    }

    #[test]
    fn the_next_call_follows_the_last_in_number_and_time() {
        let (mut line, now) = (Numbering::default(), Instant::now());
        assert_eq!(line.place(now, &packet(1, 500, 9_000)), Some((0, 9_000)));
        let later = now + Duration::from_secs(2);
        assert_eq!(line.place(later, &packet(2, 40_000, 77)), Some((1, 25_000)));
        assert_eq!(line.place(later, &packet(2, 40_001, 237)), Some((2, 25_160)));
    }
}
