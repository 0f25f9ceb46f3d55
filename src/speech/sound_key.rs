//! A text as it sounds, for comparing what was heard at different times: homophones are one, and so are syllables
//! that a telephone does not tell apart.

use super::pinyin::Sound;

/// What a character sounds like; equal for those that are confused with one another.
pub(crate) type Syllable = [char; 2];

/// The sounds of a text's characters and letters, each with its character; marks and spaces are left out.
pub(crate) fn syllables(text: &str) -> impl Iterator<Item = (char, Syllable)> {
    text.chars().filter_map(|character| Some((character, Sound::of(character)?.class_letters())))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::syllables;

    #[test]
    fn homophones_and_what_a_telephone_confuses_are_one() {
        let key = |text| syllables(text).map(|(_, syllable)| syllable).collect::<Vec<_>>();
        assert_eq!(key("曙光里，"), key("书光理"));
        assert_eq!(key("兴华里"), key("新华里"));
        assert_eq!(key("3号"), key("三号"));
        assert_ne!(key("福春里"), key("福顺里"));
        assert_ne!(key("San"), key("三"));
    }
}
