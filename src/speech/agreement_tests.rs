#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;

use super::*;
use crate::speech::words;

/// What is said takes this long for each character: 1/4 s.
const CHARACTER: u64 = 2_000;

/// The words of a text that fills the sound from `from` to `to`.
fn spoken(text: &str, from: u64, to: u64) -> Vec<Word> {
    words::spread(text, &[SamplePosition(from)..SamplePosition(to)])
}

/// A turn whose n-th pass heard the n-th text, each over a second more of sound from the beginning.
fn heard(texts: &[&str]) -> Agreement {
    let mut agreement = Agreement::default();
    for (second, text) in (1..).zip(texts) {
        let to = 8_000 * second;
        assert!(agreement.hear(&spoken(text, 0, to), SamplePosition(0), SamplePosition(to)));
    }
    agreement
}

/// What is committed and what only the last pass heard, with a stroke between.
fn shown(agreement: &Agreement) -> String {
    let mut text: Vec<char> = agreement.text().chars().collect();
    text.insert(agreement.committed(), '|');
    text.into_iter().collect()
}

fn after(texts: &[&str]) -> String {
    shown(&heard(texts))
}

#[test]
fn one_pass_commits_nothing_and_two_what_they_agree_on() {
    assert_eq!(after(&["路灯坏了"]), "|路灯坏了");
    assert_eq!(after(&["路灯坏", "路灯换了三天"]), "路灯|换了三天");
    assert_eq!(after(&["路灯坏", "路灯换了三天", "路灯坏了三天没人管"]), "路灯|坏了三天没人管");
}

#[test]
fn punctuation_spaces_case_and_width_do_not_count() {
    assert_eq!(after(&["路灯坏了。", "路灯，坏了 你们"]), "路灯，坏了| 你们");
    assert_eq!(after(&["Street Light. out", "street light out now"]), "street light| out now");
    assert_eq!(after(&["ＡＢ楼的", "ab楼的灯"]), "ab楼的|灯");
}

#[test]
fn committed_text_stays_when_the_recogniser_changes_its_mind() {
    let texts = ["路灯坏了", "路灯坏了三", "路登怀了三天了", "路登怀了三天了没"];
    assert_eq!(after(&texts[..2]), "路灯坏了|三");
    assert_eq!(after(&texts[..3]), "路灯坏了|三天了");
    assert_eq!(after(&texts), "路灯坏了三天了|没");
    // A pass that hears less than what is committed takes nothing back.
    assert_eq!(after(&["路灯坏了", "路灯坏了", "灯"]), "路灯坏了|");
    assert_eq!(after(&["路灯坏了", "路灯坏了", ""]), "路灯坏了|");
}

#[test]
fn a_number_or_a_word_is_committed_when_it_is_over() {
    assert_eq!(after(&["住三", "住三百"]), "住|三百");
    assert_eq!(after(&["住300", "住300号"]), "住|300号");
    assert_eq!(after(&["住300号", "住300号楼"]), "住300号|楼");
    assert_eq!(after(&["the stre", "the streets"]), "the| streets");
}

#[test]
fn an_older_pass_that_comes_later_is_not_taken_in() {
    let mut agreement = heard(&["路灯", "路灯坏了"]);
    assert!(!agreement.hear(&spoken("路", 0, 8_000), SamplePosition(0), SamplePosition(8_000)));
    assert_eq!(shown(&agreement), "路灯|坏了");
}

#[test]
fn a_later_part_continues_the_text_although_its_times_are_only_nearly_right() {
    // Eight characters are committed; the ninth begins two seconds into the recording.
    let committed = ["曙光里五栋楼下路灯坏", "曙光里五栋楼下路灯坏了"];
    for (part, from) in [
        ("下路灯坏了三天", 6 * CHARACTER),
        // The cut came a little early, or a little late, or in the middle of a character.
        ("楼下路灯坏了三天", 6 * CHARACTER),
        ("路灯坏了三天", 6 * CHARACTER),
        ("他路灯坏了三天", 6 * CHARACTER),
        ("了三天", 10 * CHARACTER),
    ] {
        let mut agreement = Agreement::default();
        for text in committed {
            let length = text.chars().count() as u64 * CHARACTER;
            agreement.hear(&spoken(text, 0, length), SamplePosition(0), SamplePosition(length));
        }
        assert_eq!(shown(&agreement), "曙光里五栋楼下路灯坏|了");
        let to = 13 * CHARACTER;
        agreement.hear(&spoken(part, from, to), SamplePosition(from), SamplePosition(to));
        assert_eq!(shown(&agreement), "曙光里五栋楼下路灯坏了|三天", "{part}");
    }
}

