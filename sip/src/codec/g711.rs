//! ITU-T G.711 both ways, by tables that the compiler fills: a sample costs one load.
//! Samples are 16-bit; the rounding at a decision value is that of ITU-T G.191 (`alaw_compress`,
//! `ulaw_compress`): a sample's low bits are dropped, a negative one's from its one's complement.

/// Bits of a 16-bit sample below A-law's finest step, which is 1/2048 of full scale.
const ALAW_DROPPED_BITS: u32 = 4;
/// Bits of a 16-bit sample below µ-law's finest decision value, which is 1/8192 of full scale.
const ULAW_DROPPED_BITS: u32 = 2;
/// What µ-law adds to a magnitude so that every segment begins at a power of two.
const ULAW_BIAS: u16 = 33;
/// The greatest biased magnitude.
const ULAW_LIMIT: u16 = 0x1FFF;

static ALAW_DECODED: [i16; 256] = alaw_decoded();
static ULAW_DECODED: [i16; 256] = ulaw_decoded();
static ALAW_ENCODED: [u8; 1 << (16 - ALAW_DROPPED_BITS)] = alaw_encoded();
static ULAW_ENCODED: [u8; 1 << (16 - ULAW_DROPPED_BITS)] = ulaw_encoded();

/// The sample of an A-law code, ±8 to ±32,256.
#[must_use]
pub fn alaw_decode(code: u8) -> i16 {
    ALAW_DECODED[usize::from(code)]
}

/// The A-law code of a sample.
#[must_use]
pub fn alaw_encode(sample: i16) -> u8 {
    ALAW_ENCODED[usize::from(sample.cast_unsigned() >> ALAW_DROPPED_BITS)]
}

/// The sample of a µ-law code, 0 to ±32,124.
#[must_use]
pub fn ulaw_decode(code: u8) -> i16 {
    ULAW_DECODED[usize::from(code)]
}

/// The µ-law code of a sample.
#[must_use]
pub fn ulaw_encode(sample: i16) -> u8 {
    ULAW_ENCODED[usize::from(sample.cast_unsigned() >> ULAW_DROPPED_BITS)]
}

const fn alaw_decoded() -> [i16; 256] {
    let mut table = [0; 256];
    let mut code = 0;
    while code < 256 {
        // Even bits travel inverted.
        let plain = code as u8 ^ 0x55;
        let segment = (plain >> 4) & 0x07;
        let step = (plain & 0x0F) as i16;
        // The middle of the interval, in 1/4096 of full scale.
        let magnitude = match segment {
            0 => 2 * step + 1,
            _ => (2 * step + 33) << (segment - 1),
        };
        table[code] = if plain & 0x80 != 0 { magnitude << 3 } else { -(magnitude << 3) };
        code += 1;
    }
    table
}

const fn alaw_encoded() -> [u8; 1 << (16 - ALAW_DROPPED_BITS)] {
    let mut table = [0; 1 << (16 - ALAW_DROPPED_BITS)];
    let mut index = 0;
    while index < table.len() {
        let sample = (index << ALAW_DROPPED_BITS) as u16 as i16;
        let (sign, magnitude) = if sample < 0 { (0x00, !sample) } else { (0x80, sample) };
        let magnitude = (magnitude as u16) >> ALAW_DROPPED_BITS;
        let code = if magnitude < 32 {
            magnitude as u8
        } else {
            // The leading one is bit 5 in segment 2, bit 10 in segment 7.
            let segment = 12 - magnitude.leading_zeros() as u8;
            (segment << 4) | ((magnitude >> (segment - 1)) & 0x0F) as u8
        };
        table[index] = (sign | code) ^ 0x55;
        index += 1;
    }
    table
}

const fn ulaw_decoded() -> [i16; 256] {
    let mut table = [0; 256];
    let mut code = 0;
    while code < 256 {
        let plain = !(code as u8);
        let segment = (plain >> 4) & 0x07;
        let step = (plain & 0x0F) as i16;
        let magnitude = ((2 * step + 33) << segment) - 33;
        table[code] = if plain & 0x80 == 0 { magnitude << 2 } else { -(magnitude << 2) };
        code += 1;
    }
    table
}

