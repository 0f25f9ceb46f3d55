//! A call in the hotline's second language becomes a draft as well.

use crate::support::desk::Desk;
use crate::support::phone::PlacedCall;
use crate::support::script::Script;
use crate::support::service::Service;
use crate::support::settings::Settings;

#[tokio::test]
async fn a_call_in_english_becomes_a_draft() {
    let expected = Script::of("english_noise").ticket.expect("the call gives a ticket");
    let service = Service::start(Settings::reading(&["english_noise"])).await;
    let agent = service.sign_in("agent").await;
    let placed = PlacedCall::of(&service, 0, "english_noise");
    let id = agent.call_in("talking").await;
    placed.finish().await;
    let call = agent
        .call_once(&id, "the draft is whole", |call| {
            call["call"]["state"] == "ended"
                && Desk::field(call, "phone").is_some()
                && Desk::said(call, "agent").contains("five working days")
        })
        .await;
    for (field, expected) in [
        ("kind", Some(&expected.kind)),
        ("category", Some(&expected.category)),
        ("department", Some(&expected.department)),
        ("urgency", Some(&expected.urgency)),
        ("place", Some(&expected.place)),
        ("person", expected.person.as_ref()),
        ("phone", expected.phone.as_ref()),
    ] {
        assert_eq!(Desk::field(&call, field), expected.map(String::as_str), "{field}");
    }
    // The words, and the day they mean counted from the call.
    let time = Desk::field(&call, "time").expect("a time");
    assert!(time.starts_with(expected.time.as_deref().expect("the script's time")), "{time}");
    let title = Desk::field(&call, "title").expect("a title");
    assert!(title.is_ascii() && title.contains("noise") || title.contains("construction"), "{title}");
    let found = agent.get("/api/search?q=terrible").await;
    assert_eq!(found[0]["call_id"], id.as_str(), "an English word is found");
}
