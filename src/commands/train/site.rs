//! `jiesu train categories --site`: learns from this site's confirmed tickets, and puts the new model in use only
//! where it is better than the one that is.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use jiff::Timestamp;

use crate::config::Config;
use crate::domain::{
    Call, CallDirection, CallId, CallState, Channel, RecordingState, SamplePosition, Talk, Turn, TurnId,
    TurnStatus,
};
use crate::learning::categories::{examples, train};
use crate::learning::site::{Answer, Comparison, Example, Learner, Versions, gather, learn};
use crate::store::Store;
use crate::understanding::classifier::Classifier;
use crate::understanding::{Understanding, model_beside};

/// A category with fewer examples is not learnt yet.
const LEAST_EXAMPLES: usize = 5;

/// Learns, compares, and promotes what is better.
///
/// # Errors
/// No database, too few tickets, a folder of models that cannot be written.
pub(super) fn run(config: &Path) -> anyhow::Result<ExitCode> {
    let config = Config::read(config)?;
    let taxonomy = &config.hotline.taxonomy;
    let model = model_beside(taxonomy);
    let city = Understanding::load(taxonomy, &config.hotline.gazetteer)?;
    let site = of_the_site(&config, &city)?;
    println!("{} confirmed tickets can be learnt from", site.len());
    let bundled = bundled(taxonomy, &city)?;
    // Compared as they are used: beside the taxonomy's words.
    let in_use = answers(city);
    let open = |bytes: &[u8]| -> anyhow::Result<Answer<'_>> {
        let model = Classifier::from_bytes(bytes).map_err(anyhow::Error::msg)?;
        Ok(answers(Understanding::load(taxonomy, &config.hotline.gazetteer)?.with_model(Some(model))))
    };
    let learnt = learn(site, bundled, &in_use, &Learner { train: &learnt, open: &open })?;
    println!("{}", told(&learnt.comparison));
    if !learnt.comparison.is_better() {
        println!("the new model is not better; the one in use stays");
        return Ok(ExitCode::SUCCESS);
    }
    let mut versions = Versions::open(&model)?;
    let version = versions.promote(&learnt.model, learnt.comparison, learnt.learnt_from, Timestamp::now())?;
    println!(
        "version {} is in use, also by a service that is running; `jiesu model categories rollback` goes back",
        version.number
    );
    Ok(ExitCode::SUCCESS)
}

fn of_the_site(config: &Config, city: &Understanding) -> anyhow::Result<Vec<Example>> {
    let database = config.storage.database();
    ensure!(database.exists(), "there is no database at {}", database.display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = Store::open(&database)
            .await
            .with_context(|| format!("{} cannot be opened", database.display()))?;
        let examples = gather(&store, city).await;
        store.close().await;
        Ok(examples?)
    })
}

/// The examples that came with the taxonomy, in the folder `examples` beside it, of the categories it still has.
fn bundled(taxonomy: &Path, city: &Understanding) -> anyhow::Result<Vec<Example>> {
    let folder = taxonomy.with_file_name("examples");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let known = |label: &str| city.taxonomy().category(&label.into()).is_some();
    let all = examples::read(&folder)?.into_iter().filter(|example| known(&example.label));
    Ok(all
        .map(|example| Example { title: String::new(), body: example.body, label: example.label })
        .collect())
}

/// A model's bytes, of the categories that have enough examples.
fn learnt(all: &[Example]) -> anyhow::Result<Vec<u8>> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    all.iter().for_each(|example| *counts.entry(&example.label).or_default() += 1);
    let enough = |example: &&Example| counts.get(example.label.as_str()) >= Some(&LEAST_EXAMPLES);
    let examples: Vec<_> = (all.iter().filter(enough))
        .map(|example| examples::Example { body: example.body.clone(), label: example.label.clone() })
        .collect();
    Ok(train(&examples)?.to_bytes()?)
}

/// What the draft of a call shows first where the caller says just that.
fn answers(city: Understanding) -> Answer<'static> {
    Box::new(move |text| first_guess(&city, text))
}

fn first_guess(city: &Understanding, text: &str) -> Option<String> {
    let call = Call {
        id: CallId::new(),
        state: CallState::Ended,
        caller_number: String::new(),
        called_number: String::new(),
        seat: None,
        agent: None,
        language: None,
        started_at: Timestamp::UNIX_EPOCH,
        answered_at: None,
        queued_at: None,
        bridged_at: None,
        ended_at: None,
        end_cause: None,
        recording: RecordingState::None,
        talk: Talk::default(),
        about: None,
        rating: None,
        direction: CallDirection::Incoming,
        revision: 0,
    };
    let turn = Turn {
        id: TurnId::new(),
        call_id: call.id,
        channel: Channel::Caller,
        start_sample: SamplePosition(0),
        end_sample: SamplePosition(0),
        text: text.to_owned(),
        words: Vec::new(),
        confidence: 1.0,
        status: TurnStatus::Recognised,
    };
    city.draft(&call, &[turn]).categories.first().map(|guess| guess.code.0.clone())
}

fn told(comparison: &Comparison) -> String {
    let Comparison { held_out, new, in_use, wins, losses } = comparison;
    format!(
        "on {held_out} held-out tickets the new model is right in {:.1} % (macro-F1 {:.3}), the one in use in {:.1} % \
         (macro-F1 {:.3}); only the new one {wins} times, only the other {losses} times",
        100.0 * new.accuracy,
        new.macro_f1,
        100.0 * in_use.accuracy,
        in_use.macro_f1
    )
}
