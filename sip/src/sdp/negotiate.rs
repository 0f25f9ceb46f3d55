//! The decisions of RFC 3264: which stream, which formats, which way.

use sdp_types::Media;

use super::describe::{bytes, describe, session as head};
use super::read::{Format, Stream, is_nowhere, is_usable_audio, session};
use super::{Direction, LocalMedia, Negotiated, SdpError, SessionIds};
use crate::codec::Codec;

/// The packet times we send; others are brought to the nearest of these bounds.
const PTIME_MS: std::ops::RangeInclusive<u16> = 10..=60;

/// Answers an offer: takes the first audio stream that shares a codec with us, in the offer's order of
/// preference, and refuses every other stream in its place.
///
/// # Errors
/// Where no stream can be taken; [`SdpError::status`] is the response.
pub fn answer(offer: &[u8], local: &LocalMedia, ids: SessionIds) -> Result<(Vec<u8>, Negotiated), SdpError> {
    let offered = session(offer)?;
    let mut taken: Result<(usize, Negotiated), SdpError> = Err(SdpError::NoAudio);
    for (index, media) in offered.medias.iter().enumerate().filter(|(_, media)| is_usable_audio(media)) {
        match (negotiate(Stream::new(&offered, media), media, local), &taken) {
            (Ok(negotiated), _) => {
                taken = Ok((index, negotiated));
                break;
            }
            // The first audio stream's fault is the one worth telling.
            (Err(error), Err(SdpError::NoAudio)) => taken = Err(error),
            (Err(_), _) => {}
        }
    }
    let (index, negotiated) = taken?;
    let mut described = head(local, ids);
    described.medias = offered.medias.iter().map(refused).collect();
    if let Some(media) = described.medias.get_mut(index) {
        accept(media, local, &negotiated);
    }
    Ok((bytes(&described), negotiated))
}

/// Reads the answer to our offer, which had one stream.
///
/// # Errors
/// Where it refuses the stream, or cannot be read.
pub fn accept_answer(answer: &[u8], local: &LocalMedia) -> Result<Negotiated, SdpError> {
    let answered = session(answer)?;
    let media = answered.medias.first().filter(|media| is_usable_audio(media)).ok_or(SdpError::NoAudio)?;
    negotiate(Stream::new(&answered, media), media, local)
}

/// What an offered or answered stream and our side have in common.
fn negotiate(stream: Stream<'_>, media: &Media, local: &LocalMedia) -> Result<Negotiated, SdpError> {
    let formats = stream.formats();
    let receives: Vec<(u8, Codec)> = formats
        .iter()
        .filter_map(|(number, format)| match format {
            Format::Audio(codec) => local.codecs.contains(codec).then_some((*number, *codec)),
            Format::TelephoneEvent => None,
        })
        .collect();
    let &(payload_type, codec) =
        receives.first().ok_or_else(|| SdpError::NoCommonCodec { offered: media.fmt.clone() })?;
    let events = formats.iter().find(|(_, format)| *format == Format::TelephoneEvent);
    let remote_rtp = stream.rtp()?;
    if remote_rtp.is_ipv4() != local.address.is_ipv4() && !is_nowhere(remote_rtp) {
        return Err(SdpError::Address { address: remote_rtp.ip().to_string() });
    }
    let theirs = stream.direction();
    let rtcp_mux = stream.rtcp_mux();
    Ok(Negotiated {
        remote_rtp,
        remote_rtcp: if rtcp_mux { remote_rtp } else { stream.rtcp(remote_rtp) },
        codec,
        payload_type,
        receives,
        dtmf_payload_type: events.filter(|_| local.dtmf).map(|(number, _)| *number),
        ptime_ms: packet_time_ms(stream.packet_times_ms(), local.ptime_ms),
        we_send: local.direction.sends() && theirs.receives() && !is_nowhere(remote_rtp),
        we_receive: local.direction.receives() && theirs.sends(),
        rtcp_mux,
    })
}

/// What the other end asks for, within what it and we can take; whole tens of milliseconds.
fn packet_time_ms((wanted, most): (Option<u16>, Option<u16>), ours_ms: u16) -> u16 {
    let asked_ms = wanted.unwrap_or(ours_ms).min(most.unwrap_or(u16::MAX));
    (asked_ms / 10 * 10).clamp(*PTIME_MS.start(), *PTIME_MS.end())
}

/// A stream's refusal: port 0, its own kind, protocol and formats (RFC 3264, section 6).
fn refused(offered: &Media) -> Media {
    Media {
        media: offered.media.clone(),
        port: 0,
        num_ports: None,
        proto: offered.proto.clone(),
        fmt: offered.fmt.clone(),
        media_title: None,
        connections: Vec::new(),
        bandwidths: Vec::new(),
        key: None,
        attributes: Vec::new(),
    }
}

/// Turns the refusal of the stream taken into its acceptance. One codec is named, so that nothing else comes.
fn accept(media: &mut Media, local: &LocalMedia, agreed: &Negotiated) {
    media.port = local.rtp_port;
    let direction = Direction::new(agreed.we_send, agreed.we_receive);
    let audio = [(agreed.payload_type, agreed.codec)];
    describe(media, &audio, agreed.dtmf_payload_type, agreed.ptime_ms, direction);
    if agreed.rtcp_mux {
        media.add_attribute_from_str("rtcp-mux");
    }
}
