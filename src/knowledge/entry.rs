//! One entry: a Markdown file that begins with its facts, in TOML between two lines of `+++`.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What stands before and after the facts.
const FENCE: &str = "+++";
/// What marks a value that each city fills in for itself.
const TO_FILL: &str = "【本市填写";

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its file's name without `.md`.
    pub id: String,
    /// Its title, Chinese.
    pub title: String,
    /// The same in English.
    pub title_en: String,
    /// Where its content is from, for the agent to name.
    pub source: String,
    /// The taxonomy's codes it belongs to.
    pub categories: Vec<String>,
    /// How callers say it, where the text does not.
    pub words: Vec<String>,
    /// The text, Markdown.
    pub text: String,
    /// Whether it holds values that the city has not filled in yet.
    pub to_fill: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    title: String,
    title_en: String,
    source: String,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
}

/// Why entries cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// The folder is not there or not readable.
    #[error(
        "the folder {path} of the knowledge base cannot be read ({source}); name another under [hotline] knowledge"
    )]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not readable, or no UTF-8.
    #[error("{path} cannot be read ({source}); entries are text in UTF-8")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The facts are missing.
    #[error(
        "{path}, line 1: begin with a line `+++`, the facts (title, title_en, source), and another `+++`"
    )]
    NoFacts {
        /// Which.
        path: PathBuf,
    },
    /// The facts are wrong; the message has the line.
    #[error("{path}: {source}")]
    Facts {
        /// Which.
        path: PathBuf,
        /// What and where.
        source: Box<toml::de::Error>,
    },
    /// A fact or the text is empty.
    #[error("{path}: {what} is empty; an agent reads it aloud")]
    Empty {
        /// Which.
        path: PathBuf,
        /// What.
        what: &'static str,
    },
}

impl Entry {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`KnowledgeError`] with file and line.
    pub fn read(path: &Path) -> Result<Self, KnowledgeError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| KnowledgeError::File { path: path.to_owned(), source })?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, KnowledgeError> {
        let text = text.replace("\r\n", "\n");
        let parts = text.strip_prefix(FENCE).and_then(|rest| rest.split_once("\n+++"));
        let (facts, text) = parts.ok_or_else(|| KnowledgeError::NoFacts { path: path.to_owned() })?;
        // The line of the first fence is part of what is read, so that lines are the file's.
        let facts: Facts = toml::from_str(facts)
            .map_err(|source| KnowledgeError::Facts { path: path.to_owned(), source: Box::new(source) })?;
        let text = text.trim().to_owned();
        let needed = [
            ("title", &facts.title),
            ("title_en", &facts.title_en),
            ("source", &facts.source),
            ("the text", &text),
        ];
        if let Some((what, _)) = needed.into_iter().find(|(_, value)| value.trim().is_empty()) {
            return Err(KnowledgeError::Empty { path: path.to_owned(), what });
        }
        Ok(Self {
            id: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            to_fill: text.contains(TO_FILL),
            title: facts.title,
            title_en: facts.title_en,
            source: facts.source,
            categories: facts.categories,
            words: facts.words,
            text,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Entry, KnowledgeError> {
        Entry::parse(Path::new("heat.md"), text)
    }

    #[test]
    fn an_entry_is_its_facts_and_its_text() {
        let text = "+++\ntitle = \"供暖\"\ntitle_en = \"Heating\"\nsource = \"城管委\"\n+++\n\n日期：【本市填写：供暖起止】\n";
        let entry = parse(text).unwrap();
        assert_eq!((entry.id.as_str(), entry.title.as_str(), entry.to_fill), ("heat", "供暖", true));
        assert_eq!(entry.text, "日期：【本市填写：供暖起止】");
    }

    #[test]
    fn a_mistake_is_named_with_its_line() {
        let error = parse("+++\ntitle = \"供暖\"\ntitel_en = \"Heating\"\n+++\n文").unwrap_err().to_string();
        assert!(
            error.contains("heat.md") && error.contains("line 3") && error.contains("titel_en"),
            "{error}"
        );
        assert!(parse("供暖").unwrap_err().to_string().contains("line 1"));
        let empty = "+++\ntitle = \"供暖\"\ntitle_en = \"Heating\"\nsource = \" \"\n+++\n文";
        assert!(parse(empty).unwrap_err().to_string().contains("source is empty"));
    }
}
