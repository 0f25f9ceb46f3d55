//! A text as it sounds, for comparing what was heard at different times: homophones are one.

use crate::pinyin::Sound;

/// What a character sounds like, without its tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Syllable {
    /// The same for homophones only.
    pub(crate) exact: [char; 2],
    /// The same also for syllables that a telephone does not tell apart.
    pub(crate) class: [char; 2],
}

/// The sounds of a text's characters and letters, each with its character; marks and spaces are left out.
pub(crate) fn syllables(text: &str) -> impl Iterator<Item = (char, Syllable)> {
    text.chars().filter_map(|character| {
        let (exact, class) = Sound::of(character)?.letters();
        Some((character, Syllable { exact, class }))
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::syllables;

    #[test]
    fn homophones_are_one_and_what_a_telephone_confuses_is_of_one_class() {
        let exact = |text| syllables(text).map(|(_, syllable)| syllable.exact).collect::<Vec<_>>();
        let class = |text| syllables(text).map(|(_, syllable)| syllable.class).collect::<Vec<_>>();
        assert_eq!(exact("曙光里，"), exact("书光理"));
        assert_eq!(exact("3号"), exact("三号"));
        assert_ne!(exact("兴华里"), exact("新华里"));
        assert_eq!(class("兴华里"), class("新华里"));
        assert_ne!(class("福春里"), class("福顺里"));
        assert_ne!(class("San"), class("三"));
    }
}
