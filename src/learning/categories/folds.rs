//! Which examples are asked about together: texts that share a run of 40 characters are one group, and a group lies
//! in one fold, so that no text is asked about whose copy was learnt.

use std::collections::HashMap;

/// Texts that share so many characters in a row, spaces not counted, are copies of one another in part.
const SHARED_CHARS: usize = 40;

/// For each text its fold, below `folds`; each label is spread over the folds as evenly as its groups allow.
pub(super) fn folds(texts: &[&str], labels: &[usize], folds: usize) -> Vec<usize> {
    let mut groups = groups(texts);
    // The largest first, then in an order that has nothing to do with the file's.
    let mixed = |group: &[usize]| (group.first().copied().unwrap_or_default() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    groups.sort_by(|one, other| other.len().cmp(&one.len()).then(mixed(one).cmp(&mixed(other))));
    let mut of_label: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut filled = vec![0; folds];
    let mut fold_of = vec![0; texts.len()];
    for group in groups {
        let Some(label) = group.first().and_then(|first| labels.get(*first)) else { continue };
        let counts = of_label.entry(*label).or_insert_with(|| vec![0; folds]);
        let Some(fold) = (0..folds).min_by_key(|fold| (counts[*fold], filled[*fold])) else { continue };
        for member in group {
            fold_of[member] = fold;
            filled[fold] += 1;
            of_label.entry(labels[member]).or_insert_with(|| vec![0; folds])[fold] += 1;
        }
    }
    fold_of
}

/// Texts by what they share, each group ascending.
fn groups(texts: &[&str]) -> Vec<Vec<usize>> {
    let mut parents: Vec<usize> = (0..texts.len()).collect();
    let mut first_with: HashMap<u64, usize> = HashMap::new();
    for (index, text) in texts.iter().enumerate() {
        let chars: Vec<char> = text.chars().filter(|char| !char.is_whitespace()).collect();
        // A shorter text is a copy of the same short text only.
        for run in chars.windows(SHARED_CHARS.min(chars.len()).max(1)) {
            let other = *first_with.entry(hash(run)).or_insert(index);
            let (one, other) = (root(&mut parents, index), root(&mut parents, other));
            parents[one.max(other)] = one.min(other);
        }
    }
    let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
    for index in 0..texts.len() {
        groups.entry(root(&mut parents, index)).or_default().push(index);
    }
    groups.into_values().collect()
}

fn root(parents: &mut [usize], mut index: usize) -> usize {
    while parents[index] != index {
        parents[index] = parents[parents[index]];
        index = parents[index];
    }
    index
}

/// FNV-1a, 64 bits.
fn hash(run: &[char]) -> u64 {
    run.iter().fold(0xcbf2_9ce4_8422_2325, |hash, char| {
        (hash ^ u64::from(u32::from(*char))).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_lie_in_one_fold_and_labels_in_all() {
        let copied: String = ('一'..).take(45).collect();
        let own: Vec<String> = (0..20_u32)
            .map(|text| {
                let own: String = (0..50).filter_map(|at| char::from_u32(0x5000 + text * 50 + at)).collect();
                if text % 7 == 0 { format!("{own}{copied}") } else { own }
            })
            .collect();
        let texts: Vec<&str> = own.iter().map(String::as_str).collect();
        let labels: Vec<usize> = (0..20).map(|text| text % 2).collect();
        let folds = folds(&texts, &labels, 5);
        assert!(folds[0] == folds[7] && folds[7] == folds[14], "{folds:?}");
        for fold in 0..5 {
            for label in 0..2 {
                let there = (0..20).filter(|text| folds[*text] == fold && labels[*text] == label).count();
                assert!((1..=3).contains(&there), "label {label}, fold {fold}: {folds:?}");
            }
        }
    }
}
