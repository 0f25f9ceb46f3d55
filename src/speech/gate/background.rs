//! How loud a channel is when nobody speaks.

/// Frames of a block: 0.75 s.
const BLOCK_FRAMES: u32 = 47;
/// So many blocks are remembered, besides the one being filled: a voice dips to the background at least once in them.
const BLOCKS: usize = 3;
/// Smoothing over some four frames: one weak frame is no background.
const SMOOTHING: f32 = 0.25;
/// A background is never taken to be softer than this, decibels of full scale: an idle line.
const SOFTEST_DB: f32 = -70.0;

/// The least loudness of the last three seconds.
#[derive(Debug)]
pub(super) struct Background {
    smooth_db: f32,
    blocks_db: [f32; BLOCKS],
    block_db: f32,
    frames: u32,
}

impl Background {
    pub(super) fn new() -> Self {
        Self { smooth_db: SOFTEST_DB, blocks_db: [SOFTEST_DB; BLOCKS], block_db: SOFTEST_DB, frames: 0 }
    }

    /// Hears a frame's loudness; tells by how much it rises above the background, decibels.
    pub(super) fn above_db(&mut self, level_db: f32) -> f32 {
        self.smooth_db += SMOOTHING * (level_db - self.smooth_db);
        self.block_db = self.block_db.min(self.smooth_db);
        self.frames += 1;
        if self.frames == BLOCK_FRAMES {
            self.blocks_db.rotate_left(1);
            self.blocks_db[BLOCKS - 1] = self.block_db;
            self.block_db = self.smooth_db;
            self.frames = 0;
        }
        let least = self.blocks_db.iter().copied().fold(self.block_db, f32::min);
        level_db - least.max(SOFTEST_DB)
    }
}
