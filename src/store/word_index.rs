//! The index of spoken words, by pairs of Chinese characters and by whole other words. FTS5 knows nothing of
//! Chinese (its trigrams find no two-character word), so the tokens are made here; only this file and its
//! migration know FTS5.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use utoipa::ToSchema;

use super::columns::{from_ns, from_text};
use super::turns::turn;
use super::{Store, StoreError, access};
use crate::domain::{CallId, Turn, TurnId, Viewer};

/// Calls that a search of the call list takes from the words; more would say nothing to a reader.
const MAX_CALLS: i64 = 500;
/// Turns that such a search looks at, the latest: a greeting stands in every call of the years.
const MAX_TURNS: i64 = 5_000;

/// A turn in which the words were said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WordHit {
    /// The call.
    pub call_id: CallId,
    /// When the call began.
    pub call_started_at: Timestamp,
    /// The turn.
    pub turn: Turn,
}

/// A stretch of text of one sort, normalised.
enum Run {
    /// Characters written without spaces between words.
    Characters(Vec<char>),
    /// A word or number of an alphabet.
    Word(String),
    /// What stands between: space or punctuation.
    Gap,
}

/// The tokens under which a text is found: for 下水道 `下水 水道 道`, for `Water` `water`. Each character of
/// a run begins a token, so that one character is found by prefix.
#[must_use]
pub fn index_tokens(text: &str) -> String {
    runs(text).iter().flat_map(whole_tokens).collect::<Vec<_>>().join(" ")
}

/// What to ask the index for: every group of `words` between spaces must stand in the text as written, the last
/// word of each perhaps longer. Nothing where there is nothing to look for.
#[must_use]
pub fn match_expression(words: &str) -> Option<String> {
    let runs = runs(words);
    let groups: Vec<String> =
        runs.split(|run| matches!(run, Run::Gap)).filter(|group| !group.is_empty()).map(phrase).collect();
    (!groups.is_empty()).then(|| groups.join(" AND "))
}

/// One group as a phrase of FTS5. The tokens hold letters and digits only, so nothing needs escaping.
fn phrase(group: &[Run]) -> String {
    let mut tokens: Vec<String> = Vec::new();
    let mut open_end = true;
    for (index, run) in group.iter().enumerate() {
        tokens.extend(whole_tokens(run));
        if index + 1 == group.len()
            && let Run::Characters(characters) = run
            && characters.len() > 1
        {
            // The text may go on after the last pair; the run's closing character is no token there.
            tokens.pop();
            open_end = false;
        }
    }
    format!("\"{}\"{}", tokens.join(" "), if open_end { "*" } else { "" })
}

fn whole_tokens(run: &Run) -> Vec<String> {
    match run {
        Run::Characters(characters) => {
            let mut tokens: Vec<String> = characters.windows(2).map(|pair| pair.iter().collect()).collect();
            tokens.extend(characters.last().map(char::to_string));
            tokens
        }
        Run::Word(word) => vec![word.clone()],
        Run::Gap => Vec::new(),
    }
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for character in text.chars().map(half_width).flat_map(char::to_lowercase) {
        match (runs.last_mut(), character) {
            (Some(Run::Characters(run)), c) if is_unspaced(c) => run.push(c),
            (_, c) if is_unspaced(c) => runs.push(Run::Characters(vec![c])),
            (Some(Run::Word(run)), c) if c.is_alphanumeric() => run.push(c),
            // An apostrophe inside an English word: don't → dont.
            (Some(Run::Word(_)), '\'' | '’') => {}
            (_, c) if c.is_alphanumeric() => runs.push(Run::Word(c.to_string())),
            (Some(Run::Gap), _) => {}
            (_, _) => runs.push(Run::Gap),
        }
    }
    runs
}

/// Full-width forms (Ａ, １, the ideographic space) as their ordinary ones.
const fn half_width(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => match char::from_u32(character as u32 - 0xFEE0) {
            Some(ascii) => ascii,
            None => character,
        },
        '\u{3000}' => ' ',
        _ => character,
    }
}

