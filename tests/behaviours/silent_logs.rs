//! What callers say, their numbers and their names are in the database, and nowhere in the logs.

use crate::support::desk::Desk;
use crate::support::phone::PlacedCall;
use crate::support::script::Script;
use crate::support::service::Service;
use crate::support::settings::Settings;

/// So long a piece of a sentence tells who reads it what was said.
const TELLING_CHARS: usize = 4;

#[tokio::test]
async fn the_logs_hold_no_number_no_name_and_no_word_of_a_caller() {
    let script = Script::of("confidential_report");
    let expected = script.ticket.clone().expect("the call gives a ticket");
    let service = Service::start(Settings::reading(&["confidential_report"])).await;
    let agent = service.sign_in("agent").await;
    let placed = PlacedCall::of(&service, 0, "confidential_report");
    let id = agent.call_in("talking").await;
    placed.finish().await;
    agent
        .call_once(&id, "the draft is whole", |call| {
            call["call"]["state"] == "ended" && Desk::field(call, "phone") == expected.phone.as_deref()
        })
        .await;

    let log = service.log();
    assert!(log.contains(&id), "the call has its lines in the log, by its id:\n{log}");
    assert!(log.contains("DEBUG"), "even the most talkative log is silent about callers");
    assert!(!log.contains(&script.caller_number), "the caller's number");
    assert!(!log.contains(&expected.place), "the place");
    for part in script.turns.iter().flat_map(|turn| &turn.parts) {
        let words = part.text.trim_end_matches(|c: char| !c.is_alphanumeric());
        if words.chars().count() >= TELLING_CHARS {
            assert!(!log.contains(words), "`{words}`");
        }
    }
}
