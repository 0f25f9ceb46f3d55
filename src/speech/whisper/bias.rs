//! Names of the city preferred while a model writes. Enters: the names of a request, and whisper.cpp's logits
//! before each token. Leaves: the logits, a bounded bonus on tokens that go on with a name; and which tokens are
//! not what the model alone would have written. A name is not pressed on the sound: it is begun only where the
//! model itself has its first token among its few best, only what sounds alike takes another's place, and what was
//! begun and not ended is undone. A beam search looks at several texts in turn: each is known by its tokens.

use std::collections::{BTreeMap, HashMap};

use whisper_rs::{WhisperContext, WhisperTokenId};

use crate::pinyin::{HALF, Sound};

/// Added to the logit of a token that goes on with a name: it wins over one that is twelve times as likely.
const CONTINUE_BONUS: f32 = 2.5;
/// Added to the logit of a token that begins one: over one that is four and a half times as likely.
const START_BONUS: f32 = 1.5;
/// A name is begun only with one of so many best tokens.
const FEW: usize = 5;
/// How far a name's first character may sound from the one it replaces, in quarters of a syllable: what a telephone
/// confuses. Later ones may differ in half.
const START_DISTANCE: u32 = 1;
/// The longest piece of a name, in bytes, that may be one token.
const MAX_TOKEN_BYTES: usize = 24;

/// A model's text tokens by their bytes. Made once for a model.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    tokens: HashMap<Box<[u8]>, WhisperTokenId>,
    bytes: Vec<Box<[u8]>>,
}

/// The names of one request, and what became of them while its sound is decoded.
#[derive(Debug)]
pub(super) struct NameBias<'a> {
    vocabulary: &'a Vocabulary,
    nodes: Vec<Node>,
    decoded: Decoded,
    /// After which tokens of text a name was preferred, and the tokens that it spoke for.
    preferred: HashMap<Vec<WhisperTokenId>, Vec<WhisperTokenId>>,
}

/// A place in the tree of names: so many bytes of one or several of them.
#[derive(Debug, Default)]
struct Node {
    /// The tokens that lead on, and where to.
    next: BTreeMap<WhisperTokenId, usize>,
    /// True where a name is complete.
    is_name: bool,
}

/// The text looked at last, of the several that a beam search has.
#[derive(Debug, Default)]
struct Decoded {
    /// Its tokens.
    tokens: Vec<WhisperTokenId>,
    /// Names begun: where, and how far they are.
    open: Vec<(usize, usize)>,
    /// Names that stand there: their first token, and one past their last.
    names: Vec<(usize, usize)>,
    /// A word of Latin letters has just begun or goes on.
    in_word: bool,
}

const ROOT: usize = 0;

impl Vocabulary {
    /// A model's own.
    pub(super) fn of(context: &WhisperContext) -> Self {
        let bytes = |token| context.token_to_bytes(token).unwrap_or_default().into();
        Self::new((0..context.token_eot()).map(bytes).collect())
    }

    /// The bytes of each text token, in order.
    fn new(bytes: Vec<Box<[u8]>>) -> Self {
        let known = bytes.iter().cloned().zip(0..).filter(|(bytes, _)| !bytes.is_empty());
        Self { tokens: known.collect(), bytes }
    }
}

impl<'a> NameBias<'a> {
    /// Takes the names of a request.
    pub(super) fn new(vocabulary: &'a Vocabulary, names: &[String]) -> Self {
        let (nodes, decoded, preferred) = (vec![Node::default()], Decoded::default(), HashMap::new());
        let mut bias = Self { vocabulary, nodes, decoded, preferred };
        let mut places = HashMap::from([(Vec::new(), ROOT)]);
        for name in names.iter().filter(|name| !name.is_empty()) {
            bias.add(name.as_bytes(), &mut places);
            // Inside a text a word of Latin letters comes with the space before it.
            if name.starts_with(|first: char| first.is_ascii_alphanumeric()) {
                bias.add(format!(" {name}").as_bytes(), &mut places);
            }
        }
        bias
    }

    /// Adds every way to write a name in tokens. `places` are the nodes by the bytes that lead to them.
    fn add(&mut self, name: &[u8], places: &mut HashMap<Vec<u8>, usize>) {
        for start in 0..name.len() {
            // What no tokens lead to has no node.
            let Some(from) = places.get(&name[..start]).copied() else { continue };
            for end in start + 1..=name.len().min(start + MAX_TOKEN_BYTES) {
                let Some(token) = self.vocabulary.tokens.get(&name[start..end]) else { continue };
                let to = *places.entry(name[..end].to_vec()).or_insert(self.nodes.len());
                if to == self.nodes.len() {
                    self.nodes.push(Node::default());
                }
                if let Some(node) = self.nodes.get_mut(from) {
                    node.next.insert(*token, to);
                }
            }
        }
        if let Some(node) = places.get(name).and_then(|end| self.nodes.get_mut(*end)) {
            node.is_name = true;
        }
    }

    /// Before each token: `said` are the text's tokens before it, `logits` those of the next.
    pub(super) fn prefer(&mut self, said: &[WhisperTokenId], logits: &mut [f32]) {
        self.read(said);
        let Some(alone) = best(logits) else { return };
        let mut others = Vec::new();
        for (token, bonus) in self.bonuses(logits, alone) {
            let Some(row) = usize::try_from(token).ok() else { continue };
            let Some(logit) = logits.get_mut(row) else { continue };
            *logit += bonus;
            if row != alone {
                others.push(token);
            }
        }
        if !others.is_empty() {
            self.preferred.insert(said.to_vec(), others);
        }
    }

