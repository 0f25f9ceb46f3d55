//! Long numbers said digit by digit: telephone numbers, identity numbers. By themselves, or in groups with
//! nothing but a comma or a space between them.

use crate::numerals::{DigitGroup, digit_groups};

/// So many digits, together, are a number to be called or looked up, whatever stands around them.
const LONG_DIGITS: usize = 7;

/// The groups of a text, left to right, each with whether it is part of a long number.
pub(super) fn groups(chars: &[char]) -> Vec<(DigitGroup, bool)> {
    let groups = digit_groups(chars);
    let mut judged: Vec<(DigitGroup, bool)> = Vec::with_capacity(groups.len());
    let mut chain: Vec<DigitGroup> = Vec::new();
    for group in groups {
        if chain.last().is_some_and(|last| !continues(chars, last, &group)) {
            close(&mut chain, &mut judged);
        }
        chain.push(group);
    }
    close(&mut chain, &mut judged);
    judged
}

fn close(chain: &mut Vec<DigitGroup>, judged: &mut Vec<(DigitGroup, bool)>) {
    let digits: usize = chain.iter().map(|group| group.digits.len()).sum();
    judged.extend(chain.drain(..).map(|group| (group, digits >= LONG_DIGITS)));
}

/// Whether a group goes on with the number of the last: only a comma or a space lies between, and it is not the
/// count of something.
fn continues(chars: &[char], last: &DigitGroup, next: &DigitGroup) -> bool {
    let between = &chars[last.end..next.start];
    let separated = !between.is_empty()
        && between.len() <= 2
        && between.iter().all(|char| matches!(char, ' ' | '，' | ',' | '、' | '-'));
    let counts = |group: &DigitGroup| {
        group.digits.len() < 3 && chars.get(group.end).is_some_and(|char| super::is_chinese(*char))
    };
    separated && !counts(next)
}
