//! `jiesu model categories [list | rollback]`: the models of categories that this site learnt, and back to the one
//! before.

use std::fmt::Write as _;
use std::path::Path;

use clap::Subcommand;
use jiff::Timestamp;

use crate::learning::site::{Version, Versions};
use crate::understanding::model_beside;

#[derive(Debug, Default, Subcommand)]
pub(super) enum Categories {
    /// Lists the models that are kept, with their dates and figures, and says which is in use.
    #[default]
    List,
    /// Puts the model back in use whose place the present one took.
    Rollback,
}

impl Categories {
    /// Does what was asked for; `taxonomy` is the file that the model lies beside.
    pub(super) fn run(self, taxonomy: &Path) -> anyhow::Result<()> {
        let mut versions = Versions::open(&model_beside(taxonomy))?;
        match self {
            Self::List => {
                let in_use = versions.in_use()?.map(|version| version.number);
                print!("{}", table(versions.list(), in_use));
            }
            Self::Rollback => match versions.roll_back(Timestamp::now())? {
                Some(version) => println!("version {} is in use again", version.number),
                None => println!("no model is in use; the taxonomy's words serve alone"),
            },
        }
        Ok(())
    }
}

fn table(versions: &[Version], in_use: Option<u32>) -> String {
    if versions.is_empty() {
        return "this site has learnt no model yet; `jiesu train categories --site` learns one\n".to_owned();
    }
    let mut out = String::new();
    for version in versions {
        let mark = if in_use == Some(version.number) { "*" } else { " " };
        let day = version.at.strftime("%Y-%m-%d %H:%M UTC");
        let _ = write!(out, "{mark} {:>3}  {day}  ", version.number);
        let _ = match &version.comparison {
            None => write!(out, "found here"),
            Some(told) => write!(
                out,
                "learnt from {} tickets; on {} held out: right {:.1} % (before {:.1} %), macro-F1 {:.3} (before {:.3})",
                version.learnt_from,
                told.held_out,
                100.0 * told.new.accuracy,
                100.0 * told.in_use.accuracy,
                told.new.macro_f1,
                told.in_use.macro_f1,
            ),
        };
        if let Some(at) = version.rolled_back_at {
            let _ = write!(out, "; rolled back {}", at.strftime("%Y-%m-%d %H:%M UTC"));
        }
        out.push('\n');
    }
    out.push_str("* in use\n");
    out
}
