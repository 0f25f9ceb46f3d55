#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{ServerName, UnixTime};

use super::*;

fn local(folder: &Path, names: &[&str]) -> Result<Https, HttpsError> {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Https::open(CertificateSource::Local { folder: folder.to_owned(), names })
}

/// Whether who trusts `authority` takes the certificate in use for this name.
fn trusted(https: &Https, authority: &Authority, name: &str) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority.der().to_vec())).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
    let in_use = https.in_use.get();
    let (own, between) = in_use.cert.split_first().unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    verifier.verify_server_cert(own, between, &name, &[], UnixTime::now()).is_ok()
}

#[test]
fn the_authority_is_made_once_and_signs_for_the_names() {
    let folder = tempfile::tempdir().unwrap();
    let first = local(folder.path(), &["198.51.100.7", "desk.city.lan"]).unwrap();
    let again = local(folder.path(), &["desk.city.lan"]).unwrap();
    assert_eq!(first.authority_fingerprint(), again.authority_fingerprint());
    let authority = first.authority().unwrap();
    assert!(trusted(&first, &authority, "198.51.100.7") && trusted(&first, &authority, "desk.city.lan"));
    assert!(trusted(&again, &authority, "desk.city.lan") && !trusted(&again, &authority, "198.51.100.7"));
    let mode = fs::metadata(folder.path().join("authority.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let other = tempfile::tempdir().unwrap();
    let stranger = local(other.path(), &["desk.city.lan"]).unwrap();
    assert!(!trusted(&stranger, &authority, "desk.city.lan"));
}

#[test]
fn half_an_authority_is_no_reason_to_make_another() {
    let folder = tempfile::tempdir().unwrap();
    local(folder.path(), &["desk"]).unwrap();
    fs::remove_file(folder.path().join("authority.key")).unwrap();
    let error = local(folder.path(), &["desk"]).unwrap_err().to_string();
    assert!(error.contains("authority.key is missing") && error.contains("every seat"), "{error}");
}

#[test]
fn a_name_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let error = local(folder.path(), &["市民热线"]).unwrap_err().to_string();
    assert!(error.contains("市民热线"), "{error}");
}

#[test]
fn the_citys_files_are_read_anew_and_wrong_ones_leave_what_was() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("city.crt"), folder.path().join("city.key"));
    let write = |name: &str| {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        fs::write(&certificate, made.cert.pem()).unwrap();
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        made.cert.der().clone()
    };
    let source = || CertificateSource::Files { certificate: certificate.clone(), key: key.clone() };
    let error = Https::open(source()).unwrap_err().to_string();
    assert!(error.contains("city.crt"), "{error}");

    let first = write("desk.city.lan");
    let https = Https::open(source()).unwrap();
    assert_eq!(https.in_use.get().cert, [first]);
    assert_eq!(https.authority_fingerprint(), None);
    let second = write("desk.city.lan");
    https.renew().unwrap();
    assert_eq!(https.in_use.get().cert, std::slice::from_ref(&second));

    fs::write(&key, rcgen::KeyPair::generate().unwrap().serialize_pem()).unwrap();
    let error = https.renew().unwrap_err().to_string();
    assert!(error.contains("city.key is not the private key of") && error.contains("city.crt"), "{error}");
    fs::write(&certificate, "no certificate").unwrap();
    let error = https.renew().unwrap_err().to_string();
    assert!(error.contains("city.crt") && error.contains("PEM"), "{error}");
    assert_eq!(https.in_use.get().cert, [second]);
}
