//! HTTPS: a browser gives its microphone to a secure page only. The certificate is the city's, from two files, or
//! signed by a local authority that is made at the first start (`authority.rs`) and that the seats are told to trust
//! (`authority_page.rs`).

mod authority;
mod authority_page;
mod in_use;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

pub(super) use authority::Authority;
pub use authority_page::{plain_router, with_authority_page};
use in_use::InUse;

/// How often the city's files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// How often the local authority signs anew; what it signs is good for much longer.
const SIGN_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Where the certificate comes from.
#[derive(Debug, Clone)]
pub enum CertificateSource {
    /// Files in PEM, which are read anew when they change.
    Files {
        /// The certificate, then those between it and the authority.
        certificate: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
    /// The local authority in this folder.
    Local {
        /// Where `authority.crt` and `authority.key` are kept.
        folder: PathBuf,
        /// The names and addresses by which browsers reach this service.
        names: Vec<String>,
    },
}

/// Why HTTPS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum HttpsError {
    /// A file cannot be read, or is no PEM.
    #[error("{path}: {what}")]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The key is another certificate's.
    #[error("{key} is not the private key of {certificate}: {what}")]
    Pair {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What rustls says.
        what: String,
    },
    /// Half of the local authority is missing.
    #[error(
        "{missing} is missing and {there} is there: put it back from a copy, or move {there} away; then a new \
         authority is made, which every seat must be told to trust"
    )]
    HalfAuthority {
        /// The file that is not there.
        missing: PathBuf,
        /// The one that is.
        there: PathBuf,
    },
    /// A certificate cannot be made.
    #[error("no certificate can be made for {names}: {what}")]
    Signing {
        /// For whom.
        names: String,
        /// Why.
        what: String,
    },
    /// This build has no cipher that can be used.
    #[error("TLS cannot be set up: {0}")]
    Setup(String),
}

/// What speaks HTTPS. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Https {
    server: Arc<ServerConfig>,
    in_use: Arc<InUse>,
    source: Arc<Source>,
}

#[derive(Debug)]
enum Source {
    Files { certificate: PathBuf, key: PathBuf },
    Local { authority: Arc<Authority>, names: Vec<String> },
}

impl Https {
    /// Reads the certificate, or makes one; makes the local authority at the first start.
    ///
    /// # Errors
    /// [`HttpsError`]: files that are missing or wrong.
    pub fn open(source: CertificateSource) -> Result<Self, HttpsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let source = match source {
            CertificateSource::Files { certificate, key } => Source::Files { certificate, key },
            CertificateSource::Local { folder, names } => {
                Source::Local { authority: Arc::new(Authority::open(&folder)?), names }
            }
        };
        let in_use = Arc::new(InUse::new(source.certified(&provider)?));
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| HttpsError::Setup(error.to_string()))?
            .with_no_client_auth()
            .with_cert_resolver(in_use.clone());
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { server: Arc::new(server), in_use, source: Arc::new(source) })
    }

    /// What takes connections.
    #[must_use]
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.server))
    }

    /// The local authority; nothing where the certificate is the city's own.
    pub(super) fn authority(&self) -> Option<Arc<Authority>> {
        match self.source.as_ref() {
            Source::Files { .. } => None,
            Source::Local { authority, .. } => Some(Arc::clone(authority)),
        }
    }

    /// The fingerprint that people compare before they trust the local authority.
    #[must_use]
    pub fn authority_fingerprint(&self) -> Option<String> {
        self.authority().map(|authority| authority.fingerprint())
    }

    /// Reads the files again, or signs anew. New connections get the new certificate; what is open stays.
    ///
    /// # Errors
    /// [`HttpsError`]; then the certificate before stays in use.
    pub fn renew(&self) -> Result<(), HttpsError> {
        self.in_use.put(self.source.certified(self.server.crypto_provider())?);
        Ok(())
    }

    /// Keeps the certificate fresh for as long as it is polled.
    pub async fn keep_fresh(self) {
        let mut seen = self.source.seen();
        loop {
            let files = match self.source.as_ref() {
                Source::Files { .. } => {
                    tokio::time::sleep(LOOK_EVERY).await;
                    let now = self.source.seen();
                    if now == seen {
                        continue;
                    }
                    seen = now;
                    true
                }
                Source::Local { .. } => {
                    tokio::time::sleep(SIGN_EVERY).await;
                    false
                }
            };
            match self.renew() {
                Ok(()) if files => tracing::info!("the certificate of HTTPS was read anew and is in use"),
                Ok(()) => {}
                Err(error) => {
                    tracing::error!(%error, "the new certificate of HTTPS is wrong; the one before stays")
                }
            }
        }
    }
}

impl Source {
    fn certified(&self, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, HttpsError> {
        match self {
            Self::Files { certificate, key } => read(certificate, key, provider),
            Self::Local { authority, names } => {
                let (chain, private) = authority.sign(names)?;
                CertifiedKey::from_der(chain, private, provider)
                    .map(Arc::new)
                    .map_err(|error| HttpsError::Setup(error.to_string()))
            }
        }
    }

    /// When the files were written last.
    fn seen(&self) -> [Option<SystemTime>; 2] {
        let modified = |path: &Path| std::fs::metadata(path).and_then(|found| found.modified()).ok();
        match self {
            Self::Files { certificate, key } => [modified(certificate), modified(key)],
            Self::Local { .. } => [None, None],
        }
    }
}

fn read(certificate: &Path, key: &Path, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, HttpsError> {
    let wrong = |path: &Path, what: String| HttpsError::File { path: path.to_owned(), what };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(|error| wrong(certificate, format!("no certificate in PEM can be read ({error})")))?;
    if chain.is_empty() {
        return Err(wrong(certificate, "there is no certificate in it; it must be PEM".to_owned()));
    }
    let private = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| wrong(key, format!("no private key in PEM can be read ({error})")))?;
    CertifiedKey::from_der(chain, private, provider).map(Arc::new).map_err(|error| HttpsError::Pair {
        certificate: certificate.to_owned(),
        key: key.to_owned(),
        what: error.to_string(),
    })
}

/// The names that browsers reach a service by which listens on this address, where the settings name none: the
/// address itself, and this machine's name.
#[must_use]
pub fn default_names(listen: IpAddr) -> Vec<String> {
    let machine = rustix::system::uname().nodename().to_string_lossy().into_owned();
    [listen.to_string(), machine].into_iter().filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests;
