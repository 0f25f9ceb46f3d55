//! Examples to a model: labels, lists, which features there are, and then the weights by `fit`.

use std::collections::{BTreeSet, HashMap};

use super::examples::{Example, Unit};
use super::fit::{self, Indexed};
use crate::understanding::tagger::lattice::{PLACES, Segment};
use crate::understanding::tagger::lists::{Lists, Matches, Own};
use crate::understanding::tagger::machine::Machine;
use crate::understanding::tagger::sentence::{self, Sentence};
use crate::understanding::tagger::weights::Rows;
use crate::understanding::tagger::{OUTSIDE, Tagger, features, segment_features};

/// Tokens in the longest segment; examples with a longer span are left out.
const WIDEST: usize = 24;
/// How often a feature must be seen to have a weight.
const LEAST: u32 = 2;

/// Why no model could be made.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// Nothing is marked.
    #[error("no spans in the examples: nothing to learn")]
    NoSpans,
    /// Too many labels for the file's numbers.
    #[error("{0} labels in the examples, and at most 1000 can be learnt; check the tags")]
    TooManyLabels(usize),
}

/// Tokens, and the segments that cover them: first token, one past the last, label.
type Named<'a> = (Vec<String>, Vec<(usize, usize, &'a str)>);

/// An example cut into segments.
struct Cut {
    sentence: Sentence,
    segments: Vec<Segment>,
}

/// Learns from examples. `told` is called after each pass, with its number from 1 and how many there are.
///
/// # Errors
/// [`TrainError`].
pub fn train(examples: &[Example], mut told: impl FnMut(usize, usize)) -> Result<Tagger, TrainError> {
    let named: Vec<Named<'_>> = examples.iter().map(segmented).collect();
    let labels: BTreeSet<&str> =
        named.iter().flat_map(|(_, spans)| spans.iter().map(|span| span.2)).collect();
    let labels: Vec<String> = labels.into_iter().map(str::to_owned).collect();
    if labels.iter().all(|label| label == OUTSIDE) {
        return Err(TrainError::NoSpans);
    }
    if labels.len() > 1000 {
        return Err(TrainError::TooManyLabels(labels.len()));
    }
    let cuts: Vec<Cut> = named
        .iter()
        .filter(|(_, spans)| !spans.is_empty() && spans.iter().all(|(start, end, _)| end - start <= WIDEST))
        .map(|(tokens, spans)| Cut {
            sentence: Sentence::new(tokens),
            segments: spans
                .iter()
                .map(|(start, end, name)| {
                    (*start, *end, labels.partition_point(|label| label.as_str() < *name))
                })
                .collect(),
        })
        .collect();
    let mut longest = vec![1; labels.len()];
    let mut followers = BTreeSet::new();
    let mut lists = Lists::default();
    for cut in &cuts {
        let mut before = labels.len();
        for &(start, end, label) in &cut.segments {
            longest[label] = longest[label].max(end - start);
            followers.insert((before, label));
            before = label;
            if labels[label] != OUTSIDE {
                lists.count(Lists::key(&cut.sentence, start, end), label as u16);
            }
        }
    }
    let widest = longest.iter().copied().max().unwrap_or(1);
    let (tokens, segments) = seen_features(&cuts, &lists, widest);
    let indexed: Vec<Indexed> =
        cuts.iter().map(|cut| index(cut, &lists, widest, &tokens, &segments)).collect();
    let mut machine = Machine::new(labels.len(), &followers);
    let fitted =
        fit::fit(&indexed, &longest, &mut machine, (tokens.hashes.len(), segments.hashes.len()), &mut told);
    Ok(Tagger {
        token_weights: Rows::new(&tokens.hashes, &fitted.tokens, PLACES * labels.len()),
        segment_weights: Rows::new(&segments.hashes, &fitted.segments, labels.len()),
        labels,
        longest,
        machine,
        lists,
    })
}

