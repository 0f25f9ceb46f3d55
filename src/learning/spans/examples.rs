//! Texts with their spans marked: two-column files (a token and its B-, I- or O tag a line, a blank line between
//! texts) and JSON lines as CLUENER has them (`{"text":…,"label":{"name":{"叶老桂":[[9,11]]}}}`, last place included).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::understanding::tagger::OUTSIDE;

/// Why examples could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ExamplesError {
    /// The file could not be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line is not what it should be.
    #[error("{}:{line}: {message}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong, and what is expected.
        message: String,
    },
    /// The file has no texts.
    #[error("{}: no texts in it", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

/// What an example's places count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Tokens, as the file cut them.
    Token,
    /// Characters; the tagger cuts tokens itself.
    Character,
}

/// A text and its spans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The text's tokens or characters.
    pub units: Vec<String>,
    /// Which of the two.
    pub unit: Unit,
    /// First unit, the one after the last, label in lower case; in order. Spans of characters may overlap.
    pub spans: Vec<(usize, usize, String)>,
}

/// Reads a file: JSON lines where its name ends in `.jsonl` or `.json`, else two columns.
///
/// # Errors
/// [`ExamplesError`], with the line.
pub fn read(path: &Path) -> Result<Vec<Example>, ExamplesError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ExamplesError::Unreadable { path: path.to_owned(), source })?;
    let json = path.extension().is_some_and(|extension| extension == "jsonl" || extension == "json");
    let examples = if json { json_lines(&text) } else { two_columns(&text) };
    let examples =
        examples.map_err(|(line, message)| ExamplesError::Line { path: path.to_owned(), line, message })?;
    if examples.is_empty() { Err(ExamplesError::Empty { path: path.to_owned() }) } else { Ok(examples) }
}

type Wrong = (usize, String);

fn two_columns(text: &str) -> Result<Vec<Example>, Wrong> {
    let mut examples = Vec::new();
    let mut example = Example { units: Vec::new(), unit: Unit::Token, spans: Vec::new() };
    for (index, line) in text.lines().chain([""]).enumerate() {
        let mut columns = line.split_whitespace();
        match (columns.next(), columns.next(), columns.next()) {
            (None, ..) => {
                let done = Example { units: Vec::new(), unit: Unit::Token, spans: Vec::new() };
                let done = std::mem::replace(&mut example, done);
                if !done.units.is_empty() {
                    examples.push(done);
                }
            }
            (Some(token), Some(tag), None) => {
                note(&mut example, token, tag).map_err(|message| (index + 1, message))?;
            }
            _ => {
                let found = line.split_whitespace().count();
                return Err((index + 1, format!("a token and its tag are expected, {found} columns found")));
            }
        }
    }
    Ok(examples)
}

/// Adds a token. An I- that continues nothing begins a span.
fn note(example: &mut Example, token: &str, tag: &str) -> Result<(), String> {
    let place = example.units.len();
    example.units.push(token.to_owned());
    let tag = tag.to_lowercase();
    if tag == OUTSIDE {
        return Ok(());
    }
    match (tag.get(..2), tag.get(2..)) {
        (Some("b-" | "i-"), Some("" | OUTSIDE)) => Err(format!("the tag {tag} has no label of its own")),
        (Some("i-"), Some(label))
            if example.spans.last().is_some_and(|last| last.1 == place && last.2 == label) =>
        {
            if let Some(last) = example.spans.last_mut() {
                last.1 = place + 1;
            }
            Ok(())
        }
        (Some("b-" | "i-"), Some(label)) => {
            example.spans.push((place, place + 1, label.to_owned()));
            Ok(())
        }
        _ => Err(format!("the tag {tag} is none: B-LABEL, I-LABEL or O is expected")),
    }
}

#[derive(Deserialize)]
struct JsonLine {
    text: String,
    #[serde(default)]
    label: BTreeMap<String, BTreeMap<String, Vec<(usize, usize)>>>,
}

fn json_lines(text: &str) -> Result<Vec<Example>, Wrong> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let line: JsonLine =
                serde_json::from_str(line).map_err(|error| (index + 1, error.to_string()))?;
            json_example(line).map_err(|message| (index + 1, message))
        })
        .collect()
}

fn json_example(line: JsonLine) -> Result<Example, String> {
    let units: Vec<String> = line.text.chars().map(String::from).collect();
    let mut spans = Vec::new();
    for (label, surfaces) in line.label {
        let label = label.to_lowercase();
        if label.is_empty() || label == OUTSIDE {
            return Err(format!("{label:?} cannot be a label: it means what is in no span"));
        }
        for (surface, places) in surfaces {
            for (first, last) in places {
                let found = units.get(first..=last).map(<[String]>::concat);
                if found.as_deref() != Some(&surface) {
                    let found = found.unwrap_or_default();
                    return Err(format!("{label} {first} to {last} should be {surface:?} and is {found:?}"));
                }
                spans.push((first, last + 1, label.clone()));
            }
        }
    }
    spans.sort();
    spans.dedup();
    Ok(Example { units, unit: Unit::Character, spans })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_columns_give_tokens_and_spans() {
        let read =
            two_columns("曙 B-Road\n光 I-Road\n602 B-No\n号 I-No\n\n\n在 O\n这 I-x").unwrap_or_default();
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].spans, [(0, 2, "road".to_owned()), (2, 4, "no".to_owned())]);
        assert_eq!(read[1].spans, [(1, 2, "x".to_owned())]);
    }

    #[test]
    fn wrong_lines_are_named() {
        let wrong = |text: &str| two_columns(text).err().unwrap_or_default();
        assert_eq!(wrong("曙 B-road\n光").0, 2);
        assert_eq!(wrong("曙 B-road\n光 X-road").0, 2);
        assert_eq!(wrong("\n曙 B-").0, 2);
        let line = r#"{"text":"在曙光里","label":{"address":{"曙光":[[1,3]]}}}"#;
        let (place, message) = json_lines(&format!("\n{line}")).err().unwrap_or_default();
        assert_eq!(place, 2);
        assert!(message.contains("曙光里"), "{message}");
    }

    #[test]
    fn json_lines_count_characters_and_include_the_last() {
        let line = r#"{"text":"在曙光里","label":{"Address":{"曙光里":[[1,3]]}}}"#;
        let read = json_lines(line).unwrap_or_default();
        assert_eq!(read[0].spans, [(1, 4, "address".to_owned())]);
    }
}
