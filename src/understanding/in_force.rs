//! The understanding in force, read anew while the service runs. In: the files' paths, and a word to look again.
//! Out: the present [`Understanding`]; a file that is wrong leaves the one before in force.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use utoipa::ToSchema;

use super::{LoadError, Understanding};

/// The understanding in force. Cheap to clone; all clones see a reload at once.
#[derive(Debug, Clone)]
pub struct InForce(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    taxonomy: PathBuf,
    gazetteer: PathBuf,
    now: watch::Sender<Reading>,
}

/// What the last look at the files gave.
#[derive(Debug, Clone)]
struct Reading {
    understanding: Arc<Understanding>,
    loaded_at: Timestamp,
    refused: Option<Refused>,
    /// The files as they were at that look, right or wrong.
    seen: Vec<Seen>,
}

/// A file and how it was; nothing where it could not be looked at.
type Seen = (PathBuf, Option<(SystemTime, u64)>);

/// What is in force, for an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InForceState {
    /// The taxonomy's file.
    pub taxonomy: String,
    /// The gazetteer's file.
    pub gazetteer: String,
    /// When what is in force was read.
    pub loaded_at: Timestamp,
    /// Its chapters; none in a taxonomy of two levels.
    pub chapters: u32,
    /// Its classes.
    pub classes: u32,
    /// Its kinds.
    pub kinds: u32,
    /// Its departments.
    pub departments: u32,
    /// Where the files have changed since and are wrong: then what was read before stays in force.
    pub refused: Option<Refused>,
}

/// Files that were not taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refused {
    /// When.
    pub at: Timestamp,
    /// What is wrong with them, each with file and line.
    pub faults: Vec<String>,
}

impl InForce {
    /// Reads a taxonomy and a gazetteer for the first time.
    ///
    /// # Errors
    /// As [`Understanding::load`].
    pub fn load(taxonomy: &Path, gazetteer: &Path) -> Result<Self, LoadError> {
        let reading = Reading::of(taxonomy, gazetteer)?;
        Ok(Self(Arc::new(Inner {
            taxonomy: taxonomy.to_owned(),
            gazetteer: gazetteer.to_owned(),
            now: watch::Sender::new(reading),
        })))
    }

    /// What is in force now.
    #[must_use]
    pub fn now(&self) -> Arc<Understanding> {
        Arc::clone(&self.0.now.borrow().understanding)
    }

    /// Whether a file is another than at the last look. Asks the disk.
    #[must_use]
    pub fn files_changed(&self) -> bool {
        let seen = self.0.now.borrow().seen.clone();
        seen.iter().any(|(path, before)| look(path).1 != *before)
    }

    /// Reads the files anew and puts them in force where they are right. Reads the disk; the log says how it went.
    pub fn reload(&self) -> InForceState {
        let Inner { taxonomy, gazetteer, now } = self.0.as_ref();
        let before = now.borrow().clone();
        // Looked at before they are read: a change in between is seen at the next look.
        let seen = before.seen.iter().map(|(path, _)| look(path)).collect();
        let next = match Reading::of(taxonomy, gazetteer) {
            Ok(reading) => {
                let kinds = reading.understanding.taxonomy().categories().count();
                tracing::info!(taxonomy = %taxonomy.display(), kinds, model = reading.understanding.has_model(),
                    "the taxonomy, the gazetteer and the model of categories were read anew and are in force");
                reading
            }
            Err(error) => {
                tracing::error!(%error, "the taxonomy, the gazetteer or the model of categories is wrong; what was \
                    read before stays in force");
                let faults = error.to_string().lines().map(str::to_owned).collect();
                Reading { refused: Some(Refused { at: Timestamp::now(), faults }), seen, ..before }
            }
        };
        now.send_replace(next);
        self.state()
    }

