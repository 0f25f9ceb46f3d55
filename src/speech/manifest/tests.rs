#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

const SHA_OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const SHA1_OF_ABC: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";

fn site(manifest: &str, file: Option<&str>) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join(FILE_NAME), manifest).unwrap();
    if let Some(content) = file {
        std::fs::write(directory.path().join("m.bin"), content).unwrap();
    }
    directory
}

fn entry(more: &str) -> String {
    format!("[model.m]\nlanguages = [\"zh\"]\nmax_segment_ms = 6500\nlicence = \"MIT\"\n{more}\n")
}

fn with_file(more: &str) -> String {
    entry(&format!("file = \"m.bin\"\n{more}"))
}

fn verify_in(site: &tempfile::TempDir) -> Result<Vec<Verified>, String> {
    let model = Manifest::read(site.path()).and_then(|manifest| manifest.model("m"));
    let model = model.map_err(|error| error.to_string())?;
    let verified = model.verify().map_err(|error| error.to_string())?;
    Ok(verified.into_iter().map(|(_, verified)| verified).collect())
}

fn verify(manifest: &str, file: Option<&str>) -> Result<Vec<Verified>, String> {
    verify_in(&site(manifest, file))
}

#[test]
fn the_manifest_in_the_tree_is_right_and_so_is_the_bundled_file() {
    let manifest = Manifest::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models")).unwrap();
    let demo = manifest.model("demo").unwrap();
    assert!(demo.entry.bundled && demo.entry.notice.is_some() && demo.entry.origin.is_some());
    assert_eq!(demo.verify().unwrap()[0].1, Verified::Matches);
    for model in manifest.models().filter(|model| !model.entry.bundled) {
        let entry = &model.entry;
        let name = &model.name;
        assert!(entry.machine.is_some(), "{name} says what machine it is for");
        assert!(entry.url.is_some() || entry.how.is_some(), "{name} says how to get it");
        assert!(entry.url.iter().chain(&entry.mirror).all(|url| url.starts_with("https://")), "{name}");
        assert_eq!(model.runs_here().is_ok(), entry.engine == Engine::Whisper, "{name}");
    }
}

#[test]
fn a_file_with_the_right_checksum_passes_and_one_without_is_told_its_own() {
    let sha256 = SHA_OF_ABC.to_owned();
    let by = |more: &str| verify(&with_file(more), Some("abc")).unwrap();
    assert_eq!(by(&format!("sha256 = \"{SHA_OF_ABC}\"")), [Verified::Matches]);
    assert_eq!(by(&format!("sha1 = \"{SHA1_OF_ABC}\"")), [Verified::MatchesSha1 { sha256: sha256.clone() }]);
    assert_eq!(by(""), [Verified::NoChecksum { sha256 }]);
}

#[test]
fn a_missing_file_is_told_where_to_get_it_and_where_to_put_it() {
    let more = format!("sha256 = \"{SHA_OF_ABC}\"\nurl = \"https://models.example/v1/\"");
    let said = verify(&with_file(&more), None).unwrap_err();
    for part in ["https://models.example/v1/m.bin", "/m.bin", SHA_OF_ABC, "put", "jiesu model add"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_damaged_file_is_refused_by_its_checksum_or_already_by_its_size() {
    for sum in [format!("sha256 = \"{SHA_OF_ABC}\""), format!("sha1 = \"{SHA1_OF_ABC}\"")] {
        let said = verify(&with_file(&sum), Some("abd")).unwrap_err();
        assert!(said.contains("damaged") && said.contains("SHA-"), "{said}");
    }
    let said = verify(&with_file("size_bytes = 4"), Some("abc")).unwrap_err();
    assert!(said.contains("size is 3, the manifest says 4"), "{said}");
}

#[test]
fn a_file_is_held_to_the_checksum_it_came_with() {
    let site = site(&with_file(""), Some("abc"));
    Checksums::note(site.path(), Path::new("m.bin"), SHA_OF_ABC, "a stick").unwrap();
    assert_eq!(verify_in(&site).unwrap(), [Verified::Matches]);
    std::fs::write(site.path().join("m.bin"), "abd").unwrap();
    let said = verify_in(&site).unwrap_err();
    assert!(said.contains("checksums.toml") && said.contains(SHA_OF_ABC), "{said}");
}

#[test]
fn a_model_of_several_files_needs_them_all() {
    let several = entry(&format!(
        "files = [{{ file = \"m.bin\", sha256 = \"{SHA_OF_ABC}\" }}, {{ file = \"n/t.txt\" }}]"
    ));
    let site = site(&several, Some("abc"));
    let said = verify_in(&site).unwrap_err();
    assert!(said.contains("n/t.txt"), "{said}");
    std::fs::create_dir(site.path().join("n")).unwrap();
    std::fs::write(site.path().join("n/t.txt"), "t").unwrap();
    assert_eq!(verify_in(&site).unwrap().len(), 2);
}

#[test]
fn mistakes_in_the_manifest_are_named() {
    for (more, named) in [
        ("file = \"m.bin\"\nsha256 = \"abc\"", "64 hexadecimal digits"),
        ("file = \"m.bin\"\nsha1 = \"abc\"", "40 hexadecimal digits"),
        ("file = \"m.bin\"\naudio_ctx = 100", "must hold"),
        ("file = \"m.bin\"\nadio_ctx = 400", "adio_ctx"),
        ("file = \"m.bin\"\nbeams = 0", "between 1 and 8"),
        ("file = \"m.bin\"\nbeams = 9", "between 1 and 8"),
        ("file = \"../m.bin\"", "inside it"),
        ("file = \"/etc/m.bin\"", "inside it"),
        ("file = \"m.bin\"\nurl = \"ftp://models.example\"", "https://"),
        ("file = \"m.bin\"\nfiles = [{ file = \"n.bin\" }]", "either"),
        ("", "either"),
    ] {
        let said = verify(&entry(more), Some("abc")).unwrap_err();
        assert!(said.contains(named), "{said}");
    }
}

#[test]
fn an_unknown_name_is_answered_with_those_there_are() {
    let site = site(&with_file(""), None);
    let said = Manifest::read(site.path()).unwrap().model("large").unwrap_err().to_string();
    assert!(said.contains("`large`") && said.contains("it has: m"), "{said}");
}

#[test]
fn the_sites_part_adds_models_and_goes_before_the_packaged_one() {
    let site = site(&with_file(""), None);
    let own = with_file("audio_ctx = 400") + &with_file("").replace("[model.m]", "[model.own]");
    std::fs::write(site.path().join(SITE_NAME), own).unwrap();
    let manifest = Manifest::read(site.path()).unwrap();
    assert_eq!(manifest.model("m").unwrap().entry.audio_ctx, Some(400));
    assert!(manifest.model("own").unwrap().of_the_site);
}