#[test]
fn what_lies_before_a_later_part_is_committed_for_it_is_not_heard_again() {
    let mut agreement = Agreement::default();
    let pass = |agreement: &mut Agreement, text: &str, from: u64, to: u64| {
        agreement.hear(&spoken(text, from, to), SamplePosition(from), SamplePosition(to));
    };
    pass(&mut agreement, "路灯坏了", 0, 4 * CHARACTER);
    pass(&mut agreement, "坏了三天", 2 * CHARACTER, 6 * CHARACTER);
    assert_eq!(shown(&agreement), "路灯坏了|三天");
}

#[test]
fn words_of_a_later_part_keep_their_space() {
    let mut agreement = heard(&["the street light", "the street light is"]);
    assert_eq!(shown(&agreement), "the street| light is");
    agreement.hear(&spoken("out", 16_000, 24_000), SamplePosition(16_000), SamplePosition(24_000));
    assert_eq!(shown(&agreement), "the street light is| out");
}

#[test]
fn a_recogniser_that_goes_round_in_circles_fills_no_memory() {
    let round = "谢".repeat(MOST_LETTERS + 500);
    let agreement = heard(&[&round, &round, &round]);
    assert_eq!(agreement.text().chars().count(), MOST_LETTERS);
}

/// A pass: what it heard, from where, and how much later than the one before it ended.
fn passes() -> impl Strategy<Value = Vec<(String, u64, u64)>> {
    let text = prop_oneof![
        3 => "[路灯坏了三天。， ]{0,12}",
        2 => "[abAB12 .,'Ａ１]{0,12}",
        1 => any::<String>(),
    ];
    prop::collection::vec((text, 0_u64..40_000, 0_u64..16_000), 0..20)
}

proptest! {
    #[test]
    fn what_is_committed_never_changes_and_what_is_shown_begins_with_it(passes in passes()) {
        let mut agreement = Agreement::default();
        let (mut to, mut committed) = (0, String::new());
        for (text, from, further) in passes {
            to += further;
            let from = from.min(to);
            agreement.hear(&spoken(&text, from, to), SamplePosition(from), SamplePosition(to));
            let shown = agreement.text();
            prop_assert!(agreement.committed() <= shown.chars().count());
            let now: String = shown.chars().take(agreement.committed()).collect();
            prop_assert!(now.starts_with(&committed), "{committed:?} became {now:?}");
            committed = now;
        }
    }

    #[test]
    fn a_text_heard_twice_is_committed_but_for_what_may_still_grow(text in "[路灯坏了abc1 ，。]{0,20}") {
        let agreement = heard(&[&text, &text]);
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<Vec<_>>();
        let shown = agreement.text();
        prop_assert_eq!(letters(&shown), letters(&text));
        let open: Vec<_> = shown.chars().skip(agreement.committed()).collect();
        prop_assert!(open.iter().all(|c| !c.is_alphanumeric() || c.is_ascii_alphanumeric()), "{open:?}");
    }

    #[test]
    fn every_letter_committed_without_a_cut_was_heard_by_two_passes_in_a_row(
        texts in prop::collection::vec("[路灯坏了三天]{0,10}", 1..12),
    ) {
        let mut agreement = Agreement::default();
        let mut before = String::new();
        for (second, text) in (1..).zip(&texts) {
            let (had, to) = (agreement.committed(), 8_000 * second);
            agreement.hear(&spoken(text, 0, to), SamplePosition(0), SamplePosition(to));
            let shown = agreement.text();
            let new: String = shown.chars().take(agreement.committed()).skip(had).collect();
            prop_assert!(text.contains(&new) && before.contains(&new), "{new} by {before} and {text}");
            before.clone_from(text);
        }
    }
}
