//! Looks on while whisper.cpp decodes: keeps what is said, and ends it where it loops or is too long. By a plain
//! function and a pointer, which own nothing: whisper-rs's own closures for callbacks are never freed.

use std::ffi::{c_int, c_void};

use whisper_rs::{
    FullParams, WhisperError, WhisperState, WhisperSysContext, WhisperSysState, WhisperTokenData,
    WhisperTokenId,
};

use super::bias::NameBias;
use super::repetition;

/// One decoding, as it goes on.
#[derive(Debug)]
pub(super) struct Watch<'a> {
    /// The tokens of the text so far.
    pub(super) said: Vec<WhisperTokenData>,
    /// So many of them are to be kept; the rest said the same again.
    pub(super) loop_from: Option<usize>,
    /// True where it was ended because it had said as much as can be said.
    pub(super) capped: bool,
    /// More tokens than this are not waited for.
    most_tokens: usize,
    /// Tokens that the model knows: so many logits there are.
    vocabulary: usize,
    /// The token that ends a text.
    end: WhisperTokenId,
    /// Names of the city to be preferred.
    names: Option<NameBias<'a>>,
}

impl<'a> Watch<'a> {
    pub(super) const fn new(most_tokens: usize, vocabulary: usize, end: WhisperTokenId) -> Self {
        Self { said: Vec::new(), loop_from: None, capped: false, most_tokens, vocabulary, end, names: None }
    }

    /// Prefers these names meanwhile.
    pub(super) fn with(self, names: Option<NameBias<'a>>) -> Self {
        Self { names, ..self }
    }

    /// For each token that was said whether the names changed it; nothing where they have misled.
    pub(super) fn biased(&mut self) -> Option<Vec<bool>> {
        let said: Vec<WhisperTokenId> = self.said.iter().map(|token| token.id).collect();
        self.names.as_mut().map_or(Some(Vec::new()), |names| names.marked(&said))
    }

    /// Decodes `sound` with this watch looking on.
    ///
    /// # Errors
    /// Where whisper.cpp fails.
    pub(super) fn over(
        &mut self,
        state: &mut WhisperState,
        mut params: FullParams<'_, '_>,
        sound: &[f32],
    ) -> Result<(), WhisperError> {
        let watch: *mut Self = self;
        #[expect(unsafe_code, reason = "the safe callbacks of whisper-rs leak their closures")]
        // SAFETY: `look_on` takes exactly this pointer. The parameters that hold it end with this function, and
        // this watch is borrowed, and not looked at, until then.
        unsafe {
            params.set_filter_logits_callback(Some(look_on));
            params.set_filter_logits_callback_user_data(watch.cast());
        }
        state.full(params, sound)
    }

    /// Before each token: `tokens` are those before it, `logits` may be changed.
    fn step(&mut self, tokens: &[WhisperTokenData], logits: &mut [f32]) {
        self.said.extend(tokens.iter().skip(self.said.len()).filter(|token| token.id < self.end));
        let ids: Vec<WhisperTokenId> = self.said.iter().map(|token| token.id).collect();
        self.loop_from = repetition::cut(&ids);
        self.capped = self.said.len() >= self.most_tokens;
        if self.loop_from.is_some() || self.capped {
            end(logits, self.end);
        } else if let Some(names) = &mut self.names {
            names.prefer(&ids, logits);
        }
    }
}

/// Leaves nothing to say but the end.
fn end(logits: &mut [f32], end: WhisperTokenId) {
    logits.fill(f32::NEG_INFINITY);
    if let Some(logit) = usize::try_from(end).ok().and_then(|end| logits.get_mut(end)) {
        *logit = 0.0;
    }
}

/// What whisper.cpp calls.
#[expect(unsafe_code, reason = "called from C++")]
unsafe extern "C" fn look_on(
    _context: *mut WhisperSysContext,
    _state: *mut WhisperSysState,
    tokens: *const WhisperTokenData,
    n_tokens: c_int,
    logits: *mut f32,
    watch: *mut c_void,
) {
    // SAFETY: the pointer that `Watch::over` gave, alive and used by nobody else while whisper.cpp decodes.
    let Some(watch) = (unsafe { watch.cast::<Watch<'_>>().as_mut() }) else { return };
    let count = usize::try_from(n_tokens).unwrap_or(0);
    // SAFETY: whisper.cpp passes a vector's data with its length. An empty vector's may be null.
    let tokens = if count == 0 { &[][..] } else { unsafe { std::slice::from_raw_parts(tokens, count) } };
    // SAFETY: a logit for each token of the vocabulary, which whisper.cpp uses for nothing else meanwhile.
    let logits = unsafe { std::slice::from_raw_parts_mut(logits, watch.vocabulary) };
    watch.step(tokens, logits);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    const END: WhisperTokenId = 5;

    fn token(id: WhisperTokenId) -> WhisperTokenData {
        WhisperTokenData {
            id,
            tid: 0,
            p: 0.5,
            plog: -0.7,
            pt: 0.0,
            ptsum: 0.0,
            t0: 0,
            t1: 0,
            t_dtw: -1,
            vlen: 0.0,
        }
    }

    /// Says the same tokens as long as it may; gives how many it said.
    fn said(mut next: impl FnMut(usize) -> WhisperTokenId) -> (usize, Watch<'static>) {
        let mut watch = Watch::new(40, 8, END);
        let mut tokens = Vec::new();
        loop {
            let mut logits = [1.0; 8];
            watch.step(&tokens, &mut logits);
            if logits[0] == f32::NEG_INFINITY {
                assert_eq!(logits[END as usize], 0.0);
                return (tokens.len(), watch);
            }
            tokens.push(token(next(tokens.len())));
        }
    }

    #[test]
    fn a_loop_is_ended_as_soon_as_it_is_one() {
        let (tokens, watch) = said(|_| 3);
        assert_eq!((tokens, watch.loop_from, watch.capped), (24, Some(1), false));
    }

    #[test]
    fn what_never_ends_is_ended() {
        // The digits of one third in base 5 would loop; those of the squares do not.
        let (tokens, watch) = said(|index| (index * index / 3 % 5) as WhisperTokenId);
        assert_eq!((tokens, watch.loop_from, watch.capped), (40, None, true));
        assert_eq!(watch.said.len(), 40);
    }
}
