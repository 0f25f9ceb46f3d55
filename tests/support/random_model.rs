//! Writes a Whisper model of any shape, in whisper.cpp's file format, with random weights: for tests and benches of
//! what decoding costs, which need no model that knows words. The same shape and seed give the same file.
//!
//! It decodes as a real one does: every weight and every token that whisper.cpp asks for is there, a token's text is
//! a Chinese character, and how many tokens it says before it ends is chosen. Which ones depends on the position
//! only, whatever the sound, and they do not repeat.

#![allow(dead_code)]

use std::f32::consts::PI;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// `ggml`, as a little-endian number.
const MAGIC: u32 = 0x6767_6d6c;
const TYPE_F32: i32 = 0;
const TYPE_F16: i32 = 1;
const TYPE_Q8_0: i32 = 8;
/// Numbers that share a scale in `Q8_0`.
const BLOCK: usize = 32;
/// Tokens of a multilingual model, the fewest that whisper.cpp takes for one: its special tokens have fixed places.
const VOCABULARY: usize = 51_865;
/// The token that ends a text; those before it are text.
const END_OF_TEXT: usize = 50_257;
/// Tokens of the prompt: start, language, task, no timestamps.
const PROMPT_TOKENS: usize = 4;
/// Frequencies of a 400-point Fourier transform.
const FREQUENCIES: usize = 201;
/// Standard deviation of the logits: sharp enough that the best token has most of the probability.
const LOGIT_SPREAD: f32 = 8.0;
/// The logit of the token that ends the text, once it is over; the largest of the others is about 35.
const END_LOGIT: f32 = 60.0;
/// How much more a position says than the token before it: otherwise a token would call for itself.
const POSITION_LOUDNESS: f32 = 20.0;

/// What a model looks like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// Numbers in a layer's state; a multiple of `heads`.
    pub(crate) width: usize,
    /// Attention heads of a layer.
    pub(crate) heads: usize,
    /// Layers of the encoder.
    pub(crate) encoder_layers: usize,
    /// Layers of the decoder.
    pub(crate) decoder_layers: usize,
    /// Positions of the encoder, 20 ms each; whisper.cpp's own models have 1500.
    pub(crate) audio_context: usize,
    /// Positions of the decoder; it says at most half as many tokens, less four.
    pub(crate) text_context: usize,
    /// Bands of the spectrogram.
    pub(crate) mel_bands: usize,
    /// How most weights are written.
    pub(crate) weights: Weights,
}

/// How weights are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weights {
    /// 16-bit floats, as in the files that whisper.cpp publishes.
    F16,
    /// 8-bit integers, 32 to a scale; the width is a multiple of 32.
    Q8,
}

impl Weights {
    /// ggml's number of such a file, and of such a tensor.
    const fn numbers(self) -> (i32, i32) {
        match self {
            Self::F16 => (1, TYPE_F16),
            Self::Q8 => (7, TYPE_Q8_0),
        }
    }
}

impl Shape {
    /// Whisper base.
    pub(crate) const BASE: Self = Self {
        width: 512,
        heads: 8,
        encoder_layers: 6,
        decoder_layers: 6,
        audio_context: 1500,
        text_context: 448,
        mel_bands: 80,
        weights: Weights::F16,
    };
    /// One layer each, as small as whisper.cpp bears; it hears two seconds at most.
    pub(crate) const ONE_LAYER: Self = Self {
        width: 32,
        heads: 1,
        encoder_layers: 1,
        decoder_layers: 1,
        audio_context: 100,
        text_context: 64,
        mel_bands: 4,
        weights: Weights::Q8,
    };
}

/// When the model's text ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    /// After so many tokens; with 0 it says nothing.
    After(usize),
    /// Only where whoever decodes ends it.
    Never,
}

/// Writes the model.
///
/// # Errors
/// Where the file cannot be written.
pub(crate) fn write(path: &Path, shape: &Shape, seed: u64, ending: Ending) -> io::Result<()> {
    let file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut writer = Writer { file, shape: *shape, random: Random(seed | 1) };
    writer.header()?;
    writer.mel_filters()?;
    writer.vocabulary()?;
    writer.encoder()?;
    writer.decoder(ending)?;
    writer.file.flush()
}

struct Writer {
    file: BufWriter<File>,
    shape: Shape,
    random: Random,
}

