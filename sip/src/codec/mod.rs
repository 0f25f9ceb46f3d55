//! What a payload means: a codec's name and number on the wire, and its sound as 16-bit samples.
//! Payload bytes enter, samples leave, and back. RFC 3551 section 4.5.14; ITU-T G.711.

pub mod g711;

/// A codec that this stack sends and receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// G.711 A-law: China, Europe, and every international trunk.
    Pcma,
    /// G.711 µ-law: North America, Japan, and most soft phones' first choice.
    Pcmu,
}

impl Codec {
    /// The codec of a static payload type (RFC 3551, table 4).
    #[must_use]
    pub const fn from_payload_type(payload_type: u8) -> Option<Self> {
        match payload_type {
            0 => Some(Self::Pcmu),
            8 => Some(Self::Pcma),
            _ => None,
        }
    }

    /// The codec of an `a=rtpmap` encoding name; names are compared without case (RFC 3551, section 3).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Pcma, Self::Pcmu].into_iter().find(|codec| codec.name().eq_ignore_ascii_case(name))
    }

    /// Its static payload type.
    #[must_use]
    pub const fn payload_type(self) -> u8 {
        match self {
            Self::Pcma => 8,
            Self::Pcmu => 0,
        }
    }

    /// Its encoding name in `a=rtpmap`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pcma => "PCMA",
            Self::Pcmu => "PCMU",
        }
    }

    /// Ticks of the RTP timestamp in a second, which is also its sample rate.
    #[must_use]
    pub const fn clock_hz(self) -> u32 {
        8_000
    }

    /// How many samples a payload holds.
    #[must_use]
    pub const fn samples_in(self, payload: &[u8]) -> usize {
        payload.len()
    }

    /// The byte that is silence: the code of the smallest positive value.
    #[must_use]
    pub const fn silence(self) -> u8 {
        match self {
            Self::Pcma => 0xD5,
            Self::Pcmu => 0xFF,
        }
    }

    /// Appends a payload's samples to `samples`.
    pub fn decode(self, payload: &[u8], samples: &mut Vec<i16>) {
        match self {
            Self::Pcma => samples.extend(payload.iter().map(|&code| g711::alaw_decode(code))),
            Self::Pcmu => samples.extend(payload.iter().map(|&code| g711::ulaw_decode(code))),
        }
    }

    /// Appends the payload of `samples` to `payload`.
    pub fn encode(self, samples: &[i16], payload: &mut Vec<u8>) {
        match self {
            Self::Pcma => payload.extend(samples.iter().map(|&sample| g711::alaw_encode(sample))),
            Self::Pcmu => payload.extend(samples.iter().map(|&sample| g711::ulaw_encode(sample))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_those_of_rfc_3551() {
        assert_eq!(Codec::from_payload_type(0), Some(Codec::Pcmu));
        assert_eq!(Codec::from_payload_type(8), Some(Codec::Pcma));
        assert_eq!(Codec::from_payload_type(18), None);
        assert_eq!(Codec::from_name("pcma"), Some(Codec::Pcma));
        assert_eq!(Codec::from_name("G729"), None);
        for codec in [Codec::Pcma, Codec::Pcmu] {
            assert_eq!(Codec::from_payload_type(codec.payload_type()), Some(codec));
            assert_eq!(Codec::from_name(codec.name()), Some(codec));
        }
    }

    #[test]
    fn silence_is_within_one_step_of_zero_and_survives_a_round_trip() {
        for codec in [Codec::Pcma, Codec::Pcmu] {
            let (mut samples, mut payload) = (Vec::new(), Vec::new());
            codec.decode(&[codec.silence(); 160], &mut samples);
            assert_eq!(samples.len(), 160);
            assert!(samples.iter().all(|sample| sample.abs() <= 8));
            codec.encode(&samples, &mut payload);
            assert_eq!(payload, [codec.silence(); 160]);
        }
    }
}
