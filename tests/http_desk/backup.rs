//! `jiesu backup` and `jiesu user`, as one types them.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use crate::test_desk::{PASSWORD, TestDesk};
use serde_json::json;

fn jiesu(directory: &Path, arguments: &[&str], input: &str) -> Output {
    let config = directory.join("jiesu.toml");
    std::fs::write(&config, format!("[storage]\ndirectory = {:?}\n", directory.to_str().unwrap())).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_jiesu"))
        .arg("--config")
        .arg(&config)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[tokio::test]
async fn a_backup_made_while_the_desk_works_is_a_whole_desk() {
    let desk = TestDesk::start().await;
    let (call, ticket) = desk.delivered_ticket("02266660001", &["下水道堵了"]).await;
    desk.journal.flush().await;
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let copy = folder.path().join("jiesu.db");
    let made = jiesu(desk.directory.path(), &["backup", copy.to_str().unwrap()], "");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));

    for file in [copy.as_path(), desk.store.path()] {
        let mode = std::fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is for nobody else", file.display());
    }

    let before = std::fs::read(&copy).unwrap();
    let again = jiesu(desk.directory.path(), &["backup", copy.to_str().unwrap()], "");
    assert!(!again.status.success(), "it overwrites nothing");
    assert!(String::from_utf8_lossy(&again.stderr).contains("not overwritten"));
    assert_eq!(std::fs::read(&copy).unwrap(), before);

    let restored = TestDesk::start_in(folder).await;
    let agent = restored.sign_in("agent").await;
    let page = agent.get(&format!("/api/calls/{}", call.id)).await;
    assert_eq!(page["ticket"]["number"], json!(ticket.number));
    assert_eq!(agent.get("/api/search?q=下水").await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_person_added_by_the_command_signs_in() {
    let desk = TestDesk::start().await;
    let directory = desk.directory.path();
    let add = |name: &str, more: &[&str], input: &str| {
        jiesu(directory, &[&["user", "add", name, "--password-stdin"], more].concat(), input)
    };
    let added = add("li", &["--role", "supervisor", "--display-name", "李"], &format!("{PASSWORD}\n"));
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    let li = desk.sign_in("li").await;
    assert_eq!(li.get("/api/session").await["display_name"], "李");
    let list = jiesu(directory, &["user", "list"], "");
    assert!(String::from_utf8_lossy(&list.stdout).contains("li\tsupervisor\t\t李"));

    let changed = jiesu(directory, &["user", "password", "li", "--password-stdin"], "another horse");
    assert!(changed.status.success());
    let signed_out = li.send(reqwest::Method::GET, "/api/session", None).await;
    assert_eq!(signed_out.status(), 401, "a new password ends the old sessions");

    for (arguments, input, reason) in [
        (&["--role", "agent"][..], "another horse", "the name li is taken"),
        (&["--role", "agent"], "short", "at least 8 characters"),
        (&["--role", "department"], "another horse", "needs --department"),
        (&["--role", "agent", "--department", "x"], "another horse", "for the role department only"),
    ] {
        let refused = add("li", arguments, input);
        assert!(!refused.status.success());
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains(reason), "{said}");
    }
}