/// Scripts that put no space between words: kana, hangul, Chinese characters.
const fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// Indexes a turn's text anew.
pub(super) async fn put(
    connection: &mut SqliteConnection,
    turn_id: TurnId,
    text: &str,
) -> Result<(), StoreError> {
    // A turn recognised anew replaces its own words.
    let known: Option<i64> = sqlx::query_scalar("select row_id from indexed_turns where turn_id = $1")
        .bind(turn_id.to_string())
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(row_id) = known {
        sqlx::query("delete from word_index where rowid = $1").bind(row_id).execute(&mut *connection).await?;
        sqlx::query("delete from indexed_turns where row_id = $1")
            .bind(row_id)
            .execute(&mut *connection)
            .await?;
    }
    let tokens = index_tokens(text);
    if tokens.is_empty() {
        return Ok(());
    }
    let row_id = sqlx::query("insert into indexed_turns (turn_id) values ($1)")
        .bind(turn_id.to_string())
        .execute(&mut *connection)
        .await?
        .last_insert_rowid();
    sqlx::query("insert into word_index (rowid, tokens) values ($1, $2)")
        .bind(row_id)
        .bind(tokens)
        .execute(connection)
        .await?;
    Ok(())
}

impl Store {
    /// The last turns in which all the words were said, newest call first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] for departments and administrators, or where the database fails.
    pub async fn search(&self, viewer: &Viewer, words: &str, limit: u32) -> Result<Vec<WordHit>, StoreError> {
        access::calls(viewer)?;
        let Some(expression) = match_expression(words) else { return Ok(Vec::new()) };
        sqlx::query(
            "select t.*, c.started_at_ns
             from (select rowid from word_index where word_index match $1 order by rowid desc limit $2) w
             join indexed_turns i on i.row_id = w.rowid join turns t on t.id = i.turn_id
             join calls c on c.id = t.call_id
             order by t.call_id desc, t.start_sample",
        )
        .bind(expression)
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await?
        .iter()
        .map(|row| {
            let turn = turn(row)?;
            Ok(WordHit {
                call_id: turn.call_id,
                call_started_at: from_ns(row.try_get("started_at_ns")?),
                turn,
            })
        })
        .collect()
    }

    /// The newest calls in which the words were said. The caller has asked `access`.
    pub(super) async fn calls_with_words(&self, words: &str) -> Result<Vec<String>, StoreError> {
        let Some(expression) = match_expression(words) else { return Ok(Vec::new()) };
        let found: Vec<String> = sqlx::query_scalar(
            "select distinct t.call_id
             from (select rowid from word_index where word_index match $1 order by rowid desc limit $2) w
             join indexed_turns i on i.row_id = w.rowid join turns t on t.id = i.turn_id
             order by t.call_id desc limit $3",
        )
        .bind(expression)
        .bind(MAX_TURNS)
        .bind(MAX_CALLS)
        .fetch_all(&self.readers)
        .await?;
        found
            .into_iter()
            .map(|id| from_text::<CallId>("turns.call_id", id).map(|id| id.to_string()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{index_tokens, match_expression};

    #[test]
    fn each_character_begins_a_token() {
        assert_eq!(index_tokens("下水道"), "下水 水道 道");
    }

    #[test]
    fn words_and_numbers_are_whole_and_lower_case() {
        assert_eq!(index_tokens("The Water’s 3号楼"), "the waters 3 号楼 楼");
    }

    #[test]
    fn full_width_forms_are_ordinary_ones() {
        assert_eq!(index_tokens("ＡＢ１２　堵"), "ab12 堵");
    }

    #[test]
    fn punctuation_parts_runs() {
        assert_eq!(index_tokens("堵了，臭"), "堵了 了 臭");
    }

    #[test]
    fn one_character_is_a_prefix_and_a_pair_is_itself() {
        assert_eq!(match_expression("水").as_deref(), Some("\"水\"*"));
        assert_eq!(match_expression("下水").as_deref(), Some("\"下水\""));
        assert_eq!(match_expression("3号楼 Wat").as_deref(), Some("\"3 号楼\" AND \"wat\"*"));
    }

    #[test]
    fn nothing_to_look_for() {
        assert_eq!(match_expression(" \"*，。 "), None);
    }
}
