//! The end of a recording that is still in memory, where packets that come out of order find their place.

use std::collections::VecDeque;

use crate::domain::Channel;

/// One sample of each channel.
pub(super) type Frame = [i16; 2];

/// Frames from `start` on; everything before is in the file.
#[derive(Debug, Default)]
pub(super) struct Window {
    start: u64,
    frames: VecDeque<Frame>,
}

impl Window {
    /// The first frame that is not in the file yet.
    pub(super) const fn start(&self) -> u64 {
        self.start
    }

    /// One past the last frame that something was placed in.
    pub(super) fn end(&self) -> u64 {
        self.start + self.frames.len() as u64
    }

    /// Places a channel's samples; gives back the first of them that belong before the window: those are for
    /// the file.
    #[must_use]
    pub(super) fn place<'a>(&mut self, channel: Channel, at: u64, samples: &'a [i16]) -> &'a [i16] {
        let before = usize::try_from(self.start.saturating_sub(at)).unwrap_or(usize::MAX).min(samples.len());
        let (before, inside) = samples.split_at(before);
        if !inside.is_empty() {
            let from = usize::try_from(at.saturating_sub(self.start)).unwrap_or(usize::MAX);
            self.reach(self.start + (from + inside.len()) as u64);
            for (frame, sample) in self.frames.range_mut(from..).zip(inside) {
                frame[channel.index()] = *sample;
            }
        }
        before
    }

    /// Lets silence stand up to `end` where nothing was placed.
    pub(super) fn reach(&mut self, end: u64) {
        let frames = usize::try_from(end.saturating_sub(self.start)).unwrap_or(usize::MAX);
        if frames > self.frames.len() {
            self.frames.resize(frames, [0; 2]);
        }
    }

    /// The bytes of the frames before `end`, as the file holds them.
    pub(super) fn bytes(&self, end: u64) -> Vec<u8> {
        let frames = usize::try_from(end.saturating_sub(self.start)).unwrap_or(usize::MAX);
        self.frames.iter().take(frames).flatten().flat_map(|sample| sample.to_le_bytes()).collect()
    }

    /// Forgets the frames before `end`.
    pub(super) fn forget(&mut self, end: u64) {
        let frames = usize::try_from(end.saturating_sub(self.start)).unwrap_or(usize::MAX);
        let frames = frames.min(self.frames.len());
        self.frames.drain(..frames);
        self.start += frames as u64;
    }
}