impl Writer {
    fn header(&mut self) -> io::Result<()> {
        let Shape { width, heads, encoder_layers, decoder_layers, audio_context, text_context, .. } =
            self.shape;
        self.file.write_all(&MAGIC.to_le_bytes())?;
        let audio = [VOCABULARY, audio_context, width, heads, encoder_layers];
        let text = [text_context, width, heads, decoder_layers, self.shape.mel_bands];
        for number in audio.into_iter().chain(text) {
            self.int(number)?;
        }
        self.file.write_all(&self.shape.weights.numbers().0.to_le_bytes())
    }

    /// Bands of equal width, which is enough for random weights.
    fn mel_filters(&mut self) -> io::Result<()> {
        let bands = self.shape.mel_bands;
        self.int(bands)?;
        self.int(FREQUENCIES)?;
        let share = |band| move |frequency: usize| frequency * bands / FREQUENCIES == band;
        for band in 0..bands {
            let weights = (0..FREQUENCIES).map(|frequency| f32::from(u8::from(share(band)(frequency))));
            floats(&mut self.file, weights)?;
        }
        Ok(())
    }

    /// The texts of the tokens: a space, which whisper.cpp looks up, and Chinese characters. It names the special
    /// ones itself.
    fn vocabulary(&mut self) -> io::Result<()> {
        self.int(END_OF_TEXT)?;
        for token in 0..END_OF_TEXT {
            let character = char::from_u32(0x4e00 + (token % 20_000) as u32).unwrap_or(' ');
            let text = if token == 0 { ' ' } else { character }.to_string();
            self.int(text.len())?;
            self.file.write_all(text.as_bytes())?;
        }
        Ok(())
    }

    fn encoder(&mut self) -> io::Result<()> {
        let Shape { width, encoder_layers, audio_context, mel_bands, .. } = self.shape;
        let wave = |index: usize| {
            let (position, place) = (index / width, index % width);
            let angle = position as f32 / 10_000_f32.powf((place / 2 * 2) as f32 / width as f32);
            (angle + if place % 2 == 0 { 0.0 } else { PI / 2.0 }).sin()
        };
        self.tensor("encoder.positional_embedding", &[width, audio_context], TYPE_F32, wave)?;
        for (name, inputs) in [("encoder.conv1", mel_bands), ("encoder.conv2", width)] {
            let mut random = self.random.fork();
            let deviation = 1.0 / (3.0 * inputs as f32).sqrt();
            self.tensor(&format!("{name}.weight"), &[3, inputs, width], TYPE_F16, |_| {
                random.spread(deviation)
            })?;
            self.tensor(&format!("{name}.bias"), &[1, width], TYPE_F32, |_| 0.0)?;
        }
        self.norm("encoder.ln_post")?;
        for layer in 0..encoder_layers {
            let block = format!("encoder.blocks.{layer}");
            self.attention(&format!("{block}.attn"))?;
            self.feed_forward(&block)?;
        }
        Ok(())
    }

    fn decoder(&mut self, ending: Ending) -> io::Result<()> {
        let Shape { width, decoder_layers, text_context, .. } = self.shape;
        // The first number of a state says whether the text is over. A position sets it, only the token that ends
        // the text looks at it.
        let over = match ending {
            Ending::After(tokens) => PROMPT_TOKENS - 1 + tokens,
            Ending::Never => usize::MAX,
        };
        let spread = LOGIT_SPREAD / (width as f32).sqrt();
        let loud = POSITION_LOUDNESS * spread;
        let mut random = self.random.fork();
        let position = |index: usize| match (index % width, index / width >= over) {
            (0, false) => -3.0 * loud,
            (0, true) => 1000.0 * loud,
            _ => random.spread(loud),
        };
        self.tensor("decoder.positional_embedding", &[width, text_context], TYPE_F32, position)?;
        let over_logit = END_LOGIT / (width as f32).sqrt();
        let mut random = self.random.fork();
        let token = |index: usize| match (index % width, index / width) {
            (0, END_OF_TEXT) => over_logit,
            (0, _) | (_, END_OF_TEXT) => 0.0,
            _ => random.spread(spread),
        };
        self.tensor(
            "decoder.token_embedding.weight",
            &[width, VOCABULARY],
            self.shape.weights.numbers().1,
            token,
        )?;
        self.norm("decoder.ln")?;
        for layer in 0..decoder_layers {
            let block = format!("decoder.blocks.{layer}");
            self.attention(&format!("{block}.attn"))?;
            self.attention(&format!("{block}.cross_attn"))?;
            self.feed_forward(&block)?;
        }
        Ok(())
    }

