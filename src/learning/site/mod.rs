//! A site learns from its own tickets. In: confirmed tickets of the store. Out: examples without names, numbers and
//! addresses ([`redact`], [`examples`]); a model that is compared with the one in use on tickets that no model
//! learns from ([`compare`]); kept versions, the best in use, the one before a command away ([`versions`]).

pub mod compare;
pub mod examples;
mod gather;
pub mod redact;
mod secrets;
pub mod versions;

pub use compare::{Comparison, Figures, compare, is_held_out};
pub use examples::{Example, example};
pub use gather::gather;
pub use secrets::Secrets;
pub use versions::{Version, Versions, VersionsError};

/// Held-out tickets below which a comparison says nothing.
pub const LEAST_HELD_OUT: usize = 50;

/// What a model says of a text: a category's code, or nothing.
pub type Answer<'a> = Box<dyn Fn(&str) -> Option<String> + 'a>;

/// How models of categories are made and asked; what they are is not this module's business.
pub struct Learner<'a> {
    /// A model of examples, as the bytes of its file.
    pub train: &'a dyn Fn(&[Example]) -> anyhow::Result<Vec<u8>>,
    /// What the model of these bytes answers.
    pub open: &'a dyn Fn(&[u8]) -> anyhow::Result<Answer<'a>>,
}

/// A model that was learnt, and how it does beside the one in use.
#[derive(Debug)]
pub struct Learnt {
    /// The bytes of its file.
    pub model: Vec<u8>,
    /// How many of the site's examples it was learnt from.
    pub learnt_from: usize,
    /// How both do on what no model learns from.
    pub comparison: Comparison,
}

/// Why nothing is learnt.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// Too few tickets to compare two models by.
    #[error(
        "{found} of the site's confirmed tickets are held out for the comparison, and {LEAST_HELD_OUT} are needed: \
         about {} more confirmed tickets, then try again",
        (LEAST_HELD_OUT - found) * 5
    )]
    TooFew {
        /// How many are held out so far.
        found: usize,
    },
    /// Training or opening the model failed.
    #[error("the new model cannot be made or opened")]
    Model(#[source] anyhow::Error),
}

/// Learns a model from the site's examples and those that came with the taxonomy, and compares it with what is in
/// use. Every fifth of the site's examples, chosen by its words, is never learnt from, so that each later comparison
/// is as fair as the first.
///
/// # Errors
/// [`LearnError`], where there is too little to compare by or the model cannot be made.
pub fn learn<'a>(
    site: Vec<Example>,
    bundled: Vec<Example>,
    in_use: &Answer<'_>,
    learner: &Learner<'a>,
) -> Result<Learnt, LearnError> {
    let (held_out, learnt): (Vec<_>, Vec<_>) =
        site.into_iter().partition(|example| is_held_out(&example.body));
    if held_out.len() < LEAST_HELD_OUT {
        return Err(LearnError::TooFew { found: held_out.len() });
    }
    let learnt_from = learnt.len();
    let all: Vec<Example> = bundled.into_iter().chain(learnt).collect();
    let model = (learner.train)(&all).map_err(LearnError::Model)?;
    let new = (learner.open)(&model).map_err(LearnError::Model)?;
    Ok(Learnt { comparison: compare(&held_out, &new, in_use), model, learnt_from })
}
