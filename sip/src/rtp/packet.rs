//! The RTP packet on the wire: RFC 3550, section 5.1.
//!
//! Written here rather than taken from `rtc-rtp`, which brings 60 crates for a header of 12 bytes, does not
//! check the version, and leaves bytes of a header extension in the payload where its ids are odd. That crate
//! is the yardstick in the tests and the benchmark instead.

/// Bytes of the fixed header.
pub(super) const HEADER_BYTES: usize = 12;

/// A packet, borrowed from the datagram that carried it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    /// First of a talkspurt, or of a telephone event.
    pub marker: bool,
    /// What the payload is.
    pub payload_type: u8,
    /// Rises by one with each packet sent.
    pub sequence: u16,
    /// The sampling moment of the payload's first sample.
    pub timestamp: u32,
    /// Whose stream it is.
    pub ssrc: u32,
    /// The sound, or the event; without padding.
    pub payload: &'a [u8],
}

/// Why a datagram is no RTP packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    /// Ends before what its header announces.
    #[error("shorter than its header says")]
    Short,
    /// Another version than 2, or another protocol.
    #[error("RTP version {0}")]
    Version(u8),
    /// Padding that is longer than the payload.
    #[error("padding longer than the payload")]
    Padding,
}

impl<'a> Packet<'a> {
    /// Reads a datagram; contributing sources and header extensions are stepped over.
    ///
    /// # Errors
    /// Where it is no RTP packet.
    pub fn parse(datagram: &'a [u8]) -> Result<Self, PacketError> {
        let (header, mut rest) = datagram.split_first_chunk::<HEADER_BYTES>().ok_or(PacketError::Short)?;
        let [flags, kind, s0, s1, t0, t1, t2, t3, i0, i1, i2, i3] = *header;
        if flags >> 6 != 2 {
            return Err(PacketError::Version(flags >> 6));
        }
        rest = rest.get(usize::from(flags & 0x0F) * 4..).ok_or(PacketError::Short)?;
        if flags & 0x10 != 0 {
            let ([_, _, l0, l1], after) = rest.split_first_chunk::<4>().ok_or(PacketError::Short)?;
            let words = usize::from(u16::from_be_bytes([*l0, *l1]));
            rest = after.get(words * 4..).ok_or(PacketError::Short)?;
        }
        if flags & 0x20 != 0 {
            let padding = usize::from(*rest.last().ok_or(PacketError::Padding)?);
            let end = rest.len().checked_sub(padding.max(1)).ok_or(PacketError::Padding)?;
            rest = &rest[..end];
        }
        Ok(Self {
            marker: kind & 0x80 != 0,
            payload_type: kind & 0x7F,
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes([i0, i1, i2, i3]),
            payload: rest,
        })
    }

    /// Appends the packet to a datagram; no padding, no extension.
    pub fn write(&self, datagram: &mut impl bytes::BufMut) {
        datagram.put_u8(2 << 6);
        datagram.put_u8(u8::from(self.marker) << 7 | self.payload_type & 0x7F);
        datagram.put_u16(self.sequence);
        datagram.put_u32(self.timestamp);
        datagram.put_u32(self.ssrc);
        datagram.put_slice(self.payload);
    }
}

/// Whether a datagram on a shared port is RTCP: its second byte is one of RTCP's packet types (RFC 5761).
#[must_use]
pub fn is_rtcp(datagram: &[u8]) -> bool {
    matches!(datagram, [flags, 192..=223, ..] if flags >> 6 == 2)
}
