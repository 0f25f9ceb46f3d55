//! What Prometheus reads, and who else may.

use reqwest::{Client, StatusCode};

use crate::test_desk::{METRICS_TOKEN, TestDesk};

async fn read(desk: &TestDesk, token: &str) -> (StatusCode, String) {
    let client = Client::builder().no_proxy().build().unwrap();
    let answer = client.get(format!("{}/metrics", desk.base)).bearer_auth(token).send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
}

#[tokio::test]
async fn the_token_opens_the_metrics_and_nothing_else_does() {
    let desk = TestDesk::start().await;
    assert_eq!(read(&desk, METRICS_TOKEN).await.0, 200);
    for wrong in ["", "another token", &METRICS_TOKEN[1..]] {
        assert_eq!(read(&desk, wrong).await.0, 401, "{wrong}");
    }
}

#[tokio::test]
async fn what_happens_is_counted_and_every_line_can_be_read() {
    let desk = TestDesk::start().await;
    let call = desk.call("02266660001").await;
    desk.say(&call, 0, "下水道堵了");
    let (_, text) = read(&desk, METRICS_TOKEN).await;
    assert_eq!(value(&text, "jiesu_calls_in_progress"), Some("1"));
    assert_eq!(value(&text, r#"jiesu_events_total{kind="turn"}"#), Some("1"));
    assert_eq!(value(&text, r#"jiesu_trunk_up{trunk="telecom"}"#), Some("0"));
    assert_eq!(value(&text, r#"jiesu_part_failing{part="database"}"#), Some("0"));
    assert_eq!(value(&text, r#"jiesu_recogniser_wait_seconds_count{kind="first_partial"}"#), Some("0"));
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, number) = line.rsplit_once(' ').unwrap();
        assert!(name.starts_with("jiesu_") && number.parse::<f64>().is_ok(), "{line}");
        let family = name.split(['{']).next().unwrap();
        let family =
            ["_bucket", "_sum", "_count"].iter().fold(family, |f, end| f.strip_suffix(end).unwrap_or(f));
        assert!(text.contains(&format!("# TYPE {family} ")), "{line}");
    }
    assert!(!text.contains("02266660001") && !text.contains('堵'));
}
