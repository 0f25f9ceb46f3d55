//! Sound in files and at other sample rates: WAV bytes in, samples out and back; 8 kHz to 16 kHz and back.
//! No I/O but reading a named file.

pub mod resample;
pub mod wav;