    /// Takes a text, as far as it is not the one taken last gone on.
    fn read(&mut self, said: &[WhisperTokenId]) {
        if !said.starts_with(&self.decoded.tokens) {
            self.decoded = Decoded::default();
        }
        for token in said.iter().skip(self.decoded.tokens.len()) {
            self.take(*token);
        }
    }

    /// The tokens to be preferred next, each once; `alone` is the model's own choice.
    fn bonuses(&self, logits: &[f32], alone: usize) -> BTreeMap<WhisperTokenId, f32> {
        let mut bonuses = BTreeMap::new();
        let few: Vec<_> = few_best(logits, FEW).into_iter().map(|(_, token)| token).collect();
        let starts = self.nodes.first().into_iter().flat_map(|root| root.next.keys());
        let starts = starts.filter(|token| few.contains(token) && self.may_begin(**token));
        for token in starts.filter(|token| self.sounds_like(**token, alone, START_DISTANCE)) {
            bonuses.insert(*token, START_BONUS);
        }
        for (_, node) in &self.decoded.open {
            // What is a name already need not become a longer one.
            let open = self.nodes.get(*node).filter(|node| !node.is_name);
            let next = open.into_iter().flat_map(|node| node.next.keys());
            for token in next.filter(|token| self.sounds_like(**token, alone, HALF)) {
                bonuses.insert(*token, CONTINUE_BONUS);
            }
        }
        bonuses
    }

    /// Whether a token may take the place of another: both begin with characters whose sounds are no further apart.
    /// Pieces of characters and Latin letters tell nothing of their sound, and may.
    fn sounds_like(&self, token: WhisperTokenId, alone: usize, most: u32) -> bool {
        // What is no text is the end, where nothing is heard any more.
        let Some(other) = self.vocabulary.bytes.get(alone) else { return false };
        let own = usize::try_from(token).ok().and_then(|token| self.vocabulary.bytes.get(token));
        let first = |bytes: &[u8]| std::str::from_utf8(bytes).ok().and_then(|text| text.chars().next());
        let (Some(own), Some(other)) = (own.and_then(|own| first(own)), first(other)) else { return true };
        match (Sound::of(own), Sound::of(other)) {
            (Some(own), Some(other)) => own.is_letter() || own.distance(&other) <= most,
            // A space begins a Latin word; in place of punctuation nothing is said.
            (own, _) => own.is_none(),
        }
    }

    fn take(&mut self, token: WhisperTokenId) {
        let may_begin = self.may_begin(token);
        let Decoded { tokens, open, names, in_word } = &mut self.decoded;
        let begun = may_begin.then_some((tokens.len(), ROOT));
        let goes_on = |(start, node): (usize, usize)| {
            let next = self.nodes.get(node)?.next.get(&token)?;
            Some((start, *next))
        };
        *open = open.drain(..).chain(begun).filter_map(goes_on).collect();
        tokens.push(token);
        for (start, node) in open.iter() {
            if self.nodes.get(*node).is_some_and(|node| node.is_name) {
                names.push((*start, tokens.len()));
            }
        }
        let bytes = usize::try_from(token).ok().and_then(|token| self.vocabulary.bytes.get(token));
        *in_word = bytes.and_then(|bytes| bytes.last()).is_some_and(u8::is_ascii_alphanumeric);
    }

    /// A name in Latin letters does not begin inside a word.
    fn may_begin(&self, token: WhisperTokenId) -> bool {
        let bytes = usize::try_from(token).ok().and_then(|token| self.vocabulary.bytes.get(token));
        let letter = bytes.and_then(|bytes| bytes.first()).is_some_and(u8::is_ascii_alphanumeric);
        !(letter && self.decoded.in_word)
    }

    /// For each token that was decoded, whether the names made it what it is: from the first that would have been
    /// another, to the end of its name, which the model wrote in its light. Nothing where a name was begun that
    /// was not said to its end: then the names have misled, and the sound is to be decoded without them.
    pub(super) fn marked(&mut self, tokens: &[WhisperTokenId]) -> Option<Vec<bool>> {
        self.read(tokens);
        let mut marked = vec![false; tokens.len()];
        for (at, token) in tokens.iter().enumerate() {
            let preferred = tokens.get(..at).and_then(|before| self.preferred.get(before));
            if !preferred.is_some_and(|others| others.contains(token)) {
                continue;
            }
            let names = self.decoded.names.iter().filter(|(start, end)| (*start..*end).contains(&at));
            let end = names.map(|(_, end)| *end).max()?;
            marked.get_mut(at..end)?.fill(true);
        }
        Some(marked)
    }
}

/// The token with the highest logit.
fn best(logits: &[f32]) -> Option<usize> {
    let (best, highest) = logits.iter().enumerate().max_by(|(_, one), (_, other)| one.total_cmp(other))?;
    (*highest > f32::NEG_INFINITY).then_some(best)
}

/// The `most` tokens with the highest logits, the best first, and fewer where the others are ruled out.
pub(super) fn few_best(logits: &[f32], most: usize) -> Vec<(f32, WhisperTokenId)> {
    let mut few: Vec<(f32, WhisperTokenId)> = Vec::with_capacity(most + 1);
    for (logit, token) in logits.iter().copied().zip(0..) {
        let lowest = if few.len() < most {
            f32::NEG_INFINITY
        } else {
            few.last().map_or(logit, |(lowest, _)| *lowest)
        };
        if logit > lowest {
            let at = few.partition_point(|(other, _)| *other >= logit);
            few.insert(at, (logit, token));
            few.truncate(most);
        }
    }
    few
}

#[cfg(test)]
mod tests;
