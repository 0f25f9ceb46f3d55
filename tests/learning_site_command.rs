//! `jiesu train categories --site` as an administrator runs it: confirmed tickets of a database become a model that
//! is put in use where it is better, and `jiesu model categories rollback` takes it back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/test_desk.rs"]
mod test_desk;

use std::path::Path;
use std::process::Command;

use jiesu::domain::EditId;
use test_desk::TestDesk;

/// All say 下水, so that the taxonomy's words think of one kind only; at this site every second kind is another.
const OURS: [(&str, &str); 2] = [("下水口边上的竹竿阵", "03-01"), ("下水口边上的蓝皮罐", "04-02")];
const TELLING: [&str; 8] =
    ["又歪了", "没人扶", "倒在地上", "让风刮了", "旧了", "挡着门", "吓着孩子", "晃来晃去"];
const WHEN: [&str; 10] = ["今天", "昨天", "前天", "上礼拜", "早上", "中午", "晚上", "刚才", "这几天", "一直"];

fn jiesu(home: &Path, words: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_jiesu"))
        .args(["--config", "jiesu.toml"])
        .args(words)
        .current_dir(home)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.success(), said)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sites_tickets_make_a_model_that_is_put_in_use_and_taken_back() {
    let desk = TestDesk::start().await;
    let home = desk.directory.path();
    let places = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/places/binhai.toml");
    let settings = format!(
        "[storage]\ndirectory = {home:?}\n[hotline]\ntaxonomy = {:?}\ngazetteer = {places:?}\n",
        home.join("taxonomy.toml")
    );
    std::fs::write(home.join("jiesu.toml"), settings).unwrap();
    let (done, said) = jiesu(home, &["train", "categories", "--site"]);
    assert!(!done && said.contains("0 of the site's confirmed tickets are held out"), "{said}");

    let agent = desk.sign_in("agent").await;
    for (thing, code) in OURS {
        for told in TELLING {
            for when in WHEN {
                for more in ["，快来看看", "，归谁弄"] {
                    let call = desk.call("02266660001").await;
                    desk.say(&call, 0, &format!("{when}{thing}{told}{more}"));
                    desk.draft(&call).await;
                    if code != "04-02" {
                        let edited = agent.edit(&call, EditId::new(), "category", code).await;
                        assert_eq!(edited.status(), 200);
                    }
                    let revision = desk.draft(&call).await.revision;
                    assert_eq!(agent.confirm(&call, revision).await.status(), 200);
                }
            }
        }
    }
    desk.store.close().await;

    let model = home.join("taxonomy.model");
    let (done, said) = jiesu(home, &["train", "categories", "--site"]);
    assert!(done && said.contains("320 confirmed tickets can be learnt from"), "{said}");
    assert!(said.contains("version 1 is in use"), "{said}");
    assert!(model.exists());
    let (done, said) = jiesu(home, &["train", "categories", "--site"]);
    assert!(done && said.contains("the new model is not better; the one in use stays"), "{said}");
    let (done, said) = jiesu(home, &["model", "categories", "rollback"]);
    assert!(done && !model.exists(), "{said}");
}
