//! What callers say, their numbers and their names are in the database, and nowhere in the logs; a caller who asks
//! for confidentiality is nowhere in what the department reads either.

use std::os::unix::fs::PermissionsExt;

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::desk::Desk;
use crate::support::eventually;
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
    let call = agent
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

    // The ticket, confirmed as the machine wrote it.
    let body = json!({ "on_revision": call["draft"]["revision"] });
    let (status, ticket) = agent.send(Method::POST, &format!("/api/calls/{id}/confirm"), Some(body)).await;
    assert!(status.is_success() && ticket["confidential"] == true, "{status} {ticket}");
    let clerk = service.sign_in("safety").await;
    let list = eventually("the department has the ticket", async || {
        let list = clerk.get("/api/tickets").await;
        (!list["items"].as_array()?.is_empty()).then_some(list)
    })
    .await;
    let read = clerk.get(&format!("/api/tickets/{}", ticket["id"].as_str().expect("an id"))).await;
    assert!(
        read["ticket"]["draft"]["fields"]["subject"]["value"].as_str().expect("a matter").contains("灭火器")
    );
    for read in [list.to_string(), read.to_string()] {
        for secret in ["宋", "17700001968", "幺七七", "\"evidence\":[{", "保密"] {
            assert!(!read.contains(secret), "`{secret}` in {read}");
        }
    }
    let (status, _) = clerk.send(Method::GET, &format!("/api/calls/{id}/recording"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    // Nor may another user of the machine read the voices and the words.
    for path in [service.data().join("recordings"), service.data().join("jiesu.db")] {
        let mode = std::fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is for nobody else", path.display());
    }
}
