//! Turns written down: as lines, as JSON, as SubRip subtitles.

use std::borrow::Cow;

use crate::domain::{Channel, SamplePosition, Turn, TurnStatus};

/// Stands where the recogniser failed.
const NOT_RECOGNISED: &str = "(not recognised)";

/// How turns are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A line a turn.
    Text,
    /// All there is of each turn.
    Json,
    /// `HH:MM:SS,mmm --> HH:MM:SS,mmm` and the text.
    Srt,
}

impl Form {
    /// Writes turns of a recording with so many channels.
    ///
    /// # Errors
    /// Where JSON fails.
    pub(super) fn write(self, turns: &[Turn], channels: usize) -> Result<String, serde_json::Error> {
        match self {
            Self::Text => Ok(turns.iter().map(line).collect()),
            Self::Json => Ok(serde_json::to_string_pretty(turns)? + "\n"),
            Self::Srt => Ok(turns
                .iter()
                .enumerate()
                .map(|(index, turn)| subtitle(index + 1, turn, channels > 1))
                .collect()),
        }
    }
}

fn line(turn: &Turn) -> String {
    let seconds = |at: SamplePosition| at.as_ms() as f64 / 1_000.0;
    let (start, end) = (seconds(turn.start_sample), seconds(turn.end_sample));
    format!("{start:8.2} {end:8.2}  {:6}  {}\n", speaker(turn), text(turn))
}

fn subtitle(number: usize, turn: &Turn, says_who: bool) -> String {
    let who = if says_who { format!("{}: ", speaker(turn)) } else { String::new() };
    let (start, end) = (time(turn.start_sample), time(turn.end_sample));
    format!("{number}\n{start} --> {end}\n{who}{}\n\n", text(turn))
}

fn time(at: SamplePosition) -> String {
    let ms = at.as_ms();
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02},{:03}", ms % 1_000)
}

fn speaker(turn: &Turn) -> &'static str {
    match turn.channel {
        Channel::Caller => "caller",
        Channel::Agent => "agent",
    }
}

fn text(turn: &Turn) -> Cow<'_, str> {
    match turn.status {
        TurnStatus::Recognised => turn.text.as_str().into(),
        TurnStatus::Suppressed => format!("(probably misheard: {})", turn.text).into(),
        TurnStatus::Unrecognised => NOT_RECOGNISED.into(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::domain::{CallId, TurnId};

    fn turn(channel: Channel, start_ms: u64, end_ms: u64, text: &str) -> Turn {
        Turn {
            id: TurnId::new(),
            call_id: CallId::new(),
            channel,
            start_sample: SamplePosition::from_ms(start_ms),
            end_sample: SamplePosition::from_ms(end_ms),
            text: text.to_owned(),
            words: Vec::new(),
            confidence: 1.0,
            status: if text.is_empty() { TurnStatus::Unrecognised } else { TurnStatus::Recognised },
        }
    }

    #[test]
    fn subtitles_have_numbers_times_of_hours_and_speakers() {
        let turns = [
            turn(Channel::Agent, 1_005, 2_999, "您好。"),
            turn(Channel::Caller, 3_599_999, 3_661_500, "路灯不亮。"),
            turn(Channel::Caller, 100 * 3_600_000, 100 * 3_600_000 + 1, ""),
        ];
        assert_eq!(
            Form::Srt.write(&turns, 2).unwrap(),
            "1\n00:00:01,005 --> 00:00:02,999\nagent: 您好。\n\n\
             2\n00:59:59,999 --> 01:01:01,500\ncaller: 路灯不亮。\n\n\
             3\n100:00:00,000 --> 100:00:00,001\ncaller: (not recognised)\n\n"
        );
        assert!(
            Form::Srt.write(&turns[..1], 1).unwrap().ends_with("\n您好。\n\n"),
            "one channel, one speaker"
        );
    }

    #[test]
    fn a_line_has_seconds_and_speaker() {
        let turns = [turn(Channel::Agent, 1_000, 2_500, "您好。")];
        assert_eq!(Form::Text.write(&turns, 2).unwrap(), "    1.00     2.50  agent   您好。\n");
    }
}
