//! The two calls of the demo, truly heard by the bundled recogniser, both at once.

use crate::support::desk::Desk;
use crate::support::eventually;
use crate::support::phone::PlacedCall;
use crate::support::script::Script;
use crate::support::service::Service;
use crate::support::settings::Settings;

#[tokio::test]
async fn two_calls_at_once_are_heard_and_become_drafts() {
    let service = Service::start(Settings::default()).await;
    let agent = service.sign_in("agent").await;
    let placed = [PlacedCall::of(&service, 0, "demo_1"), PlacedCall::of(&service, 1, "demo_2")];
    for call in placed {
        call.finish().await;
    }
    for id in ["demo_1", "demo_2"] {
        let script = Script::of(id);
        let expected = script.ticket.expect("a demo call gives a ticket");
        let call = eventually("the call is in the list", async || {
            let calls = agent.get("/api/calls").await;
            let found = calls["items"]
                .as_array()?
                .iter()
                .find(|item| item["call"]["caller_number"] == script.caller_number.as_str())?
                .clone();
            Some(found["call"]["id"].as_str()?.to_owned())
        })
        .await;
        let call = agent
            .call_once(&call, "the draft is whole", |call| {
                call["call"]["state"] == "ended" && Desk::field(call, "phone") == expected.phone.as_deref()
            })
            .await;
        assert_eq!(Desk::field(&call, "category"), Some(&*expected.category), "{id}");
        assert_eq!(Desk::field(&call, "urgency"), Some(&*expected.urgency), "{id}");
        // Of a name, a recogniser without the caller's register can write a character of like sound.
        let surname = |person: Option<&str>| person.and_then(|name| name.chars().next());
        assert_eq!(surname(Desk::field(&call, "person")), surname(expected.person.as_deref()), "{id}");
        // Every field of the machine says which words it came from, and they are in the transcript.
        let fields = call["draft"]["fields"].as_object().expect("fields");
        for (key, field) in fields {
            for evidence in field["evidence"].as_array().expect("evidence") {
                let turns = call["turns"].as_array().expect("turns");
                let turn = turns.iter().find(|turn| turn["id"] == evidence["turn_id"]);
                let text = turn.expect("a turn of the call")["text"].as_str().expect("a text");
                let at = |edge: &str| evidence[edge].as_u64().expect("a place") as usize;
                let words: String =
                    text.chars().skip(at("start_char")).take(at("end_char") - at("start_char")).collect();
                assert_eq!(evidence["text"], words.as_str(), "{id}: {key}");
            }
        }
    }
}
