//! What recognises: the trait, and the loop that serves it to the other end of a pipe. Only a recogniser's own
//! process uses these; the service itself knows no model, so that an abort inside a model's library ends nobody's
//! call.

use std::io::{Read, Write};

use super::protocol::{self, Hello, Outcome, ProtocolError, Reply, Request, RequestHeader, Transcript};

/// Turns sound into words, one request at a time.
///
/// Every request holds all the sound it is about, so that any process can answer it: one that was started a moment
/// ago, or another than the one that had the request before. A recogniser may keep what makes it quicker, never what
/// changes its answer.
///
/// A streaming engine fits in so: it keeps one stream for each call and channel of the header. A partial whose
/// `start_sample` is the stream's, and whose `end_sample` lies beyond what the stream has taken, costs only the new
/// samples, as both are places on the call's own clock; any other begins a stream anew with the whole sound. A final
/// ends the stream, with the engine's last words or, with an engine of finals beside it, from the same sound.
pub trait Recogniser {
    /// Recognises 16 kHz sound of at most the manifest's `max_segment_ms`.
    ///
    /// # Errors
    /// Where it failed on this sound; it can be asked again.
    fn recognise(
        &mut self,
        header: &RequestHeader,
        pcm_16k: &[i16],
    ) -> Result<Transcript, Box<dyn std::error::Error>>;
}

/// Says that the recogniser is ready, then answers requests until the input ends.
///
/// # Errors
/// A broken pipe, or something on it that is not a request.
pub fn serve(
    name: &str,
    recogniser: &mut dyn Recogniser,
    input: &mut impl Read,
    output: &mut impl Write,
) -> Result<(), ProtocolError> {
    let hello = Hello { ready: true, name: name.to_owned(), version: protocol::VERSION, error: None };
    protocol::write_message(output, &hello)?;
    while let Some(request) = Request::read(input)? {
        let outcome = match recogniser.recognise(&request.header, &request.pcm_16k) {
            Ok(transcript) => Outcome::Heard(transcript),
            Err(error) => Outcome::Failed { error: error.to_string() },
        };
        protocol::write_message(output, &Reply { id: request.header.id, outcome })?;
    }
    Ok(())
}

/// Says why there is no recogniser.
///
/// # Errors
/// A broken pipe.
pub fn refuse(name: &str, reason: &str, output: &mut impl Write) -> Result<(), ProtocolError> {
    let (name, error) = (name.to_owned(), Some(reason.to_owned()));
    protocol::write_message(output, &Hello { ready: false, name, version: protocol::VERSION, error })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::domain::{CallId, Channel, SamplePosition};

    /// Hears the number of samples; fails on none.
    struct Counter;

    impl Recogniser for Counter {
        fn recognise(
            &mut self,
            _header: &RequestHeader,
            pcm_16k: &[i16],
        ) -> Result<Transcript, Box<dyn std::error::Error>> {
            if pcm_16k.is_empty() {
                return Err("nothing to hear".into());
            }
            let text = pcm_16k.len().to_string();
            Ok(Transcript { text, confidence: 1.0, ..Transcript::default() })
        }
    }

    #[test]
    fn requests_are_answered_in_order_and_a_failure_ends_nothing() {
        let header = |id| RequestHeader {
            id,
            call_id: CallId::new(),
            channel: Channel::Caller,
            kind: protocol::RequestKind::Final,
            start_sample: SamplePosition(0),
            end_sample: SamplePosition(1),
            language: Some("zh".to_owned()),
            bias: Vec::new(),
        };
        let requests = [(1, vec![1; 3]), (2, vec![]), (3, vec![1; 5])];
        let input: Vec<u8> = requests
            .into_iter()
            .flat_map(|(id, pcm_16k)| Request { header: header(id), pcm_16k }.encode().unwrap())
            .collect();
        let mut output = Vec::new();
        serve("counter", &mut Counter, &mut input.as_slice(), &mut output).unwrap();
        let mut output = output.as_slice();
        let hello: Hello = protocol::read_message(&mut output).unwrap().unwrap();
        assert!(hello.ready && hello.name == "counter");
        let mut replies = Vec::new();
        while let Some(reply) = protocol::read_message::<Reply>(&mut output).unwrap() {
            replies.push((reply.id, matches!(reply.outcome, Outcome::Heard(_))));
        }
        assert_eq!(replies, [(1, true), (2, false), (3, true)]);
    }
}
