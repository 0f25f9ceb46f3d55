//! One SIP leg in the hands of the session that owns it. Dropping it hangs it up.

use std::future::pending;

use jiesu_sip::endpoint::{IncomingCall, LegEnd, LegId};
use tokio::sync::mpsc;

use super::driver::Command;

/// What happened to a leg.
#[derive(Debug, Clone, PartialEq)]
pub enum LegEvent {
    /// Outgoing: the phone rings (180), or something else provisional happened.
    Progress {
        /// 101–199.
        status: u16,
        /// Their session description, where sound comes before the answer.
        body: Option<Vec<u8>>,
    },
    /// Outgoing: answered.
    Answered {
        /// Their session description.
        body: Option<Vec<u8>>,
    },
    /// Incoming: our answer arrived.
    Established {
        /// Their answer, where the INVITE held no offer.
        body: Option<Vec<u8>>,
    },
    /// They want to change the session, as for a hold: accept or reject it.
    Reoffered {
        /// Their offer; nothing where they want ours.
        offer: Option<Vec<u8>>,
    },
    /// Our answer to their change arrived.
    ReofferAcknowledged {
        /// Their answer, where the re-INVITE held no offer.
        body: Option<Vec<u8>>,
    },
    /// They took their change back.
    ReofferCancelled,
    /// They answered a change of ours.
    ReinviteAnswered {
        /// The final status.
        status: u16,
        /// Their answer.
        body: Option<Vec<u8>>,
    },
    /// It is over; nothing follows.
    Ended(LegEnd),
}

/// A call that came in, waiting to be answered.
#[derive(Debug)]
pub struct IncomingLeg {
    /// Its leg; answer it with [`Leg::progress`], [`Leg::accept`] or [`Leg::reject`].
    pub leg: Leg,
    /// Who calls whom, and the offer.
    pub call: IncomingCall,
}

/// One leg: its commands, and the events it receives.
#[derive(Debug)]
pub struct Leg {
    id: LegId,
    commands: mpsc::Sender<Command>,
    events: mpsc::Receiver<LegEvent>,
    over: bool,
}

impl Leg {
    pub(super) fn new(id: LegId, commands: mpsc::Sender<Command>, events: mpsc::Receiver<LegEvent>) -> Self {
        Self { id, commands, events, over: false }
    }

    /// Its identity, for the logs.
    #[must_use]
    pub fn id(&self) -> LegId {
        self.id
    }

    /// True once it ended; no event follows.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// The next event; after [`LegEvent::Ended`] it waits for ever. Cancel-safe.
    pub async fn next(&mut self) -> LegEvent {
        if self.over {
            return pending().await;
        }
        // Closed without a last word: the gateway stopped, or hung the leg up because nobody read its events.
        let event = self.events.recv().await.unwrap_or(LegEvent::Ended(LegEnd::LocalHangup));
        self.over = matches!(event, LegEvent::Ended(_));
        event
    }

    /// Incoming: says 180 Ringing, or 183 with a session description.
    pub async fn progress(&self, status: u16, body: Option<Vec<u8>>) {
        self.command(Command::Progress { leg: self.id, status, body }).await;
    }

    /// Answers an INVITE or re-INVITE with 200 and our session description.
    pub async fn accept(&self, body: Vec<u8>) {
        self.command(Command::Accept { leg: self.id, body }).await;
    }

    /// Refuses an INVITE or re-INVITE.
    pub async fn reject(&self, status: u16, reason: &str) {
        self.command(Command::Reject { leg: self.id, status, reason: reason.to_owned() }).await;
    }

    /// Changes the session.
    pub async fn reinvite(&self, offer: Vec<u8>) {
        self.command(Command::Reinvite { leg: self.id, offer }).await;
    }

    /// Ends it: CANCEL, BYE or a refusal, as its state demands. [`LegEvent::Ended`] follows.
    pub async fn hang_up(&self) {
        self.command(Command::HangUp { leg: self.id }).await;
    }

    /// A command to a gateway that is gone is lost; the leg then learns so from its events.
    async fn command(&self, command: Command) {
        let _ = self.commands.send(command).await;
    }
}

impl Drop for Leg {
    fn drop(&mut self) {
        if !self.over {
            // Where the queue is full, the gateway's sweep finds that nobody reads the events any more.
            let _ = self.commands.try_send(Command::HangUp { leg: self.id });
        }
    }
}
