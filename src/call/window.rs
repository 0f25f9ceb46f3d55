//! The end of a sound of several channels that is still in memory, where packets that come out of order find their
//! place: of a recording, or of what several people hear of each other. Positions are samples of the call's clock.

use std::collections::VecDeque;

/// Frames, one sample of each channel, from `start` on; everything before has left.
#[derive(Debug)]
pub(super) struct Window<const CHANNELS: usize> {
    start: u64,
    frames: VecDeque<[i16; CHANNELS]>,
}

impl<const CHANNELS: usize> Window<CHANNELS> {
    /// An empty window.
    pub(super) const fn starting_at(start: u64) -> Self {
        Self { start, frames: VecDeque::new() }
    }

    /// The first frame that has not left.
    pub(super) const fn start(&self) -> u64 {
        self.start
    }

    /// One past the last frame that something was placed in.
    pub(super) fn end(&self) -> u64 {
        self.start + self.frames.len() as u64
    }

    /// Places a channel's samples; gives back the first of them that belong before the window.
    #[must_use]
    pub(super) fn place<'a>(&mut self, channel: usize, at: u64, samples: &'a [i16]) -> &'a [i16] {
        let before = usize::try_from(self.start.saturating_sub(at)).unwrap_or(usize::MAX).min(samples.len());
        let (before, inside) = samples.split_at(before);
        if !inside.is_empty() {
            let from = usize::try_from(at.saturating_sub(self.start)).unwrap_or(usize::MAX);
            self.reach(self.start + (from + inside.len()) as u64);
            for (frame, sample) in self.frames.range_mut(from..).zip(inside) {
                frame[channel] = *sample;
            }
        }
        before
    }

    /// Lets silence stand up to `end` where nothing was placed.
    pub(super) fn reach(&mut self, end: u64) {
        let frames = usize::try_from(end.saturating_sub(self.start)).unwrap_or(usize::MAX);
        if frames > self.frames.len() {
            self.frames.resize(frames, [0; CHANNELS]);
        }
    }

    /// The frames before `end`.
    pub(super) fn before(&self, end: u64) -> impl Iterator<Item = &[i16; CHANNELS]> {
        let frames = usize::try_from(end.saturating_sub(self.start)).unwrap_or(usize::MAX);
        self.frames.iter().take(frames)
    }

    /// Forgets the frames before `end`.
    pub(super) fn forget(&mut self, end: u64) {
        let frames = usize::try_from(end.saturating_sub(self.start)).unwrap_or(usize::MAX);
        let frames = frames.min(self.frames.len());
        self.frames.drain(..frames);
        self.start += frames as u64;
    }
}
