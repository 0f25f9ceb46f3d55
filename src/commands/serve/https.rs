//! The page's listeners: HTTPS where the settings say so, with plain HTTP leading there, or plain HTTP alone.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::config::Config;
use crate::http::https::{CertificateSource, Https, default_names, plain_router, with_authority_page};
use crate::http::{ServeLimits, serve};

/// Where pages are asked for.
pub(super) struct Listeners {
    plain: TcpListener,
    secure: Option<(TcpListener, Https)>,
}

impl Listeners {
    /// Reads or makes the certificate, and listens.
    pub(super) async fn open(config: &Config) -> Result<Self> {
        let https = match config.https.listen {
            Some(listen) => Some((listen, Https::open(source(config, listen)?).context("[https]")?)),
            None => {
                ensure!(
                    config.https == crate::config::Https::default(),
                    "[https] says nothing without `listen`: add it, such as listen = \"0.0.0.0:8443\", or remove the rest"
                );
                None
            }
        };
        let plain = bind(config.http.listen, "http.listen").await?;
        let secure = match https {
            Some((listen, https)) => Some((bind(listen, "https.listen").await?, https)),
            None => None,
        };
        Ok(Self { plain, secure })
    }

    /// Whether pages are served by HTTPS.
    pub(super) fn are_secure(&self) -> bool {
        self.secure.is_some()
    }

    /// Where the page is, for the log.
    pub(super) fn address(&self) -> Result<String> {
        Ok(match &self.secure {
            None => format!("http://{}", self.plain.local_addr()?),
            Some((listener, https)) => {
                if let Some(sha256) = https.authority_fingerprint() {
                    let how = format!("http://{}/authority", self.plain.local_addr()?);
                    tracing::info!(how, sha256, "browsers must be told once to trust the local authority");
                }
                format!("https://{}", listener.local_addr()?)
            }
        })
    }

    /// Serves until `stopped` says so and what is being answered then is answered.
    pub(super) async fn serve(self, router: Router, stopped: watch::Receiver<bool>) -> Result<()> {
        let stop = || {
            let mut stopped = stopped.clone();
            async move {
                // Where the sender is gone the service is, too.
                let _ = stopped.wait_for(|stopped| *stopped).await;
            }
        };
        let limits = ServeLimits::default();
        let Some((listener, https)) = self.secure else {
            serve(self.plain, router, None, limits, stop()).await;
            return Ok(());
        };
        let leading_there = plain_router(&https, listener.local_addr()?.port());
        let router = with_authority_page(router, &https);
        let acceptor = https.acceptor();
        let served = async {
            tokio::join!(
                serve(self.plain, leading_there, None, limits, stop()),
                serve(listener, router, Some(acceptor), limits, stop()),
            )
        };
        tokio::select! {
            _ = served => {}
            () = https.keep_fresh() => {}
        }
        Ok(())
    }
}

fn source(config: &Config, listen: SocketAddr) -> Result<CertificateSource> {
    let crate::config::Https { names, certificate, key, .. } = &config.https;
    Ok(match (certificate, key) {
        (Some(certificate), Some(key)) => {
            CertificateSource::Files { certificate: certificate.clone(), key: key.clone() }
        }
        (None, None) => {
            ensure!(
                !names.is_empty() || !listen.ip().is_unspecified(),
                "[https] listens on every address: say with `names` what people type to reach the page, such as \
                 names = [\"desk.city.lan\", \"10.0.0.5\"]"
            );
            let names = if names.is_empty() { default_names(listen.ip()) } else { names.clone() };
            CertificateSource::Local { folder: config.storage.directory.clone(), names }
        }
        (Some(_), None) | (None, Some(_)) => bail!("[https] needs `certificate` and `key`, or neither"),
    })
}

async fn bind(listen: SocketAddr, setting: &str) -> Result<TcpListener> {
    TcpListener::bind(listen).await.with_context(|| {
        format!("{listen} ({setting}) cannot be listened on; stop what has it, or name another port")
    })
}
