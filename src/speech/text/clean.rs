//! A recogniser's text made fit to show: what is no text is taken out, Chinese is written in simplified
//! characters.

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

/// Cleans what a recogniser wrote. Made once: it holds the dictionaries.
pub struct Cleaner {
    simplify: OpenCC,
}

impl Cleaner {
    /// Loads the dictionaries.
    ///
    /// # Errors
    /// Where they are broken.
    pub fn new() -> Result<Self, ferrous_opencc::error::OpenCCError> {
        Ok(Self { simplify: OpenCC::from_config(BuiltinConfig::T2s)? })
    }

    /// Takes out control characters, bytes that were no UTF-8, and needless spaces; simplifies Chinese.
    #[must_use]
    pub fn clean(&self, text: &str, language: &str) -> String {
        let shown: String = text
            .chars()
            .map(|character| if character.is_control() { ' ' } else { character })
            .filter(|character| *character != char::REPLACEMENT_CHARACTER)
            .collect();
        let text = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        if matches!(language, "zh" | "yue") { self.simplify.convert(&text) } else { text }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn chinese_is_simplified_and_english_left_alone() {
        let cleaner = Cleaner::new().unwrap();
        assert_eq!(cleaner.clean(" 樓上鄰居半夜裝修，噪音很大。", "zh"), "楼上邻居半夜装修，噪音很大。");
        assert_eq!(cleaner.clean(" The  street\nlamp is off. ", "en"), "The street lamp is off.");
    }

    #[test]
    fn what_is_simplified_stays_as_it_is() {
        let cleaner = Cleaner::new().unwrap();
        for text in
            ["幺三八零零，里面着火了，后面", "三号楼二单元，一只猫", "台阶坏了，干部说：等着瞧", "皇后，乾隆"]
        {
            assert_eq!(cleaner.clean(text, "zh"), text);
        }
        assert_eq!(cleaner.clean("後面的裡屋，幾點鐘來", "yue"), "后面的里屋，几点钟来");
    }

    #[test]
    fn half_a_character_at_the_end_is_not_shown() {
        let cleaner = Cleaner::new().unwrap();
        let text = String::from_utf8_lossy(&"路灯不".as_bytes()[..8]).into_owned();
        assert_eq!(cleaner.clean(&text, "zh"), "路灯");
    }
}
