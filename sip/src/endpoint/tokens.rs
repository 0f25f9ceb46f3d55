//! Tags, branches and Call-IDs: unique, and not to be guessed without the seed (RFC 3261 §19.3).

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::{message::WireText, transaction::BRANCH_COOKIE};

/// A source of tokens. The same seed gives the same tokens, so that a test can be repeated.
#[derive(Debug)]
pub(super) struct Tokens {
    seed: u64,
    count: u64,
}

impl Tokens {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, count: 0 }
    }

    pub(super) fn tag(&mut self) -> WireText {
        format!("{:016x}", self.next()).into()
    }

    pub(super) fn branch(&mut self) -> WireText {
        format!("{BRANCH_COOKIE}{:016x}", self.next()).into()
    }

    pub(super) fn call_id(&mut self) -> WireText {
        format!("{:016x}{:016x}", self.next(), self.next()).into()
    }

    /// The tag of a response that leaves nothing behind: the same for each repetition of the request (RFC 3261 §8.2.7).
    pub(super) fn stateless_tag(&self, marks: &[&[u8]]) -> WireText {
        format!("{:016x}", self.hash(marks)).into()
    }

    /// Any number.
    pub(super) fn next(&mut self) -> u64 {
        self.count += 1;
        self.hash(self.count)
    }

    fn hash(&self, what: impl Hash) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, what, self.seed.rotate_left(32)).hash(&mut hasher);
        hasher.finish()
    }
}
