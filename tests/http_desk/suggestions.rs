//! How often what the machine suggested was kept, counted from confirmed tickets.

use jiesu::domain::EditId;
use serde_json::{Value, json};

use crate::test_desk::TestDesk;

/// The counts of a field.
fn counts(figures: &Value, field: &str) -> Value {
    let fields = figures["fields"].as_array().unwrap();
    fields.iter().find(|line| line["field"] == field).cloned().unwrap_or(Value::Null)
}

#[tokio::test]
async fn what_became_of_each_suggestion_is_counted_when_a_ticket_is_confirmed() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let supervisor = desk.sign_in("supervisor").await;
    desk.delivered_ticket("02266660001", &["下水道堵了，我叫王小明"]).await;

    let call = desk.call("02266660002").await;
    desk.say(&call, 0, "下水道堵了，我叫李小红");
    desk.draft(&call).await;
    for (field, value) in [("category", "03-01"), ("person", ""), ("place", "曙光里")] {
        assert_eq!(agent.edit(&call, EditId::new(), field, value).await.status(), 200, "{field}");
    }
    let before = supervisor.get("/api/suggestions").await;
    assert_eq!(counts(&before, "category")["kept"], 1, "a draft that is not confirmed does not count");
    let revision = desk.draft(&call).await.revision;
    assert_eq!(agent.confirm(&call, revision).await.status(), 200);

    let figures = supervisor.get("/api/suggestions?days=1").await;
    let line = |field: &str, [kept, corrected, cleared, missed]: [u64; 4]| {
        let told = json!({
            "field": field, "kept": kept, "corrected": corrected, "cleared": cleared, "missed": missed
        });
        assert_eq!(counts(&figures, field), told);
    };
    line("title", [2, 0, 0, 0]);
    line("category", [1, 1, 0, 0]);
    // The category that the agent chose brought another department along.
    line("department", [1, 1, 0, 0]);
    line("person", [1, 0, 1, 0]);
    line("place", [0, 0, 0, 1]);
    assert_eq!(figures["days"], 1);
    let keys = figures["fields"].as_array().unwrap();
    assert_eq!(keys.first().unwrap()["field"], "title", "in the form's order");
    assert!(!figures.to_string().contains("小明"), "counts, and no value");
}

#[tokio::test]
async fn tickets_before_the_days_asked_for_do_not_count() {
    let desk = TestDesk::start().await;
    desk.delivered_ticket("02266660001", &["下水道堵了"]).await;
    let supervisor = desk.sign_in("supervisor").await;
    assert_eq!(supervisor.get("/api/suggestions?days=0").await["fields"], json!([]));
    assert_ne!(supervisor.get("/api/suggestions").await["fields"], json!([]));
}
