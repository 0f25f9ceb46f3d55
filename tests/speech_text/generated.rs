//! Thousands of numbers, each said in a sentence: made from values by a fixed generator, so that a failure names
//! the sentence. No number lies inside a word of the sentence, and nothing else of it may change.

use crate::said::{Lcg, Pair, address, amount, day, hour, label, number_to_call};
use crate::{shown, words};
use jiesu::speech::text::normalise;

/// Sentences around a number, many with numerals of their own that stay.
const SENTENCES: [(&str, &str); 12] = [
    ("", ""),
    ("我反映一下，", "的事。"),
    ("您好，", ""),
    ("一直没人管，", "，两口子都病着"),
    ("对，就是", "。"),
    ("不对，是", "。"),
    ("说错了，应该是", "，千万记一下"),
    ("我跟您核对一下，", "，对吗？"),
    ("电梯三天两头坏，", "，万一出事怎么办"),
    ("在十字路口，", "，第一大街"),
    ("新港二号路，", "，这两天都这样"),
    ("嗯，", "吧"),
];
/// Of each kind; there are six.
const EACH: usize = 1_000;

type Kind = (&'static str, fn(&mut Lcg) -> Pair);

const KINDS: [Kind; 6] = [
    ("address", address),
    ("label", label),
    ("number to call", number_to_call),
    ("hour", hour),
    ("day", day),
    ("amount", amount),
];

/// Every case: what is said, and how it is written.
pub(crate) fn cases() -> Vec<Pair> {
    let mut random = Lcg(2_026);
    let mut cases = Vec::new();
    for (_, kind) in KINDS {
        for index in 0..EACH {
            let (said, written) = kind(&mut random);
            let (before, after) = SENTENCES[index % SENTENCES.len()];
            cases.push((format!("{before}{said}{after}"), format!("{before}{written}{after}")));
        }
    }
    cases
}

#[test]
fn six_thousand_numbers_in_sentences_are_written_as_a_clerk_writes_them() {
    let cases = cases();
    assert!(cases.len() >= 5_000);
    let bare = |text: &str| text.trim_end_matches(['。', '？']).to_owned();
    let wrong: Vec<String> = (cases.iter())
        .map(|(said, written)| (said, bare(written), shown(said, "zh")))
        .filter(|(_, written, shown)| written != shown)
        .map(|(said, written, shown)| format!("{said}: {shown}, not {written}"))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} wrong:\n{}",
        wrong.len(),
        cases.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
}

#[test]
fn what_is_written_so_stays_so_and_its_words_are_its_text() {
    for (said, _) in cases().iter().step_by(3) {
        let chars: Vec<String> = said.chars().map(String::from).collect();
        let texts: Vec<&str> = chars.iter().map(String::as_str).collect();
        let once = normalise(said, &words(&texts, &[]), "zh");
        let joined: String = once.words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(joined, once.text);
        assert_eq!(normalise(&once.text, &once.words, "zh"), once, "{said}");
    }
}