const fn ulaw_encoded() -> [u8; 1 << (16 - ULAW_DROPPED_BITS)] {
    let mut table = [0; 1 << (16 - ULAW_DROPPED_BITS)];
    let mut index = 0;
    while index < table.len() {
        let sample = (index << ULAW_DROPPED_BITS) as u16 as i16;
        let (sign, magnitude) = if sample < 0 { (0x80, !sample) } else { (0x00, sample) };
        let mut biased = ((magnitude as u16) >> ULAW_DROPPED_BITS) + ULAW_BIAS;
        if biased > ULAW_LIMIT {
            biased = ULAW_LIMIT;
        }
        // The leading one is bit 5 in segment 0, bit 12 in segment 7.
        let segment = 10 - biased.leading_zeros() as u8;
        let code = (segment << 4) | ((biased >> (segment + 1)) & 0x0F) as u8;
        table[index] = !(sign | code);
        index += 1;
    }
    table
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    //! Checked against the Recommendation's own tables (1a to 2b): segment end points, intervals of equal
    //! width between them, and the middle of an interval as its value. Nothing here shifts or masks.
    use super::*;

    /// Decision values of one polarity in 16-bit units, rising: 128 intervals need 129.
    fn decision_values(first: &[i32], segment_ends: &[i32], scale: i32) -> Vec<i32> {
        let mut values = first.to_vec();
        for end in segment_ends {
            let start = *values.last().unwrap();
            let width = (end - start) / 16;
            values.extend((1..=16).map(|interval| start + interval * width));
        }
        assert_eq!(values.len(), 129);
        values.iter().map(|value| value * scale).collect()
    }

    /// Table 1a: 32 intervals of 2 up to 64, then segments to 4096 = full scale.
    fn alaw_decision_values() -> Vec<i32> {
        let first: Vec<i32> = (0..=32).map(|interval| interval * 2).collect();
        decision_values(&first, &[128, 256, 512, 1024, 2048, 4096], 8)
    }

    /// Table 2a: 0, 1, then 15 intervals of 2 up to 31, then segments to 8159.
    fn ulaw_decision_values() -> Vec<i32> {
        let first: Vec<i32> = std::iter::once(0).chain((0..=15).map(|interval| interval * 2 + 1)).collect();
        decision_values(&first, &[95, 223, 479, 991, 2015, 4063, 8159], 4)
    }

    /// Interval number of a magnitude; beyond the last decision value is the last interval.
    fn interval(decisions: &[i32], magnitude: i32) -> usize {
        decisions[1..128].iter().filter(|&&decision| magnitude >= decision).count()
    }

    /// A negative sample lies as deep in its interval as the positive one that its complement is.
    fn sign_and_interval(decisions: &[i32], sample: i16) -> (bool, usize) {
        let value = i32::from(sample);
        if value < 0 { (true, interval(decisions, -value - 1)) } else { (false, interval(decisions, value)) }
    }

    #[test]
    fn alaw_encodes_every_sample_as_table_1_of_g711() {
        let decisions = alaw_decision_values();
        for sample in i16::MIN..=i16::MAX {
            let (negative, interval) = sign_and_interval(&decisions, sample);
            // Column 5 of table 1: 1xxxxxxx positive, even bits inverted.
            let expected = (u8::try_from(interval).unwrap() + if negative { 0 } else { 128 }) ^ 0b0101_0101;
            assert_eq!(alaw_encode(sample), expected, "sample {sample}");
        }
    }

    #[test]
    fn ulaw_encodes_every_sample_as_table_2_of_g711() {
        let decisions = ulaw_decision_values();
        for sample in i16::MIN..=i16::MAX {
            let (negative, interval) = sign_and_interval(&decisions, sample);
            // Column 5 of table 2: 11111111 is positive zero, 10000000 positive full scale.
            let expected = 127 - u8::try_from(interval).unwrap() + if negative { 0 } else { 128 };
            assert_eq!(ulaw_encode(sample), expected, "sample {sample}");
        }
    }

    #[test]
    fn alaw_decodes_every_code_to_the_middle_of_its_interval() {
        let decisions = alaw_decision_values();
        for code in 0..=255_u8 {
            let plain = code ^ 0b0101_0101;
            let interval = usize::from(plain % 128);
            let middle = (decisions[interval] + decisions[interval + 1]) / 2;
            let expected = if plain >= 128 { middle } else { -middle };
            assert_eq!(i32::from(alaw_decode(code)), expected, "code {code}");
        }
    }

    #[test]
    fn ulaw_decodes_every_code_to_the_middle_of_its_interval() {
        let decisions = ulaw_decision_values();
        for code in 0..=255_u8 {
            let interval = usize::from(127 - code % 128);
            // The first interval's value is 0, not its middle (table 2a, column 8).
            let middle = if interval == 0 { 0 } else { (decisions[interval] + decisions[interval + 1]) / 2 };
            let expected = if code >= 128 { middle } else { -middle };
            assert_eq!(i32::from(ulaw_decode(code)), expected, "code {code}");
        }
    }

    #[test]
    fn every_code_survives_a_round_trip() {
        for code in 0..=255_u8 {
            assert_eq!(alaw_encode(alaw_decode(code)), code);
            // µ-law has two zeros; the negative one becomes the positive.
            let expected = if code == 0x7F { 0xFF } else { code };
            assert_eq!(ulaw_encode(ulaw_decode(code)), expected);
        }
    }
}