    fn attention(&mut self, name: &str) -> io::Result<()> {
        let width = self.shape.width;
        self.norm(&format!("{name}_ln"))?;
        for part in ["query", "key", "value", "out"] {
            self.weights(&format!("{name}.{part}.weight"), [width, width])?;
            if part != "key" {
                self.tensor(&format!("{name}.{part}.bias"), &[width], TYPE_F32, |_| 0.0)?;
            }
        }
        Ok(())
    }

    fn feed_forward(&mut self, block: &str) -> io::Result<()> {
        let width = self.shape.width;
        self.norm(&format!("{block}.mlp_ln"))?;
        for (part, from, to) in [(0, width, 4 * width), (2, 4 * width, width)] {
            self.weights(&format!("{block}.mlp.{part}.weight"), [from, to])?;
            self.tensor(&format!("{block}.mlp.{part}.bias"), &[to], TYPE_F32, |_| 0.0)?;
        }
        Ok(())
    }

    fn norm(&mut self, name: &str) -> io::Result<()> {
        let width = self.shape.width;
        self.tensor(&format!("{name}.weight"), &[width], TYPE_F32, |_| 1.0)?;
        self.tensor(&format!("{name}.bias"), &[width], TYPE_F32, |_| 0.0)
    }

    /// Random weights that keep the size of what passes through them; the first dimension is summed over.
    fn weights(&mut self, name: &str, shape: [usize; 2]) -> io::Result<()> {
        let mut random = self.random.fork();
        let deviation = 1.0 / (shape[0] as f32).sqrt();
        self.tensor(name, &shape, self.shape.weights.numbers().1, |_| random.spread(deviation))
    }

    /// A tensor; `value` is asked for each of its numbers in order, the first dimension being the quickest.
    fn tensor(
        &mut self,
        name: &str,
        shape: &[usize],
        kind: i32,
        mut value: impl FnMut(usize) -> f32,
    ) -> io::Result<()> {
        self.int(shape.len())?;
        self.int(name.len())?;
        self.file.write_all(&kind.to_le_bytes())?;
        for size in shape {
            self.int(*size)?;
        }
        self.file.write_all(name.as_bytes())?;
        let values = (0..shape.iter().product()).map(&mut value);
        match kind {
            TYPE_F32 => floats(&mut self.file, values),
            TYPE_F16 => halves(&mut self.file, values),
            _ => blocks(&mut self.file, values),
        }
    }

    fn int(&mut self, number: usize) -> io::Result<()> {
        let number = i32::try_from(number).map_err(io::Error::other)?;
        self.file.write_all(&number.to_le_bytes())
    }
}

fn floats(to: &mut impl Write, values: impl Iterator<Item = f32>) -> io::Result<()> {
    for value in values {
        to.write_all(&value.to_le_bytes())?;
    }
    Ok(())
}

fn halves(to: &mut impl Write, values: impl Iterator<Item = f32>) -> io::Result<()> {
    for value in values {
        to.write_all(&half(value).to_le_bytes())?;
    }
    Ok(())
}

/// Blocks of one 16-bit scale and 32 integers.
fn blocks(to: &mut impl Write, mut values: impl Iterator<Item = f32>) -> io::Result<()> {
    let mut block = [0.0_f32; BLOCK];
    while let Some(first) = values.next() {
        block[0] = first;
        block[1..].fill_with(|| values.next().unwrap_or(0.0));
        let scale = block.iter().fold(0.0, |most: f32, value| most.max(value.abs())) / 127.0;
        to.write_all(&half(scale).to_le_bytes())?;
        let integers = block.map(|value| (value / scale.max(f32::MIN_POSITIVE)).round() as i8);
        to.write_all(&integers.map(|integer| integer.to_le_bytes()[0]))?;
    }
    Ok(())
}

/// A 16-bit float, cut off rather than rounded; what is too small for one is 0.
fn half(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = (bits >> 16 & 0x8000) as u16;
    // Another bias of the exponent: 15 in place of 127.
    let magnitude = (bits & 0x7fff_ffff) >> 13;
    let rebased = magnitude.saturating_sub((127 - 15) << 10);
    sign | if rebased < 0x400 { 0 } else { rebased.min(0x7bff) as u16 }
}

/// Xorshift: quick, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn fork(&mut self) -> Self {
        Self(self.next().wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Evenly distributed around 0, with that standard deviation.
    fn spread(&mut self, deviation: f32) -> f32 {
        let unit = (self.next() >> 40) as f32 / (1 << 23) as f32 - 1.0;
        unit * deviation * 3_f32.sqrt()
    }
}
