//! Which attention heads tell when a token was said (whisper.cpp's DTW token timestamps): those that OpenAI names
//! for its models, which a model fine-tuned from one keeps, and those that the bundled recogniser was taught
//! (`models/demo/recipe/model.py`). A model of another shape gets no times, and the service spreads its words over
//! the voice: by all heads of the upper layers words fall onto each other in heaps, seconds from where they were said,
//! at two thirds of the cost of decoding them.

use std::io::Read;
use std::path::Path;

use whisper_rs::{DtwAhead, DtwMode, DtwModelPreset, DtwParameters};

/// `ggml`, as a little-endian number: how a model file begins.
const MAGIC: i32 = 0x6767_6d6c;
/// Tokens of the models that know English only.
const ENGLISH_VOCABULARY: i32 = 51_864;
/// Tokens of large-v3 and its kin.
const VOCABULARY_V3: i32 = 51_866;
/// Heads of the bundled recogniser: the first two of its last layer.
const TAUGHT: [DtwAhead; 2] =
    [DtwAhead { n_text_layer: 2, n_head: 0 }, DtwAhead { n_text_layer: 2, n_head: 1 }];
/// Heads that OpenAI names for one model, at most.
const MOST_HEADS: usize = 23;
/// Copies of the heads' weights that whisper.cpp makes while it aligns them, and as much as two heads beside.
const COPIES: usize = 4;
/// What it needs besides.
const BESIDE_BYTES: usize = 8 * 1024 * 1024;

/// The numbers at the beginning of a model file that say what it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    vocabulary: i32,
    audio_context: i32,
    audio_layers: i32,
    text_context: i32,
    width: i32,
    text_layers: i32,
}

/// How a model's token times are found; none where the file is no model, which loading it will say.
pub(super) fn alignment(model: &Path) -> DtwParameters<'static> {
    Shape::read(model).map_or_else(DtwParameters::default, |shape| shape.alignment())
}

impl Shape {
    fn read(model: &Path) -> Option<Self> {
        let mut bytes = [0; 40];
        std::fs::File::open(model).ok()?.read_exact(&mut bytes).ok()?;
        let (numbers, _) = bytes.as_chunks::<4>();
        let number = |index: usize| numbers.get(index).map(|bytes| i32::from_le_bytes(*bytes));
        if number(0)? != MAGIC {
            return None;
        }
        Some(Self {
            vocabulary: number(1)?,
            audio_context: number(2)?,
            audio_layers: number(5)?,
            text_context: number(6)?,
            width: number(7)?,
            text_layers: number(9)?,
        })
    }

    fn alignment(&self) -> DtwParameters<'static> {
        let Some(mode) = self.mode() else { return DtwParameters::default() };
        // Asked for at every alignment and given back after it; only what is used of it becomes real.
        let size = |number: i32| usize::try_from(number).unwrap_or(0);
        let cells = size(self.audio_context) * (size(self.text_context) / 2 + 8);
        DtwParameters {
            mode,
            dtw_mem_size: cells * size_of::<f32>() * (MOST_HEADS + 2) * COPIES + BESIDE_BYTES,
        }
    }

    fn mode(&self) -> Option<DtwMode<'static>> {
        match (self.width, self.audio_layers, self.text_layers) {
            (256, 4, 3) => Some(DtwMode::Custom { aheads: &TAUGHT }),
            _ => self.preset().map(|model_preset| DtwMode::ModelPreset { model_preset }),
        }
    }

    /// OpenAI's model of this shape.
    const fn preset(&self) -> Option<DtwModelPreset> {
        let english = self.vocabulary == ENGLISH_VOCABULARY;
        match (self.width, self.audio_layers, self.text_layers) {
            (384, 4, 4) if english => Some(DtwModelPreset::TinyEn),
            (384, 4, 4) => Some(DtwModelPreset::Tiny),
            (512, 6, 6) if english => Some(DtwModelPreset::BaseEn),
            (512, 6, 6) => Some(DtwModelPreset::Base),
            (768, 12, 12) if english => Some(DtwModelPreset::SmallEn),
            (768, 12, 12) => Some(DtwModelPreset::Small),
            (1024, 24, 24) if english => Some(DtwModelPreset::MediumEn),
            (1024, 24, 24) => Some(DtwModelPreset::Medium),
            (1280, 32, 4) => Some(DtwModelPreset::LargeV3Turbo),
            (1280, 32, 32) if self.vocabulary == VOCABULARY_V3 => Some(DtwModelPreset::LargeV3),
            // Of its shape is v1 too, which nobody uses any more.
            (1280, 32, 32) => Some(DtwModelPreset::LargeV2),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn shape(width: i32, audio_layers: i32, text_layers: i32, vocabulary: i32) -> Shape {
        Shape { vocabulary, audio_context: 1500, audio_layers, text_context: 448, width, text_layers }
    }

    #[test]
    fn openais_models_are_known_by_their_shape() {
        assert!(matches!(shape(512, 6, 6, 51_865).preset(), Some(DtwModelPreset::Base)));
        assert!(matches!(shape(384, 4, 4, 51_864).preset(), Some(DtwModelPreset::TinyEn)));
        assert!(matches!(shape(1280, 32, 32, 51_866).preset(), Some(DtwModelPreset::LargeV3)));
        assert!(matches!(shape(1280, 32, 4, 51_866).preset(), Some(DtwModelPreset::LargeV3Turbo)));
        assert!(shape(1280, 32, 2, 51_866).preset().is_none(), "distilled: its heads are others");
    }

    #[test]
    fn the_bundled_one_has_its_own_and_another_shape_none() {
        assert!(matches!(shape(256, 4, 2, 51_865).alignment().mode, DtwMode::None));
        assert!(
            matches!(shape(256, 4, 3, 51_865).alignment().mode, DtwMode::Custom { aheads } if aheads.len() == 2)
        );
    }

    #[test]
    fn the_largest_alignment_fits_in_its_memory() {
        // 23 heads of large-v2, 220 tokens and five more, 30 s: three copies, and the path through their mean.
        let needed = (3 * 23 + 6) * 225 * 1500 * size_of::<f32>();
        let given = shape(1280, 32, 32, 51_865).alignment().dtw_mem_size;
        assert!(given > needed && given < 2 * needed, "{given} for {needed}");
    }

    #[test]
    fn a_file_that_is_no_model_has_no_heads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bin");
        std::fs::write(&path, [0; 64]).unwrap();
        assert!(matches!(alignment(&path).mode, DtwMode::None));
        assert!(matches!(alignment(&folder.path().join("none")).mode, DtwMode::None));
    }
}
