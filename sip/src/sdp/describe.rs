//! Our descriptions, as bytes.

use sdp_types::{Connection, Media, MediaType, Origin, Session, Time, TransportProto};

use super::{Direction, LocalMedia, SessionIds};
use crate::codec::Codec;

/// The payload type under which we offer telephone events; 101 is what everyone uses.
const DTMF_PAYLOAD_TYPE: u8 = 101;
/// The events taken: the sixteen keys.
const DTMF_EVENTS: &str = "0-15";

/// The body of an offer: all our codecs, and telephone events.
#[must_use]
pub fn offer(local: &LocalMedia, ids: SessionIds) -> Vec<u8> {
    let mut session = session(local, ids);
    let audio: Vec<(u8, Codec)> = local.codecs.iter().map(|codec| (codec.payload_type(), *codec)).collect();
    let dtmf = local.dtmf.then_some(DTMF_PAYLOAD_TYPE);
    let mut media = Media::new(MediaType::Audio, local.rtp_port, TransportProto::RtpAvp, "");
    describe(&mut media, &audio, dtmf, local.ptime_ms, local.direction);
    session.medias.push(media);
    bytes(&session)
}

/// The head of a description: who, and where.
pub(super) fn session(local: &LocalMedia, ids: SessionIds) -> Session {
    let mut session = Session::new(Origin::with_ip_addr(ids.session_id, ids.version, local.address), "-");
    session.connection = Some(Connection::from_ip_addr(local.address));
    session.times.push(Time::new(0, 0));
    session
}

/// Fills a stream's formats and attributes.
pub(super) fn describe(
    media: &mut Media,
    audio: &[(u8, Codec)],
    dtmf: Option<u8>,
    ptime_ms: u16,
    direction: Direction,
) {
    let numbers = audio.iter().map(|(number, _)| *number).chain(dtmf);
    media.fmt = numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(" ");
    for (number, codec) in audio {
        let mapping = format!("{number} {}/{}", codec.name(), codec.clock_hz());
        media.add_attribute_with_value("rtpmap", mapping);
    }
    if let Some(number) = dtmf {
        media.add_attribute_with_value("rtpmap", format!("{number} telephone-event/8000"));
        media.add_attribute_with_value("fmtp", format!("{number} {DTMF_EVENTS}"));
    }
    media.add_attribute_with_value("ptime", ptime_ms);
    media.add_attribute_from_str(direction.name());
}

/// A description as it goes into a message's body.
pub(super) fn bytes(session: &Session) -> Vec<u8> {
    let mut body = Vec::new();
    // Writing to memory does not fail; a body cut short by a fault of the writer would be refused.
    let _ = session.write(&mut body);
    body
}
