//! A text seen from a place in it: what stands there, and what just before.

/// The characters of a text, those in words that keep their numerals marked.
pub(super) struct Context<'a> {
    pub(super) chars: &'a [char],
    /// True where a character belongs to a word that keeps its numeral (三天两头).
    kept: Vec<bool>,
    /// Where a pause parts two characters: no number goes across.
    pauses: &'a [usize],
}

impl<'a> Context<'a> {
    pub(super) fn new(chars: &'a [char], pauses: &'a [usize]) -> Self {
        Self { chars, kept: super::kept::marks(chars), pauses }
    }

    pub(super) fn at(&self, at: usize) -> Option<char> {
        self.chars.get(at).copied()
    }

    /// Whether `word` stands at `at`.
    pub(super) fn has(&self, at: usize, word: &str) -> bool {
        let mut rest = self.chars.get(at..).unwrap_or_default().iter();
        word.chars().all(|wanted| rest.next() == Some(&wanted))
    }

    /// Whether any of `words` stands at `at`.
    pub(super) fn has_any(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.has(at, word))
    }

    /// Whether any of the characters of `any` stands at `at`.
    pub(super) fn one_of(&self, at: usize, any: &str) -> bool {
        self.at(at).is_some_and(|char| any.contains(char))
    }

    /// Whether any of the characters of `any` stands just before `at`.
    pub(super) fn one_before(&self, at: usize, any: &str) -> bool {
        at.checked_sub(1).is_some_and(|before| self.one_of(before, any))
    }

    /// Whether any of `words` ends just before `at`.
    pub(super) fn any_before(&self, at: usize, words: &[&str]) -> bool {
        words
            .iter()
            .any(|word| at.checked_sub(word.chars().count()).is_some_and(|start| self.has(start, word)))
    }

    /// Whether a numeral stands at `at` that is not part of a word.
    pub(super) fn is_numeral(&self, at: usize) -> bool {
        let Some(char) = self.at(at) else { return false };
        let digit = |index: Option<usize>| {
            index.and_then(|index| self.at(index)).is_some_and(|char| crate::numerals::digit(char).is_some())
        };
        // 五洞二: only between digits is 洞 one.
        let spoken = matches!(char, '洞' | '拐' | '勾') && digit(at.checked_sub(1)) && digit(Some(at + 1));
        (crate::numerals::is_numeral(char) || spoken) && !self.kept.get(at).copied().unwrap_or(false)
    }

    /// Where the numerals that begin at `at` end.
    pub(super) fn run_end(&self, at: usize) -> usize {
        let goes_on =
            |index: &usize| self.is_numeral(*index) && (*index == at || !self.pauses.contains(index));
        (at..self.chars.len()).take_while(goes_on).count() + at
    }
}
