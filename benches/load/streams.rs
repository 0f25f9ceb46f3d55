//! The packets: all callers behind one socket, all phones behind another, a stream each way for each call. Who a packet
//! is from, which it is and when it left stands in its payload.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use jiesu_sip::codec::Codec;
use rustix::net::sockopt::set_socket_recv_buffer_size_force;

const FRAME: Duration = Duration::from_millis(20);
const FRAME_SAMPLES: u32 = 160;
const HEADER_BYTES: usize = 12;
const PACKET_BYTES: usize = HEADER_BYTES + FRAME_SAMPLES as usize;
/// Begins a payload of ours, and nothing else that a caller hears.
const MARK: &[u8; 4] = b"load";
const STAMP_BYTES: usize = 20;
/// Packets of all streams wait in one buffer while we send.
const RECEIVE_BUFFER_BYTES: usize = 64 << 20;
/// What is still on its way after the last packet was sent.
const LAST_PACKETS: Duration = Duration::from_millis(500);

/// The socket of all callers, or of all phones.
pub(crate) struct End {
    socket: UdpSocket,
    /// RTCP comes here, and is not read.
    _rtcp: UdpSocket,
}

impl End {
    /// An even port, and the next.
    pub(crate) fn bind() -> io::Result<Self> {
        for _ in 0..1_000 {
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
            let port = socket.local_addr()?.port();
            let rtcp = UdpSocket::bind((Ipv4Addr::LOCALHOST, port | 1));
            if let (true, Ok(rtcp)) = (port.is_multiple_of(2), rtcp) {
                socket.set_nonblocking(true)?;
                // More than the machine's own limit needs root; without, the limit must do.
                if set_socket_recv_buffer_size_force(&socket, RECEIVE_BUFFER_BYTES).is_err() {
                    rustix::net::sockopt::set_socket_recv_buffer_size(&socket, RECEIVE_BUFFER_BYTES)?;
                }
                return Ok(Self { socket, _rtcp: rtcp });
            }
        }
        Err(io::ErrorKind::AddrInUse.into())
    }

    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }
}

/// Where a stream goes, and from which end.
pub(crate) struct Way {
    from_caller: bool,
    to: SocketAddr,
}

impl Way {
    /// Both ways of each call: what callers send goes to `callers`, what phones send to `phones`.
    pub(crate) fn between(callers: &[SocketAddr], phones: &[SocketAddr]) -> Vec<Self> {
        let from_callers = callers.iter().map(|&to| Self { from_caller: true, to });
        let from_phones = phones.iter().map(|&to| Self { from_caller: false, to });
        from_callers.zip(from_phones).flat_map(|(one, other)| [one, other]).collect()
    }
}

/// What became of the packets.
pub(crate) struct Carried {
    sent: u64,
    received: u64,
    /// Of every packet that came, ascending.
    pub(crate) delays_ms: Vec<f64>,
    pub(crate) length: Duration,
}

impl Carried {
    pub(crate) fn lost(&self) -> u64 {
        self.sent - self.received
    }
}

/// Sends every stream for `length`, and takes what comes.
pub(crate) fn carry(callers: &End, phones: &End, ways: &[Way], length: Duration) -> io::Result<Carried> {
    let frames = (length.as_nanos() / FRAME.as_nanos()) as u32;
    let packets = ways.len() * frames as usize;
    let mut heard = Heard { seen: vec![false; packets], frames, delays_ms: Vec::with_capacity(packets) };
    let spacing = FRAME / ways.len() as u32;
    let zero = Instant::now();
    let mut packet = [Codec::Pcma.silence(); PACKET_BYTES];
    for frame in 0..frames {
        for (stream, way) in (0_u32..).zip(ways) {
            let due = zero + FRAME * frame + spacing * stream;
            while Instant::now() < due {
                heard.take(zero, callers, phones)?;
            }
            stamp(&mut packet, stream, frame, zero.elapsed());
            let end = if way.from_caller { callers } else { phones };
            end.socket.send_to(&packet, way.to)?;
        }
        // However late we are.
        heard.take(zero, callers, phones)?;
    }
    let length = zero.elapsed();
    while zero.elapsed() < length + LAST_PACKETS {
        heard.take(zero, callers, phones)?;
    }
    let Heard { mut delays_ms, .. } = heard;
    delays_ms.sort_unstable_by(f64::total_cmp);
    Ok(Carried { sent: packets as u64, received: delays_ms.len() as u64, delays_ms, length })
}

/// An RTP packet with its stamp.
fn stamp(packet: &mut [u8; PACKET_BYTES], stream: u32, frame: u32, at: Duration) {
    packet[..2].copy_from_slice(&[0x80, Codec::Pcma.payload_type()]);
    packet[2..4].copy_from_slice(&(frame as u16).to_be_bytes());
    packet[4..8].copy_from_slice(&(frame * FRAME_SAMPLES).to_be_bytes());
    packet[8..12].copy_from_slice(&stream.to_be_bytes());
    packet[12..16].copy_from_slice(MARK);
    packet[16..20].copy_from_slice(&stream.to_be_bytes());
    packet[20..24].copy_from_slice(&frame.to_be_bytes());
    packet[24..32].copy_from_slice(&(at.as_nanos() as u64).to_be_bytes());
}

/// The packets that came.
struct Heard {
    /// By stream and number.
    seen: Vec<bool>,
    frames: u32,
    delays_ms: Vec<f64>,
}

impl Heard {
    /// Takes what waits at both ends.
    fn take(&mut self, zero: Instant, callers: &End, phones: &End) -> io::Result<()> {
        let mut datagram = [0; PACKET_BYTES];
        for end in [callers, phones] {
            loop {
                match end.socket.recv(&mut datagram) {
                    Ok(length) => self.hear(&datagram[..length], zero.elapsed()),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    fn hear(&mut self, datagram: &[u8], at: Duration) {
        let stamp = datagram.get(HEADER_BYTES..HEADER_BYTES + STAMP_BYTES);
        let Some(stamp) = stamp.and_then(|stamp| stamp.strip_prefix(MARK)) else { return };
        let number = |from: usize| u32::from_be_bytes(stamp[from..from + 4].try_into().unwrap_or_default());
        let (stream, frame) = (number(0), number(4));
        let sent_ns = u64::from_be_bytes(stamp[8..16].try_into().unwrap_or_default());
        let seen = self.seen.get_mut((stream * self.frames + frame) as usize);
        if let Some(seen @ false) = seen {
            *seen = true;
            self.delays_ms.push(at.saturating_sub(Duration::from_nanos(sent_ns)).as_secs_f64() * 1_000.0);
        }
    }
}

/// Of values that ascend; 0 of none.
pub(crate) fn quantile(ascending: &[f64], part: f64) -> f64 {
    let last = ascending.len().saturating_sub(1) as f64;
    ascending.get((last * part).round() as usize).copied().unwrap_or_default()
}
