//! The local authority: a key that is made at the first start and kept in the storage folder, and signs this
//! service's certificate. The seats' browsers are told once to trust it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::{Span, Zoned};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest, Sha256};

use super::HttpsError;

const CERTIFICATE_FILE: &str = "authority.crt";
const KEY_FILE: &str = "authority.key";
const NAME: &str = "Jiesu hotline, local authority";
/// Browsers refuse a server's certificate that is good for longer than 398 days; it is signed anew each day.
const SERVER_DAYS: i32 = 90;
/// The authority outlives the service: to trust a new one, somebody must go to every seat.
const AUTHORITY_YEARS: i32 = 20;
/// A browser whose clock is behind takes the certificate, too.
const BACKDATED_DAYS: i32 = 2;

/// The local authority.
#[derive(Debug)]
pub(crate) struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// The authority of this folder; made where there is none.
    pub(super) fn open(folder: &Path) -> Result<Self, HttpsError> {
        let (certificate, key) = (folder.join(CERTIFICATE_FILE), folder.join(KEY_FILE));
        match (certificate.exists(), key.exists()) {
            (false, false) => make(folder, &certificate, &key)?,
            (true, false) => return Err(HttpsError::HalfAuthority { missing: key, there: certificate }),
            (false, true) => return Err(HttpsError::HalfAuthority { missing: certificate, there: key }),
            (true, true) => {}
        }
        let wrong = |path: &Path, what: String| HttpsError::File { path: path.to_owned(), what };
        let pem = std::fs::read_to_string(&key).map_err(|error| wrong(&key, error.to_string()))?;
        let pair = KeyPair::from_pem(&pem).map_err(|error| wrong(&key, error.to_string()))?;
        let der = CertificateDer::from_pem_file(&certificate)
            .map_err(|error| wrong(&certificate, format!("no certificate in PEM can be read ({error})")))?;
        Ok(Self { certificate: der, issuer: Issuer::new(parameters(), pair) })
    }

    /// The authority's certificate, DER.
    pub(super) fn der(&self) -> &[u8] {
        &self.certificate
    }

    /// The SHA-256 of the authority's certificate as browsers write it: pairs of hexadecimal digits with colons.
    pub(super) fn fingerprint(&self) -> String {
        let pairs: Vec<String> =
            Sha256::digest(self.der()).iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":")
    }

    /// A new key and a certificate of it for these names, with the authority's behind it.
    pub(super) fn sign(
        &self,
        names: &[String],
    ) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), HttpsError> {
        let wrong =
            |error: rcgen::Error| HttpsError::Signing { names: names.join(", "), what: error.to_string() };
        let mut parameters = CertificateParams::new(names).map_err(wrong)?;
        parameters.distinguished_name.push(DnType::CommonName, names.first().map_or("jiesu", String::as_str));
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        parameters.use_authority_key_identifier_extension = true;
        let today = Zoned::now().date();
        parameters.not_before = midnight(today, Span::new().days(-BACKDATED_DAYS));
        parameters.not_after = midnight(today, Span::new().days(SERVER_DAYS));
        let key = KeyPair::generate().map_err(wrong)?;
        let certificate = parameters.signed_by(&key, &self.issuer).map_err(wrong)?;
        let private = PrivatePkcs8KeyDer::from(key.serialize_der());
        Ok((vec![certificate.der().clone(), self.certificate.clone()], private.into()))
    }
}

fn make(folder: &Path, certificate: &Path, key: &Path) -> Result<(), HttpsError> {
    let wrong = |error: rcgen::Error| HttpsError::Signing { names: NAME.to_owned(), what: error.to_string() };
    let cannot = |path: &Path| {
        let path: PathBuf = path.to_owned();
        move |error: io::Error| HttpsError::File { path, what: format!("cannot be written ({error})") }
    };
    let pair = KeyPair::generate().map_err(wrong)?;
    let mut parameters = parameters();
    let today = Zoned::now().date();
    parameters.not_before = midnight(today, Span::new().days(-BACKDATED_DAYS));
    parameters.not_after = midnight(today, Span::new().years(AUTHORITY_YEARS));
    let made = parameters.self_signed(&pair).map_err(wrong)?;
    std::fs::create_dir_all(folder).map_err(cannot(folder))?;
    write_new(key, &pair.serialize_pem(), 0o600).map_err(cannot(key))?;
    write_new(certificate, &made.pem(), 0o644).map_err(cannot(certificate))
}

/// What is always the same of the authority's certificate: what it signs names it by this.
fn parameters() -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, NAME);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters
}

fn midnight(day: Date, later: Span) -> time::OffsetDateTime {
    let day = day.saturating_add(later);
    date_time_ymd(day.year().into(), day.month().cast_unsigned(), day.day().cast_unsigned())
}

/// Writes a file that is not there yet, whole on the disk when this returns.
fn write_new(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
