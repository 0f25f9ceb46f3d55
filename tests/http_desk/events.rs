//! The stream of events: a page that comes back has lost nothing and sees nothing twice.

use std::sync::Arc;

use futures_util::{FutureExt, StreamExt};
use jiesu::domain::{Event, EventKind, Partial, SamplePosition, TurnId};

use crate::test_desk::{SignedIn, TestDesk};

fn partial(text: &str) -> EventKind {
    EventKind::Partial {
        partial: Partial {
            turn_id: TurnId::new(),
            channel: jiesu::domain::Channel::Caller,
            start_sample: SamplePosition(0),
            text: text.to_owned(),
            committed: 0,
        },
    }
}

/// Reads numbered events until number `last`.
async fn numbers_until(person: &SignedIn, after: u64, last: u64) -> Vec<u64> {
    let mut events = person.events("/api/events", Some(after)).await;
    let mut numbers = Vec::new();
    while numbers.last() != Some(&last) {
        let (id, event) = events.next().await;
        assert_eq!(id, event.seq, "a message's id is its event's number");
        numbers.extend(id);
    }
    numbers
}

#[tokio::test]
async fn a_page_that_comes_back_misses_nothing_and_sees_nothing_twice() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266668888").await;
    // The draft is in memory from here on: read from the store in mid-talk it may take several turns in at once.
    desk.draft(&call).await;
    let first = desk.journal.last_seq();
    // The page breaks off after each third event, while the call goes on.
    let mut seen = Vec::new();
    let talking = async {
        for index in 0..60 {
            desk.say(&call, index * 1_000, &format!("第{index}句"));
            tokio::task::yield_now().await;
        }
        desk.draft(&call).await;
    };
    let reading = async {
        // 60 turns, and a draft that changes with each.
        while seen.len() < 120 {
            let after = seen.last().copied().unwrap_or(first);
            let mut events = agent.events("/api/events", Some(after)).await;
            for _ in 0..3 {
                seen.extend(events.next().await.0);
            }
        }
    };
    tokio::join!(talking, reading);
    let expected: Vec<u64> = (first + 1..=first + 120).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn what_a_page_read_and_what_comes_after_make_the_whole() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266668888").await;
    desk.say(&call, 0, "第一句");
    let page = agent.get(&format!("/api/calls/{}", call.id)).await;
    assert_eq!(page["turns"].as_array().unwrap().len(), 1);
    let second = desk.say(&call, 1_000, "第二句");
    let mut events = agent.events(&format!("/api/events?after={}", page["seen_seq"]), None).await;
    loop {
        if let EventKind::Turn { turn } = events.next().await.1.kind
            && turn.id == second.id
        {
            break;
        }
    }
}

#[tokio::test]
async fn older_events_than_memory_holds_come_from_the_store() {
    let desk = TestDesk::start().await;
    let call = desk.call("02266668888").await;
    desk.say(&call, 0, "第一句");
    desk.draft(&call).await;
    desk.journal.flush().await;
    let last = desk.journal.last_seq();
    let again = TestDesk::start_in(Arc::clone(&desk.directory)).await;
    let agent = again.sign_in("agent").await;
    again.say(&call, 1_000, "第二句");
    again.draft(&call).await;
    let newest = again.journal.last_seq();
    let numbers = numbers_until(&agent, 0, newest).await;
    // The seat, the call, its turn and its draft; then again the seat, a turn and a draft.
    assert_eq!(numbers[..4], [1, 2, 3, 4]);
    assert_eq!(numbers.len(), 7);
    assert!(numbers[4] > last && numbers.is_sorted(), "a number is never used twice: {numbers:?}");
}

#[tokio::test]
async fn a_follower_far_behind_reads_on_from_what_is_kept() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266668888").await;
    let first = desk.journal.last_seq();
    let mut events = agent.events("/api/events", Some(first)).await;
    // More than a follower may fall behind; nobody waits for it.
    for index in 0..3_000 {
        desk.journal.record(Some(call.id), EventKind::Call { call: Box::new(call.clone()) });
        if index % 500 == 0 {
            desk.journal.record(Some(call.id), partial("还在说"));
        }
    }
    for expected in first + 1..=first + 3_000 {
        let id = loop {
            if let Some(id) = events.next().await.0 {
                break id;
            }
        };
        assert_eq!(id, expected);
    }
}

#[tokio::test]
async fn partials_are_shown_and_not_kept() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266668888").await;
    let mut events = agent.events("/api/events", None).await;
    desk.journal.record(Some(call.id), partial("下水"));
    let (id, event) = events.next().await;
    assert_eq!((id, event.seq), (None, None));
    assert!(matches!(event.kind, EventKind::Partial { .. }));
    desk.say(&call, 0, "下水道堵了");
    desk.draft(&call).await;
    let kept = numbers_until(&agent, 0, desk.journal.last_seq()).await;
    assert_eq!(kept, [1, 2, 3, 4], "the seat, the call, its turn and its draft");
}

#[tokio::test]
async fn what_happens_while_a_page_catches_up_comes_once() {
    let desk = TestDesk::start().await;
    let call = desk.call("02266668888").await;
    let again = || desk.journal.record(Some(call.id), EventKind::Call { call: Box::new(call.clone()) });
    let first = desk.journal.last_seq();
    again();
    // Following from the first: the second is to be caught up with, the third is both kept and live.
    let mut events = Box::pin(desk.journal.subscribe(Some(first)));
    again();
    let mut numbers = Vec::new();
    while let Some(event) = events.next().now_or_never() {
        numbers.extend(event.unwrap().seq);
    }
    again();
    numbers.extend(events.next().await.unwrap().seq);
    assert_eq!(numbers, [first + 1, first + 2, first + 3]);
}

#[tokio::test]
async fn an_identity_number_said_over_several_turns_is_hidden_when_it_is_whole() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266668888").await;
    let mut events = agent.events("/api/events", None).await;
    for (index, text) in ["身份证是440524", "18800101", "嗯，0014"].into_iter().enumerate() {
        desk.say(&call, index as u64 * 1_000, text);
    }
    // As a page keeps them: what comes again takes the place of what came before.
    let mut shown = std::collections::BTreeMap::new();
    loop {
        if let (_, Event { seq, kind: EventKind::Turn { turn }, .. }) = events.next().await {
            let last = seq.is_none() && turn.text == "********";
            shown.insert(turn.start_sample, turn.text);
            if last {
                break;
            }
        }
    }
    let shown: Vec<String> = shown.into_values().collect();
    assert_eq!(shown, ["身份证是440***", "********", "嗯，0014"], "its last four may be read");
    let turns = agent.get(&format!("/api/calls/{}", call.id)).await["turns"].to_string();
    let found = agent.get("/api/search?q=身份证").await.to_string();
    assert!(turns.contains("********") && !turns.contains("18800101"), "{turns}");
    assert!(found.contains("440***") && !found.contains("440524"), "{found}");
}