    /// What is in force, and what was refused since.
    #[must_use]
    pub fn state(&self) -> InForceState {
        let Reading { understanding, loaded_at, refused, .. } = self.0.now.borrow().clone();
        let taxonomy = understanding.taxonomy();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        InForceState {
            taxonomy: self.0.taxonomy.display().to_string(),
            gazetteer: self.0.gazetteer.display().to_string(),
            loaded_at,
            chapters: count(taxonomy.chapters.len()),
            classes: count(taxonomy.classes.len()),
            kinds: count(taxonomy.categories().count()),
            departments: count(taxonomy.departments.len()),
            refused,
        }
    }
}

impl Reading {
    /// Reads the files. They are looked at before they are read: a change in between is seen at the next look.
    fn of(taxonomy: &Path, gazetteer: &Path) -> Result<Self, LoadError> {
        // The model of categories need not be there.
        let model = super::model_beside(taxonomy);
        let mut seen: Vec<Seen> = [taxonomy, gazetteer, &model].map(look).into();
        let understanding = Arc::new(Understanding::load(taxonomy, gazetteer)?);
        seen.extend(understanding.other_files().iter().map(|file| look(file)));
        Ok(Self { understanding, loaded_at: Timestamp::now(), refused: None, seen })
    }
}

fn look(path: &Path) -> Seen {
    let metadata = std::fs::metadata(path).ok();
    let how = metadata.and_then(|metadata| Some((metadata.modified().ok()?, metadata.len())));
    (path.to_owned(), how)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_model_that_comes_changes_or_goes_is_taken_up() {
        let folder = tempfile::tempdir().unwrap();
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        let (file, model) = (folder.path().join("dagang.toml"), folder.path().join("dagang.model"));
        fs::copy(models.join("categories/dagang.toml"), &file).unwrap();
        let city = InForce::load(&file, &models.join("places/binhai.toml")).unwrap();
        assert!(!city.files_changed() && !city.now().has_model());

        fs::write(&model, "not a model").unwrap();
        assert!(city.files_changed());
        let refused = city.reload().refused.unwrap();
        assert!(refused.faults[0].contains("dagang.model"), "{refused:?}");
        assert!(
            !city.files_changed() && !city.now().has_model(),
            "a wrong model is not read again and again"
        );

        fs::copy(models.join("categories/dagang.model"), &model).unwrap();
        assert!(city.files_changed());
        assert_eq!(city.reload().refused, None);
        assert!(city.now().has_model() && !city.files_changed());

        fs::remove_file(&model).unwrap();
        assert!(city.files_changed());
        assert_eq!(city.reload().refused, None);
        assert!(!city.now().has_model());
    }

    #[test]
    fn a_changed_file_is_noticed_once_whether_it_is_right_or_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        let (file, rules) = (folder.path().join("db44t2479.toml"), folder.path().join("dagang.toml"));
        for path in [&file, &rules] {
            fs::copy(models.join("categories").join(path.file_name().unwrap()), path).unwrap();
        }
        let city = InForce::load(&file, &models.join("places/binhai.toml")).unwrap();
        let clone = city.clone();
        assert!(!city.files_changed());
        let good = fs::read_to_string(&rules).unwrap();

        fs::write(&rules, good.replace("name = \"fire\"", "name = \"\"")).unwrap();
        assert!(city.files_changed(), "the file of the rules counts too");
        let refused = city.reload().refused.unwrap();
        assert!(refused.faults[0].contains("dagang.toml:") && refused.faults.len() == 1, "{refused:?}");
        assert!(!city.files_changed(), "a wrong file is not read again and again");
        assert_eq!(clone.now().taxonomy().categories().count(), 515);

        fs::write(&rules, &good).unwrap();
        assert!(city.files_changed());
        assert_eq!(city.reload().refused, None);
        fs::remove_file(&file).unwrap();
        assert!(city.files_changed(), "a file that is gone");
        assert!(city.reload().refused.unwrap().faults[0].contains("cannot be read"));
        assert_eq!(clone.state().kinds, 515);
    }
}
