//! What matters most in a call: numbers, and names of places. Enters: what was said, normalised. Leaves: where they
//! stand in it, and which of their characters were heard wrong.

use std::ops::Range;
use std::path::Path;

use crate::speech::text::Cleaner;

use super::align::{Errors, Step};
use super::normal::normalised;

/// One digit alone is a number before one of these, and otherwise mostly a word such as 一下.
const COUNTED: &str = "号楼栋幢单室层路弄年月日天点分元块岁次户个米度";

/// The city's names of places.
#[derive(Debug, Default)]
pub struct Places {
    /// Normalised, the longest first.
    names: Vec<Vec<char>>,
}

impl Places {
    /// Takes every name of a gazetteer file (`models/places/*.toml`).
    ///
    /// # Errors
    /// Where it cannot be read or is no TOML.
    pub fn read(path: &Path, cleaner: &Cleaner) -> std::io::Result<Self> {
        let table: toml::Table =
            toml::from_str(&std::fs::read_to_string(path)?).map_err(std::io::Error::other)?;
        let mut texts = Vec::new();
        table.values().for_each(|value| names(value, &mut texts));
        Ok(Self::of(&texts, cleaner))
    }

    /// These names.
    #[must_use]
    pub fn of(names: &[String], cleaner: &Cleaner) -> Self {
        let mut names: Vec<_> = names.iter().map(|name| normalised(name, cleaner)).collect();
        names.retain(|name| name.len() > 1);
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        Self { names }
    }

    /// Where names of places stand in a text, the longest at each place, without overlap.
    #[must_use]
    pub fn found(&self, said: &[char]) -> Vec<Range<usize>> {
        let (mut found, mut at) = (Vec::new(), 0);
        while at < said.len() {
            match self.names.iter().find(|name| said[at..].starts_with(name)) {
                Some(name) => {
                    found.push(at..at + name.len());
                    at += name.len();
                }
                None => at += 1,
            }
        }
        found
    }
}

/// All texts of a list or table but the codes of units.
fn names(value: &toml::Value, into: &mut Vec<String>) {
    match value {
        toml::Value::String(name) => into.push(name.clone()),
        toml::Value::Array(list) => list.iter().for_each(|value| names(value, into)),
        toml::Value::Table(table) => {
            table.iter().filter(|(key, _)| *key != "code").for_each(|(_, value)| names(value, into));
        }
        toml::Value::Integer(_)
        | toml::Value::Float(_)
        | toml::Value::Boolean(_)
        | toml::Value::Datetime(_) => {}
    }
}

/// Where numbers stand in a normalised text.
#[must_use]
pub fn numbers(said: &[char]) -> Vec<Range<usize>> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < said.len() {
        let length = said[at..].iter().take_while(|character| character.is_ascii_digit()).count();
        let counted = said.get(at + length).is_some_and(|next| COUNTED.contains(*next));
        if length > 1 || (length == 1 && counted) {
            found.push(at..at + length);
        }
        at += length.max(1);
    }
    found
}

/// The errors of these spans: their own characters, and what was heard between two of them or right beside them (a
/// digit too many is an error of the number).
#[must_use]
pub fn errors_in(spans: &[Range<usize>], steps: &[Step]) -> Errors {
    let (mut errors, mut at) = (Errors::default(), 0);
    for step in steps {
        let inside = match step {
            Step::Extra => spans.iter().any(|span| span.start <= at && at <= span.end),
            Step::Same | Step::Changed | Step::Missing => spans.iter().any(|span| span.contains(&at)),
        };
        if inside {
            errors.wrong += usize::from(*step != Step::Same);
            errors.said += usize::from(*step != Step::Extra);
        }
        at += usize::from(*step != Step::Extra);
    }
    errors
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::super::align::align;
    use super::*;

    fn said(text: &str) -> Vec<char> {
        normalised(text, &Cleaner::new().unwrap())
    }

    #[test]
    fn numbers_are_rows_of_digits_and_counted_ones() {
        let said = said("请您等一下，五号楼幺三四吧，一个");
        let found: Vec<String> = numbers(&said).into_iter().map(|span| said[span].iter().collect()).collect();
        assert_eq!(found, ["5", "134", "1"]);
    }

    #[test]
    fn the_longest_name_of_a_place_is_found_as_it_is_spoken() {
        let cleaner = Cleaner::new().unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/places/binhai.toml");
        let places = Places::read(&path, &cleaner).unwrap();
        let said = said("我在第十一大街和洞庭路交口");
        let found: Vec<String> =
            places.found(&said).into_iter().map(|span| said[span].iter().collect()).collect();
        assert_eq!(found, ["第11大街", "0庭路"]);
    }

    #[test]
    fn only_errors_of_a_span_count() {
        let text = said("请到五十六号楼来");
        let errors = |heard| errors_in(&numbers(&text), &align(&text, &said(heard)));
        assert_eq!(errors("去到五六七号楼吧"), Errors { wrong: 1, said: 2 });
        assert_eq!(errors("去到五号楼"), Errors { wrong: 1, said: 2 });
        assert_eq!(errors("去到五十六号吧"), Errors { wrong: 0, said: 2 });
    }
}
