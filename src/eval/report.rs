//! The figures of an evaluation, as JSON and as a table for a person.

use std::fmt;

use serde::Serialize;

use super::align::Errors;

/// All figures of a set.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The recogniser's name in the manifest.
    pub recogniser: String,
    /// `sound` or `real time`: what the clock was.
    pub clock: &'static str,
    /// Recordings heard.
    pub recordings: usize,
    /// Their length, all channels of one counted once, seconds.
    pub recorded_s: f64,
    /// Voice in them, each channel for itself, seconds.
    pub voiced_s: f64,
    /// Final turns.
    pub turns: usize,
    /// Of these, those that the recogniser failed on.
    pub unrecognised: usize,
    /// Turns kept from being read, for they were probably never said.
    pub suppressed: usize,
    /// By the real pipeline, as in a call.
    pub streaming: Rates,
    /// Each turn of the reference in one piece, by the same recogniser.
    pub offline: Rates,
    /// Normalised character error rate, streaming less offline, points of a hundred.
    pub streaming_minus_offline: Option<f64>,
    /// From the beginning of a turn's speech to its first words, milliseconds.
    pub first_words_ms: Spread,
    /// Turns whose first words were their final ones.
    pub turns_without_partial: usize,
    /// From the end of a turn's speech to its final words, milliseconds.
    pub final_ms: Spread,
    /// What was shown and did not stay.
    pub changes: Changes,
    /// What it cost; nothing where the system does not tell.
    pub cpu: Option<Cost>,
    /// What was asked of the recognisers.
    pub requests: Requests,
    /// Every recording for itself.
    pub each: Vec<Each>,
}

/// Character error rates.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Rates {
    /// Of all characters as they stand, punctuation included, spaces not.
    pub raw: Rate,
    /// Without punctuation, width, script, and how numbers are written.
    pub normalised: Rate,
    /// Of the numbers in what was said.
    pub numbers: Rate,
    /// Of the gazetteer's names in what was said.
    pub places: Rate,
}

/// A character error rate and what it is made of.
#[derive(Debug, Clone, Copy, Default, Serialize)]
#[serde(into = "RateShown")]
pub struct Rate(pub Errors);

#[derive(Serialize)]
struct RateShown {
    percent: Option<f64>,
    wrong: usize,
    said: usize,
}

impl From<Rate> for RateShown {
    fn from(Rate(errors): Rate) -> Self {
        Self { percent: errors.percent(), wrong: errors.wrong, said: errors.said }
    }
}

/// Where half and 95 of a hundred lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// The median.
    pub p50: Option<f64>,
    /// All but the largest twentieth are at most this.
    pub p95: Option<f64>,
    /// How many there are.
    pub count: usize,
}

/// What a reader saw change.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Changes {
    /// Characters shown and then changed or taken back.
    pub characters: usize,
    /// The same for each character of the final turns.
    pub for_each_final_character: Option<f64>,
    /// Of these, characters that had been said to stay.
    pub committed: usize,
}

/// CPU-seconds for each second of voice.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Cost {
    /// The recognisers' processes.
    pub recognisers: f64,
    /// This process: the front end, and the measuring itself.
    pub front_end: f64,
    /// Both.
    pub all: f64,
}

/// What was asked of the recognisers while streaming.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Requests {
    /// Partials.
    pub partials: usize,
    /// Finals.
    pub finals: usize,
    /// Their sound for each second of voice, seconds.
    pub sound_for_each_voiced_s: f64,
    /// How long finals waited for a recogniser, milliseconds.
    pub final_wait_ms: Spread,
    /// How long partials did.
    pub partial_wait_ms: Spread,
}

/// One recording's rates.
#[derive(Debug, Clone, Serialize)]
pub struct Each {
    /// Its name.
    pub name: String,
    /// Normalised, streaming.
    pub streaming: Rate,
    /// Normalised, offline.
    pub offline: Rate,
}

impl Spread {
    /// Of these values, by nearest rank.
    #[must_use]
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let count = values.len();
        let rank = |percent: usize| values.get((count * percent).div_ceil(100).max(1) - 1).copied();
        Self { p50: rank(50), p95: rank(95), count }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.percent() {
            Some(percent) => write!(to, "{percent:6.2} % ({} of {})", self.0.wrong, self.0.said),
            None => write!(to, "    - (none said)"),
        }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.p50, self.p95) {
            (Some(p50), Some(p95)) => write!(to, "p50 {p50:6.0} ms, p95 {p95:6.0} ms, of {}", self.count),
            _ => write!(to, "none"),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { streaming, offline, .. } = self;
        writeln!(
            to,
            "{} on {} recordings of {:.0} s, {:.1} s of voice; the clock is {}",
            self.recogniser, self.recordings, self.recorded_s, self.voiced_s, self.clock
        )?;
        let width = self.each.iter().map(|each| each.name.chars().count()).max().unwrap_or(0);
        for each in &self.each {
            writeln!(to, "  {:width$}  streaming {}  offline {}", each.name, each.streaming, each.offline)?;
        }
        writeln!(to, "character error rate       streaming                 offline")?;
        for (name, ours, whole) in [
            ("as written", streaming.raw, offline.raw),
            ("normalised", streaming.normalised, offline.normalised),
            ("numbers", streaming.numbers, offline.numbers),
            ("names of places", streaming.places, offline.places),
        ] {
            writeln!(to, "  {name:<22}{:<26}{whole}", ours.to_string())?;
        }
        if let Some(difference) = self.streaming_minus_offline {
            writeln!(to, "streaming less offline     {difference:+.2} points, normalised")?;
        }
        writeln!(
            to,
            "turns                      {}, of them unrecognised {}, suppressed {}",
            self.turns, self.unrecognised, self.suppressed
        )?;
        writeln!(to, "first words after begin    {}", self.first_words_ms)?;
        writeln!(to, "  of them the final        {}", self.turns_without_partial)?;
        writeln!(to, "final words after end      {}", self.final_ms)?;
        let Changes { characters, for_each_final_character, committed } = self.changes;
        let each = for_each_final_character.unwrap_or(0.0);
        writeln!(
            to,
            "characters that changed    {characters} ({each:.2} a final one), committed {committed}"
        )?;
        match self.cpu {
            Some(Cost { recognisers, front_end, all }) => writeln!(
                to,
                "CPU-s a voiced second      {all:.3} (recognisers {recognisers:.3}, front end {front_end:.4})"
            )?,
            None => writeln!(to, "CPU-s a voiced second      not told by this system")?,
        }
        let Requests { partials, finals, sound_for_each_voiced_s, final_wait_ms, partial_wait_ms } =
            self.requests;
        writeln!(
            to,
            "requests                   {partials} partials, {finals} finals; {sound_for_each_voiced_s:.2} s of \
             sound a voiced second"
        )?;
        writeln!(to, "finals waited              {final_wait_ms}")?;
        writeln!(to, "partials waited            {partial_wait_ms}")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn a_spread_is_by_nearest_rank() {
        let spread = Spread::of((1..=20).rev().map(f64::from).collect());
        assert_eq!((spread.p50, spread.p95, spread.count), (Some(10.0), Some(19.0), 20));
        assert_eq!(Spread::of(vec![7.0]), Spread { p50: Some(7.0), p95: Some(7.0), count: 1 });
        assert_eq!(Spread::of(Vec::new()), Spread { p50: None, p95: None, count: 0 });
    }
}
