//! How long earlier tickets of a matter are looked for among 1,000,000, and how SQLite looks: by the keys' index only.
//! The tickets lie in a city of 2,000 estates and over two years, as a large hotline's would; they are written by SQL,
//! since a million confirmations through the service would take an hour. `-- --tickets N` asks for another number.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::{Duration, Instant};

use jiesu::domain::{CallId, CategoryCode, Matter, Role, TicketId, Viewer};
use jiesu::store::{NewUser, Store};
use jiesu::ticket::repeat::{candidates, keys};
use jiff::{SignedDuration, Timestamp};
use sqlx::{Connection, Row, SqliteConnection};

const TICKETS: usize = 1_000_000;
const ESTATES: usize = 2_000;
const BUILDINGS: usize = 40;
const DAYS: i64 = 730;
const CALLS: usize = 200;
const LIMIT: Duration = Duration::from_millis(50);
const TROUBLES: [(&str, &str); 6] = [
    ("04-02", "下水道堵了，污水都流到院子里"),
    ("04-03", "暖气不热，屋里才十五度"),
    ("04-01", "电梯坏了，老人下不了楼"),
    ("04-04", "垃圾堆了好几天没人清"),
    ("03-01", "消防通道停满了车"),
    ("02-02", "工地半夜施工，吵得没法睡觉"),
];
/// Syllables of estates' names, so that many sound nearly alike.
const SYLLABLES: [&str; 14] =
    ["春", "晨", "福", "安", "新", "华", "光", "海", "河", "建", "平", "和", "金", "玉"];

fn matter(index: usize) -> Matter {
    let estate = index % ESTATES;
    let of = |place: usize| SYLLABLES[estate / SYLLABLES.len().pow(place as u32) % SYLLABLES.len()];
    let building = index / ESTATES % BUILDINGS + 1;
    let (category, words) = TROUBLES[index / 7 % TROUBLES.len()];
    Matter {
        title: words.to_owned(),
        place: format!("{}{}{}里{building}号楼", of(0), of(1), of(2)),
        category: Some(CategoryCode::from(category)),
        words: words.to_owned(),
        numbers: vec![format!("{:08}", index % 700_000)],
        ..Matter::default()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let tickets = (arguments.iter().position(|argument| argument == "--tickets"))
        .map_or(TICKETS, |at| arguments[at + 1].parse().unwrap());
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("jiesu.db");
    let store = Store::open(&path).await.unwrap();
    let now = Timestamp::now();
    let agent = NewUser {
        username: "agent".to_owned(),
        display_name: "the agent".to_owned(),
        role: Role::Agent,
        department: None,
        password_hash: String::new(),
    };
    store.add_user(agent, now).await.unwrap();
    let viewer = Viewer::from(&store.credentials("agent").await.unwrap().unwrap().user);
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    seed(&mut connection, tickets, now).await;

    let asked = keys(&matter(12_345));
    let unions: Vec<String> = (asked.iter())
        .map(|_| "select ticket_id from (select ticket_id from ticket_keys where key = ? and at_ns >= ? order by at_ns desc limit 200)".to_owned())
        .collect();
    let plan = format!("explain query plan {}", unions.join(" union "));
    let mut query = sqlx::query(sqlx::AssertSqlSafe(plan));
    for key in &asked {
        query = query.bind(key).bind(0_i64);
    }
    let mut plan: Vec<String> = (query.fetch_all(&mut connection).await.unwrap().iter())
        .map(|row| row.get::<String, _>("detail"))
        .filter(|detail| detail.contains("ticket_keys"))
        .collect();
    plan.dedup();
    println!("plan: {plan:?}");
    assert!(plan.iter().all(|step| step.contains("USING PRIMARY KEY")), "{plan:?}");

    let mut times = Vec::new();
    let mut found = 0;
    for call in 0..CALLS {
        let matter = matter(call * 7_919);
        let begun = Instant::now();
        found += candidates(&store, &viewer, CallId::new(), &matter, now, 3).await.unwrap().len();
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    println!(
        "candidates among {tickets} tickets, {CALLS} calls, {found} found: median {:?}, 95 % {:?}, longest {:?} (limit {LIMIT:?} for 95 %)",
        at(50),
        at(95),
        at(100)
    );
}

async fn seed(connection: &mut SqliteConnection, tickets: usize, now: Timestamp) {
    sqlx::query("pragma foreign_keys = off").execute(&mut *connection).await.unwrap();
    sqlx::query("pragma synchronous = off").execute(&mut *connection).await.unwrap();
    let columns: Vec<(String, String, i64)> = sqlx::query("pragma table_info(tickets)")
        .fetch_all(&mut *connection)
        .await
        .unwrap()
        .iter()
        .map(|row| (row.get("name"), row.get("type"), row.get("notnull")))
        .collect();
    let mut transaction = connection.begin().await.unwrap();
    for index in 0..tickets {
        let matter = matter(index);
        let id = TicketId::new().to_string();
        let back = SignedDuration::from_secs(DAYS * 86_400 * index as i64 / tickets as i64);
        let at = i64::try_from((now - back).as_nanosecond()).unwrap();
        let names: Vec<&str> =
            columns.iter().filter(|(_, _, needed)| *needed == 1).map(|(name, ..)| name.as_str()).collect();
        let places = vec!["?"; names.len() + 1].join(", ");
        let text = format!("insert into tickets (id, {}) values ({places})", names.join(", "));
        let mut insert = sqlx::query(sqlx::AssertSqlSafe(text)).bind(id.clone());
        for (name, kind, _) in columns.iter().filter(|(_, _, needed)| *needed == 1) {
            insert = match (name.as_str(), kind.to_lowercase().as_str()) {
                ("confirmed_at_ns", _) => insert.bind(at),
                ("call_id", _) => insert.bind(CallId::new().to_string()),
                ("number", _) => insert.bind(format!("{index:010}")),
                ("state", _) => insert.bind("to_accept".to_owned()),
                (_, "integer") => insert.bind(0_i64),
                (_, _) => insert.bind("{}".to_owned()),
            };
        }
        insert.execute(&mut *transaction).await.unwrap();
        sqlx::query("insert into ticket_matters (ticket_id, body) values (?, ?)")
            .bind(&id)
            .bind(serde_json::to_string(&matter).unwrap())
            .execute(&mut *transaction)
            .await
            .unwrap();
        for key in keys(&matter) {
            sqlx::query("insert or ignore into ticket_keys (key, at_ns, ticket_id) values (?, ?, ?)")
                .bind(key)
                .bind(at)
                .bind(&id)
                .execute(&mut *transaction)
                .await
                .unwrap();
        }
    }
    transaction.commit().await.unwrap();
}
