//! What the same recogniser makes of each turn in one piece, cut where the reference says: the best that streaming
//! could do.

use crate::domain::{CallId, Channel, SAMPLE_RATE_HZ, SamplePosition, TurnStatus};
use crate::speech::{LanguageChoice, Speech};

use super::set::{Recording, Said};

/// Sound kept before a turn and after it, as the service keeps it.
const BEFORE_MS: u64 = 300;
const AFTER_MS: u64 = 200;

/// The texts of a recording's channels. A turn longer than the model's window is cut at its own pauses, into as few
/// pieces as will do; where no pause is known it is heard as the service hears a recording.
pub(super) async fn recognised(speech: &Speech, recording: &Recording, window_ms: u64) -> Vec<String> {
    let mut texts = vec![String::new(); recording.channels.len()];
    let (call_id, language) = (CallId::new(), recording.spoken(speech.language()));
    for turn in &recording.turns {
        let Some(pcm) = recording.channels.get(turn.channel.index()) else { continue };
        let text = &mut texts[turn.channel.index()];
        let add = |text: &mut String, heard: &str| {
            text.push_str(heard);
            text.push(' ');
        };
        for (start_ms, end_ms) in pieces(turn, window_ms.saturating_sub(BEFORE_MS + AFTER_MS)) {
            let (start, sound) = cut(pcm, start_ms, end_ms);
            if end_ms - start_ms + BEFORE_MS + AFTER_MS <= window_ms {
                let heard = speech.recognise_whole(call_id, turn.channel, start, sound, &language).await;
                let heard = heard.filter(|turn| turn.status == TurnStatus::Recognised);
                add(text, heard.as_ref().map_or("", |turn| turn.text.as_str()));
            } else {
                for turn in as_recorded(speech, (turn.channel, &language), start, sound).await {
                    add(text, &turn);
                }
            }
        }
    }
    texts
}

async fn as_recorded(
    speech: &Speech,
    (channel, language): (Channel, &LanguageChoice),
    start: SamplePosition,
    sound: &[i16],
) -> Vec<String> {
    const SECOND: usize = SAMPLE_RATE_HZ as usize;
    let pieces = sound
        .chunks(SECOND)
        .enumerate()
        .map(|(index, piece)| (channel, SamplePosition(start.0 + (index * SECOND) as u64), piece.to_vec()));
    let turns = speech.transcribe_in(CallId::new(), language.clone(), pieces).await;
    let heard = turns.into_iter().filter(|turn| turn.status == TurnStatus::Recognised);
    heard.map(|turn| turn.text).collect()
}

/// A turn's parts, joined while they fit.
fn pieces(turn: &Said, most_ms: u64) -> Vec<(u64, u64)> {
    if turn.end_ms - turn.start_ms <= most_ms || turn.parts.is_empty() {
        return vec![(turn.start_ms, turn.end_ms)];
    }
    let mut pieces: Vec<(u64, u64)> = Vec::new();
    for part in &turn.parts {
        match pieces.last_mut() {
            Some((start, end)) if part.end_ms.saturating_sub(*start) <= most_ms => *end = part.end_ms,
            _ => pieces.push((part.start_ms, part.end_ms)),
        }
    }
    pieces
}

/// The sound of a stretch with what is kept around it.
fn cut(pcm: &[i16], start_ms: u64, end_ms: u64) -> (SamplePosition, &[i16]) {
    let at = |ms: u64| usize::try_from(SamplePosition::from_ms(ms).0).unwrap_or(usize::MAX).min(pcm.len());
    let (start, end) = (at(start_ms.saturating_sub(BEFORE_MS)), at(end_ms + AFTER_MS));
    (SamplePosition(start as u64), &pcm[start..end])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::super::set::Part;
    use super::*;

    #[test]
    fn a_turn_over_the_window_is_cut_at_its_pauses_into_few_pieces() {
        let part = |start_ms, end_ms| Part { start_ms, end_ms };
        let turn = |parts: Vec<Part>| Said {
            channel: Channel::Caller,
            start_ms: 1_000,
            end_ms: 11_000,
            text: String::new(),
            parts,
        };
        let spoken =
            turn(vec![part(1_000, 3_000), part(3_200, 5_500), part(6_000, 8_000), part(8_100, 11_000)]);
        assert_eq!(pieces(&spoken, 5_000), [(1_000, 5_500), (6_000, 11_000)]);
        assert_eq!(pieces(&spoken, 10_000), [(1_000, 11_000)]);
        assert_eq!(pieces(&turn(Vec::new()), 5_000), [(1_000, 11_000)]);
    }

    #[test]
    fn the_sound_around_a_turn_is_kept_where_there_is_any() {
        let pcm = vec![0; 16_000];
        let (start, sound) = cut(&pcm, 100, 1_000);
        assert_eq!((start, sound.len()), (SamplePosition(0), 9_600));
        let (start, sound) = cut(&pcm, 1_000, 1_950);
        assert_eq!((start, sound.len()), (SamplePosition(5_600), 16_000 - 5_600));
    }
}
