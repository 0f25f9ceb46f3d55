//! An identity number said in groups over several turns: where its digits stand, so that they are hidden as soon as
//! the last of them is said. The check character and the day of birth tell it from other numbers.

use super::identity::{HIDDEN, IDENTITY_CHARS, MIDDLE, is_identity, may_begin_identity, said_digit};

/// No more than this many turns of one speaker lie between two groups of one number.
const TURNS_BETWEEN: usize = 4;
/// Groups left out between two of the number's: said wrong, said twice, or words that count as digits.
const LEFT_OUT: usize = 3;

/// Digits in a row: for each its turn, its character, and what it says.
type Run = Vec<(usize, usize, char)>;

/// One speaker's turns, in their order, with the middle of every identity number hidden that their digits make
/// together. Every character keeps its place.
pub(crate) fn without_identities_across(turns: &[String]) -> Vec<String> {
    let mut chars: Vec<Vec<char>> = turns.iter().map(|turn| turn.chars().collect()).collect();
    let runs: Vec<Run> = chars.iter().enumerate().flat_map(|(turn, chars)| runs(turn, chars)).collect();
    for first in 0..runs.len() {
        let mut number = Vec::new();
        if complete(&runs, first, LEFT_OUT, &mut number) {
            for (turn, at, _) in &number[MIDDLE] {
                chars[*turn][*at] = HIDDEN;
            }
        }
    }
    chars.into_iter().map(String::from_iter).collect()
}

fn runs(turn: usize, chars: &[char]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = false;
    for (at, char) in chars.iter().enumerate() {
        // An X may stand by itself: the number's last character is often said last of all.
        let said = said_digit(*char, true);
        if let Some(said) = said {
            match runs.last_mut().filter(|_| open) {
                Some(run) => run.push((turn, at, said)),
                None => runs.push(vec![(turn, at, said)]),
            }
        }
        open = said.is_some();
    }
    runs
}

/// Whether the run at `at` and later ones make a number with what `number` has already; it is left in `number`.
fn complete(runs: &[Run], at: usize, may_leave_out: usize, number: &mut Run) -> bool {
    let before = number.len();
    // A single digit is no group, except where it is the last.
    let fits = |run: &&Run| match before + run.len() {
        IDENTITY_CHARS => true,
        length => length < IDENTITY_CHARS && run.len() > 1,
    };
    let Some(run) = runs.get(at).filter(fits) else { return false };
    number.extend(run);
    let said: String = number.iter().map(|(.., said)| *said).collect();
    if is_identity(&said) {
        return true;
    }
    if !may_begin_identity(&said) {
        number.truncate(before);
        return false;
    }
    let turn_of = |run: &Run| run.first().map_or(0, |(turn, ..)| *turn);
    for left_out in 0..=may_leave_out {
        let next = at + 1 + left_out;
        let near = runs.get(next).is_some_and(|next| turn_of(next) <= turn_of(run) + TURNS_BETWEEN);
        if near && complete(runs, next, may_leave_out - left_out, number) {
            return true;
        }
    }
    number.truncate(before);
    false
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn shown(turns: &[&str]) -> Vec<String> {
        without_identities_across(&turns.iter().map(|turn| (*turn).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_number_said_over_several_turns_is_hidden_once_it_is_whole() {
        let said = ["身份证是110105", "嗯，19491231", "零零二叉"];
        assert_eq!(shown(&said[..2]), said[..2], "what is not whole is no number");
        assert_eq!(shown(&said), ["身份证是110***", "嗯，********", "零零二叉"]);
        assert_eq!(shown(&["110105", "1949", "1231", "002", "X"]), ["110***", "****", "****", "002", "X"]);
    }

    #[test]
    fn a_group_said_twice_or_wrong_is_left_out() {
        let said = ["110105", "1948，不对，1949，1231", "一会儿", "002X"];
        assert_eq!(shown(&said), ["110***", "1948，不对，****，****", "一会儿", "002X"]);
    }

    #[test]
    fn other_numbers_stay() {
        let said = ["电话是13820012345", "三号楼2单元502", "订单号是123456", "789012345678"];
        assert_eq!(shown(&said), said);
        let far = ["110105", "嗯", "嗯", "嗯", "嗯", "19491231002X"];
        assert_eq!(shown(&far), far);
    }
}
