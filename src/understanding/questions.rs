//! What the agent should still ask: which part of the address is missing. In: the place as far as it is known. Out:
//! [`Question`]s, the most needed first.

use super::place::{Known, Part, Place};
use super::transcript::Transcript;
use crate::domain::{FieldKey, MissingPart, Question};

/// A caller who has said so many lines without a place is asked for it.
const LINES_WITHOUT_A_PLACE: usize = 2;

/// The questions about the place.
pub(super) fn questions(transcript: &Transcript<'_>, place: Option<&Place>) -> Vec<Question> {
    let missing = match place {
        Some(place) => missing_parts(&place.parts),
        None if transcript.caller_lines().count() >= LINES_WITHOUT_A_PLACE => {
            vec![(MissingPart::Place, String::new())]
        }
        None => Vec::new(),
    };
    let question = |(missing, about)| Question { field: FieldKey::Place, missing, about };
    missing.into_iter().map(question).collect()
}

fn missing_parts(parts: &[Known]) -> Vec<(MissingPart, String)> {
    let of = |wanted: Part| parts.iter().find(|known| known.part == wanted);
    let has = |wanted: Part| of(wanted).is_some();
    let about = |known: &Known| known.text.clone();
    let inside = has(Part::Building) || has(Part::Entrance) || has(Part::Floor) || has(Part::Room);
    let mut missing = Vec::new();
    if let Some(landmark) = parts.iter().find(|known| known.unnamed) {
        missing.push((MissingPart::LandmarkName, about(landmark)));
    }
    if let Some(crossing) = parts.iter().find(|known| known.lacks_a_road) {
        missing.push((MissingPart::OtherRoad, about(crossing)));
    }
    let area = of(Part::Estate)
        .or_else(|| of(Part::Road))
        .or_else(|| of(Part::Landmark))
        .or_else(|| of(Part::Community));
    match (area, of(Part::Estate), of(Part::Road)) {
        (None, ..) => {
            let unit = of(Part::Unit).or_else(|| of(Part::District));
            missing.push((MissingPart::Area, unit.map(about).unwrap_or_default()));
        }
        (_, Some(estate), _) if !inside && !has(Part::Number) && !has(Part::Beside) => {
            missing.push((MissingPart::Building, about(estate)));
        }
        (_, None, Some(road)) if is_bare(road, parts) => missing.push((MissingPart::Number, about(road))),
        _ => {}
    }
    if let Some(building) = of(Part::Building).filter(|_| !has(Part::Room)) {
        missing.push((MissingPart::Room, about(building)));
    }
    if !has(Part::Unit) {
        missing.push((MissingPart::Unit, String::new()));
    }
    missing
}

/// Whether a road says no more than its name: no number, crossing, landmark or side.
fn is_bare(road: &Known, parts: &[Known]) -> bool {
    !road.is_crossing && parts.iter().all(|known| !known.part.is_precise())
}
