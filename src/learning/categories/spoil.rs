//! Texts as a recogniser might get them wrong: a share of their characters replaced by others of the same set.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

/// The texts with this share of characters wrong; the same texts and `seed` give the same errors. What comes
/// in is as frequent as it is in the texts.
pub(super) fn spoilt(texts: &[&str], share: f64, seed: u64) -> Vec<String> {
    let all: Vec<char> = texts.iter().flat_map(|text| text.chars()).filter(|char| char.is_alphanumeric()).collect();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut spoil = |char: char| {
        let wrong = char.is_alphanumeric() && random.random_bool(share);
        if wrong { all[random.random_range(0..all.len())] } else { char }
    };
    texts.iter().map(|text| text.chars().map(&mut spoil).collect()).collect()
}

/// The first characters of a text.
pub(super) fn first(text: &str, chars: usize) -> String {
    text.chars().filter(|char| !char.is_whitespace()).take(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_the_share_is_wrong_and_the_length_is_kept() {
        let text: String = ('一'..'丅').cycle().take(2_000).collect();
        let spoilt = spoilt(&[&text], 0.1, 1);
        let wrong = text.chars().zip(spoilt[0].chars()).filter(|(one, other)| one != other).count();
        assert_eq!(spoilt[0].chars().count(), 2_000);
        assert!((120..240).contains(&wrong), "{wrong}: a fifth of what comes in is the same character");
    }
}
