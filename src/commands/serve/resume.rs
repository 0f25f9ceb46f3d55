//! What a stop in mid-call left open, put right at the next start: recordings are closed, their calls ended, and
//! the sound that no turn covers yet goes to the recognisers again.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinHandle;

use super::switchboard::Switchboard;
use crate::audio::wav::Wav;
use crate::call::Desk;
use crate::call::recording::{self, Recovered};
use crate::domain::{
    Call, CallState, Channel, EndCause, EventKind, RecordingState, SamplePosition, Talk, Turn,
};
use crate::store::Store;

/// Samples handed to the recogniser's front end at a time: one second.
const PIECE_SAMPLES: usize = 8_000;

/// Closes what is open and ends its calls; the task that is returned recognises what was not recognised yet.
///
/// # Errors
/// Where the folder of the recordings cannot be read, or the database fails.
pub(super) async fn resume(
    store: &Store,
    recordings: &Path,
    switchboard: &Arc<Switchboard>,
) -> Result<JoinHandle<()>> {
    let found = recording::recover(recordings)?;
    for (call_id, error) in &found.failed {
        tracing::error!(call.id = %call_id, %error, "a recording that was open stays as it is");
    }
    let mut unheard = Vec::new();
    for mut call in store.for_service().open_calls().await? {
        let recovered = match found.recovered.iter().find(|recording| recording.call_id == call.id) {
            Some(recovered) => Some(recovered.clone()),
            // The service stopped after closing the recording and before writing that down.
            None => recording::closed(recordings, call.id)?,
        };
        end(&mut call, recovered.as_ref());
        switchboard.record(Some(call.id), EventKind::Call { call: Box::new(call.clone()) });
        let turns =
            store.for_service().stored_draft(call.id).await?.map_or_else(Vec::new, |stored| stored.turns);
        tracing::warn!(call.id = %call.id, recorded = recovered.is_some(), "a call was cut off by the last stop");
        if let Some(recovered) = recovered {
            unheard.push((call, recovered, turns));
        }
    }
    let switchboard = switchboard.clone();
    Ok(tokio::spawn(async move {
        for (call, recovered, turns) in unheard.into_iter().filter(|_| switchboard.speech.listens()) {
            recognise(&switchboard, &call, &recovered, &turns).await;
        }
    }))
}

/// The call as it ended: with its sound, where there is any.
fn end(call: &mut Call, recovered: Option<&Recovered>) {
    let recorded_ms = recovered.map_or(0, |recording| SamplePosition(recording.samples).as_ms());
    let lasted = SignedDuration::from_millis(i64::try_from(recorded_ms).unwrap_or(i64::MAX));
    let began = call.answered_at.unwrap_or(call.started_at);
    call.state = CallState::Ended;
    call.talk = Talk::default();
    call.revision += 1;
    call.ended_at = Some(began.checked_add(lasted).unwrap_or(Timestamp::MAX));
    call.end_cause = Some(EndCause::ServiceStopped);
    call.recording = match recovered {
        Some(Recovered { samples, sha256, .. }) => {
            RecordingState::Closed { samples: *samples, sha256: sha256.clone(), recovered: true }
        }
        None if call.recording == RecordingState::Open => RecordingState::Failed,
        None => RecordingState::None,
    };
}

/// Sends to the recognisers what each channel said after its last turn.
async fn recognise(switchboard: &Switchboard, call: &Call, recovered: &Recovered, turns: &[Turn]) {
    let wav = match Wav::read(&recovered.path) {
        Ok(wav) => wav,
        Err(error) => return tracing::error!(call.id = %call.id, %error, "a recording cannot be heard again"),
    };
    let sound = Channel::BOTH.into_iter().filter_map(|channel| {
        let said = turns.iter().filter(|turn| turn.channel == channel);
        let from = said.map(|turn| turn.end_sample).max().unwrap_or_default();
        let samples = wav.channels.get(channel.index())?;
        Some(pieces(channel, samples, usize::try_from(from.0).unwrap_or(usize::MAX)))
    });
    let language = call.language.clone().into();
    for turn in switchboard.speech.transcribe_in(call.id, language, sound.flatten()).await {
        switchboard.record(Some(call.id), EventKind::Turn { turn: turn.clone() });
        switchboard.draft(call, &turn);
    }
}

fn pieces(
    channel: Channel,
    samples: &[i16],
    from: usize,
) -> impl Iterator<Item = (Channel, SamplePosition, Vec<i16>)> {
    let unheard = samples.get(from..).unwrap_or_default();
    unheard
        .chunks(PIECE_SAMPLES)
        .enumerate()
        .map(move |(n, piece)| (channel, SamplePosition((from + n * PIECE_SAMPLES) as u64), piece.to_vec()))
}
