//! Asks a model about texts whose labels are known; or makes one for each fold of a set, and asks it about the fold
//! it has not seen.

use std::time::{Duration, Instant};

use super::examples::Example;
use super::figures::{Answer, accuracy, by_label, calibration_error, confusion, macro_f1, share, sure_from};
use super::folds::folds;
use super::report::{Coverage, Curve, Report};
use super::spoil::{first, spoilt};
use super::train::{TrainError, train};
use crate::understanding::classifier::{Classifier, Labels, counts};

const FIRST_CHARS: [usize; 4] = [20, 40, 80, 160];
const WRONG_SHARES: [f64; 3] = [0.05, 0.10, 0.20];
/// Of the wrong characters.
const SEED: u64 = 1;
const PRECISIONS: [f32; 3] = [0.95, 0.98, 0.99];

/// A model and the texts it is asked about, by their place in the set.
struct Asked<'m> {
    model: &'m Classifier,
    texts: Vec<usize>,
}

/// Figures of a model on a set.
#[must_use]
pub fn of_model(model: &Classifier, bytes: usize, examples: &[Example]) -> Report {
    let asked = [Asked { model, texts: (0..examples.len()).collect() }];
    measure(&asked, examples, bytes, None)
}

/// Figures of as many models as there are folds, each on the fold it has not seen. `done` is told of each that is made.
///
/// # Errors
/// [`TrainError`], where a fold leaves too little to learn from.
pub fn across_folds(examples: &[Example], count: usize, mut done: impl FnMut()) -> Result<Report, TrainError> {
    let labels = Labels::of(examples.iter().map(|example| example.label.as_str()));
    let texts: Vec<&str> = examples.iter().map(|example| example.body.as_str()).collect();
    let fold_of = folds(&texts, &places(&labels, examples), count);
    let mut models = Vec::new();
    let mut slowest = Duration::ZERO;
    for fold in 0..count {
        let seen = examples.iter().zip(&fold_of).filter(|(_, other)| **other != fold);
        let seen: Vec<Example> = seen.map(|(example, _)| example.clone()).collect();
        let start = Instant::now();
        models.push(train(&seen)?);
        slowest = slowest.max(start.elapsed());
        done();
    }
    let asked: Vec<Asked<'_>> = (models.iter().enumerate())
        .map(|(fold, model)| {
            let texts = (0..examples.len()).filter(|text| fold_of[*text] == fold).collect();
            Asked { model, texts }
        })
        .collect();
    let bytes = models.iter().filter_map(|model| model.to_bytes().ok()).map(|bytes| bytes.len()).max();
    Ok(measure(&asked, examples, bytes.unwrap_or_default(), Some(slowest)))
}

/// The place of each example's label.
fn places(labels: &Labels, examples: &[Example]) -> Vec<usize> {
    let place = |example: &Example| labels.names.binary_search(&example.label).unwrap_or_default();
    examples.iter().map(place).collect()
}

fn measure(asked: &[Asked<'_>], examples: &[Example], model_bytes: usize, training: Option<Duration>) -> Report {
    // The set may have labels that the model has not, and the other way round.
    let known = asked.iter().flat_map(|asked| asked.model.labels()).map(String::as_str);
    let labels = Labels::of(known.chain(examples.iter().map(|example| example.label.as_str())));
    let place = places(&labels, examples);
    let bodies: Vec<&str> = examples.iter().map(|example| example.body.as_str()).collect();
    let start = Instant::now();
    let answers = answers(asked, &labels, &place, &bodies);
    let took = start.elapsed();
    let all: Vec<Answer> = answers.iter().flatten().cloned().collect();
    let curve = |name: String, texts: Vec<String>| {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let answers: Vec<Answer> = self::answers(asked, &labels, &place, &texts).into_iter().flatten().collect();
        let figures = by_label(&confusion(&answers, labels.names.len()), &labels.names);
        Curve { texts: name, accuracy: accuracy(&answers), macro_f1: macro_f1(&figures) }
    };
    let confusion = confusion(&all, labels.names.len());
    let figures = by_label(&confusion, &labels.names);
    let class = |label: usize| labels.class_of[label];
    Report {
        texts: all.len(),
        accuracy: accuracy(&all),
        among_two: share(all.iter().filter(|answer| answer.among_two).count(), all.len()),
        class_accuracy: (!labels.classes.is_empty()).then(|| {
            share(all.iter().filter(|answer| class(answer.label) == class(answer.told)).count(), all.len())
        }),
        macro_f1: macro_f1(&figures),
        labels: figures,
        confusion,
        calibration_error: calibration_error(&all),
        coverage: PRECISIONS.into_iter().map(|precision| coverage(asked, &answers, &all, precision)).collect(),
        first_characters: (FIRST_CHARS.into_iter())
            .map(|chars| curve(chars.to_string(), bodies.iter().map(|text| first(text, chars)).collect()))
            .collect(),
        wrong_characters: (WRONG_SHARES.into_iter())
            .map(|share| curve(format!("{:.0} %", share * 100.0), spoilt(&bodies, share, SEED)))
            .collect(),
        milliseconds_per_text: took.as_secs_f64() * 1e3 / all.len().max(1) as f64,
        model_bytes,
        training_seconds: training.map(|training| training.as_secs_f64()),
    }
}

/// For each model its answers.
fn answers(asked: &[Asked<'_>], labels: &Labels, place: &[usize], texts: &[&str]) -> Vec<Vec<Answer>> {
    let of = |asked: &Asked<'_>| {
        let places: Vec<usize> =
            asked.model.labels().iter().map(|label| labels.names.binary_search(label).unwrap_or_default()).collect();
        let answer = |text: &usize| {
            let own = asked.model.confidences(&asked.model.scores(&counts(texts[*text])));
            let mut confidences = vec![0.0; labels.names.len()];
            places.iter().zip(own).for_each(|(place, confidence)| confidences[*place] = confidence);
            Answer::new(place[*text], confidences)
        };
        asked.texts.iter().map(answer).collect()
    };
    asked.iter().map(of).collect()
}

fn coverage(asked: &[Asked<'_>], answers: &[Vec<Answer>], all: &[Answer], precision: f32) -> Coverage {
    let sure: Vec<&Answer> = (asked.iter().zip(answers))
        .filter_map(|(asked, answers)| Some((asked.model.sure_from(precision)?, answers)))
        .flat_map(|(least, answers)| answers.iter().filter(move |answer| answer.confidence >= least))
        .collect();
    let right = sure.iter().filter(|answer| answer.right()).count();
    let best = sure_from(all, precision);
    let at_best = all.iter().filter(|answer| best.is_some_and(|best| answer.confidence >= best)).count();
    Coverage {
        precision,
        covered: share(sure.len(), all.len()),
        precision_reached: share(right, sure.len()),
        covered_by_hindsight: share(at_best, all.len()),
    }
}