/// An example's tokens, and its segments without gap or overlap: where spans overlap, the first and longest.
fn segmented(example: &Example) -> Named<'_> {
    let mut spans: Vec<&(usize, usize, String)> = example.spans.iter().collect();
    spans.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
    let mut free = 0;
    spans.retain(|(start, end, _)| {
        let kept = *start >= free;
        if kept {
            free = *end;
        }
        kept
    });
    let tokens = match example.unit {
        Unit::Token => example.units.clone(),
        Unit::Character => {
            let cuts: Vec<usize> = spans.iter().flat_map(|(start, end, _)| [*start, *end]).collect();
            sentence::tokens(&example.units.concat(), &cuts)
        }
    };
    // Of which token each unit is the first.
    let mut token_at = HashMap::from([(0, 0)]);
    let mut place = 0;
    for (index, token) in tokens.iter().enumerate() {
        place += if example.unit == Unit::Token { 1 } else { token.chars().count() };
        token_at.insert(place, index + 1);
    }
    let token = |unit: usize| token_at.get(&unit).copied().unwrap_or(tokens.len());
    let mut segments = Vec::new();
    let mut next = 0;
    for (start, end, label) in spans {
        segments.extend((next..token(*start)).map(|outside| (outside, outside + 1, OUTSIDE)));
        segments.push((token(*start), token(*end), label.as_str()));
        next = token(*end);
    }
    segments.extend((next..tokens.len()).map(|outside| (outside, outside + 1, OUTSIDE)));
    (tokens, segments)
}

/// The features that have weights, and the number of each.
struct Features {
    hashes: Vec<u32>,
    numbers: HashMap<u32, u32>,
}

impl Features {
    fn new(counts: HashMap<u32, u32>) -> Self {
        let mut hashes: Vec<u32> =
            counts.into_iter().filter(|(_, count)| *count >= LEAST).map(|(hash, _)| hash).collect();
        hashes.sort_unstable();
        let numbers = hashes.iter().enumerate().map(|(number, hash)| (*hash, number as u32)).collect();
        Self { hashes, numbers }
    }

    fn numbers(&self, hashes: &[u32]) -> Vec<u32> {
        hashes.iter().filter_map(|hash| self.numbers.get(hash).copied()).collect()
    }
}

fn matches(cut: &Cut, lists: &Lists, widest: usize) -> Matches {
    let mut own = Own::new();
    for &(start, end, label) in &cut.segments {
        *own.entry((Lists::key(&cut.sentence, start, end), label as u16)).or_default() += 1;
    }
    lists.matches(&cut.sentence, widest, Some(&own))
}

/// Features of all tokens, and of the segments that are there.
fn seen_features(cuts: &[Cut], lists: &Lists, widest: usize) -> (Features, Features) {
    let (mut tokens, mut segments) = (HashMap::new(), HashMap::new());
    for cut in cuts {
        let matches = matches(cut, lists, widest);
        for hash in features::of_tokens(&cut.sentence, &matches).into_iter().flatten() {
            *tokens.entry(hash).or_insert(0) += 1;
        }
        for &(start, end, _) in &cut.segments {
            for hash in segment_features::of_segment(&cut.sentence, &matches, start, end) {
                *segments.entry(hash).or_insert(0) += 1;
            }
        }
    }
    (Features::new(tokens), Features::new(segments))
}

fn index(cut: &Cut, lists: &Lists, widest: usize, tokens: &Features, segments: &Features) -> Indexed {
    let matches = matches(cut, lists, widest);
    let sentence = &cut.sentence;
    Indexed {
        tokens: features::of_tokens(sentence, &matches).iter().map(|found| tokens.numbers(found)).collect(),
        segments: (0..sentence.len())
            .map(|start| {
                (start + 1..=sentence.len().min(start + widest))
                    .map(|end| {
                        segments.numbers(&segment_features::of_segment(sentence, &matches, start, end))
                    })
                    .collect()
            })
            .collect(),
        way: cut.segments.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_spans_and_cut_numbers_are_laid_flat() {
        let example = Example {
            units: "在A12路3".chars().map(String::from).collect(),
            unit: Unit::Character,
            spans: vec![(1, 3, "x".to_owned()), (1, 5, "road".to_owned()), (4, 6, "y".to_owned())],
        };
        let (tokens, segments) = segmented(&example);
        assert_eq!(tokens, ["在", "A", "12", "路", "3"]);
        assert_eq!(segments, [(0, 1, OUTSIDE), (1, 4, "road"), (4, 5, OUTSIDE)]);
    }
}
