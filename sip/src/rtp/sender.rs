//! What we send: one stream's sequence and timestamps. Payloads in, datagrams out.

use bytes::{Bytes, BytesMut};

use super::dtmf::{self, Digit, Press};
use super::packet::{HEADER_BYTES, Packet};

/// One outgoing stream. Its caller keeps the time: a packet each packet time.
#[derive(Debug)]
pub struct Sender {
    ssrc: u32,
    payload_type: u8,
    next_sequence: u16,
    /// Timestamp of the next sample.
    timestamp: u32,
    packets: u32,
    octets: u32,
}

impl Sender {
    /// A stream with its random beginnings (RFC 3550, section 5.1).
    #[must_use]
    pub const fn new(ssrc: u32, first_sequence: u16, first_timestamp: u32, payload_type: u8) -> Self {
        Self {
            ssrc,
            payload_type,
            next_sequence: first_sequence,
            timestamp: first_timestamp,
            packets: 0,
            octets: 0,
        }
    }

    /// The datagram of the next `samples` samples. `marker` on the first after a silence.
    pub fn packet(&mut self, payload: &[u8], samples: u32, marker: bool) -> Bytes {
        let datagram = self.write(self.payload_type, self.timestamp, marker, payload);
        self.skip(samples);
        datagram
    }

    /// Passes over `samples` samples of silence that are not sent.
    pub const fn skip(&mut self, samples: u32) {
        self.timestamp = self.timestamp.wrapping_add(samples);
    }

    /// Leaves numbers free for packets that may still come, to be relayed by [`Self::overtaken_packet`]; to the
    /// other end they are lost until then.
    pub const fn leave_free(&mut self, packets: u16) {
        self.next_sequence = self.next_sequence.wrapping_add(packets);
    }

    /// The datagram of a packet for which a number was left free: so many packets, and so many samples, before
    /// the next.
    pub fn overtaken_packet(&mut self, payload: &[u8], packets_before: u16, samples_before: u32) -> Bytes {
        let next = self.next_sequence;
        self.next_sequence = next.wrapping_sub(packets_before);
        let timestamp = self.timestamp.wrapping_sub(samples_before);
        let datagram = self.write(self.payload_type, timestamp, false, payload);
        self.next_sequence = next;
        datagram
    }

    /// Sends another codec from the next packet on, as a new description says.
    pub const fn set_payload_type(&mut self, payload_type: u8) {
        self.payload_type = payload_type;
    }

    /// Begins a press of a key, `duration_samples` long (100 ms or more is understood everywhere), under the
    /// negotiated payload type of telephone events. Send no audio until [`Sender::press_packets`] is empty.
    #[must_use]
    pub const fn press(&self, digit: Digit, duration_samples: u16, payload_type: u8) -> Press {
        Press::new(digit, duration_samples, payload_type, self.timestamp)
    }

    /// The datagrams of the next `samples` samples of a press: one while it lasts, three at its end (RFC 4733,
    /// section 2.5.1.4), none when it is over and audio goes on.
    pub fn press_packets(&mut self, press: &mut Press, samples: u16) -> Vec<Bytes> {
        let Some(step) = press.advance(samples) else { return Vec::new() };
        let copies = if step.end { dtmf::END_PACKETS } else { 1 };
        let payload = step.payload();
        let (payload_type, timestamp) = (press.payload_type(), press.timestamp());
        let datagrams = (0..copies)
            .map(|copy| self.write(payload_type, timestamp, step.first && copy == 0, &payload))
            .collect();
        self.skip(u32::from(step.advanced_samples));
        datagrams
    }

    /// Its identity.
    #[must_use]
    pub const fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// Timestamp of the next sample.
    #[must_use]
    pub const fn timestamp(&self) -> u32 {
        self.timestamp
    }

    /// Packets and payload bytes sent so far, both wrapping as RFC 3550 has it.
    #[must_use]
    pub const fn sent(&self) -> (u32, u32) {
        (self.packets, self.octets)
    }

    fn write(&mut self, payload_type: u8, timestamp: u32, marker: bool, payload: &[u8]) -> Bytes {
        let mut datagram = BytesMut::with_capacity(HEADER_BYTES + payload.len());
        let sequence = self.next_sequence;
        Packet { marker, payload_type, sequence, timestamp, ssrc: self.ssrc, payload }.write(&mut datagram);
        self.next_sequence = sequence.wrapping_add(1);
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(u32::try_from(payload.len()).unwrap_or(u32::MAX));
        datagram.freeze()
    }
}
