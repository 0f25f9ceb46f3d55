//! Takes connections and answers them by the router. Axum's own loop would let a client take for ever over its
//! request, and take as many connections as there are files, which the calls need too: here both have a limit.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// Between two tries to take a connection where the machine has no files left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What clients may take.
#[derive(Debug, Clone, Copy)]
pub struct ServeLimits {
    /// Connections at once; further ones wait.
    pub connections: usize,
    /// How long a connection may take over its TLS handshake, the head of a request, or between two; then it is
    /// closed.
    pub head_time: Duration,
}

impl Default for ServeLimits {
    /// A hundred seats, each with a few connections of a browser.
    fn default() -> Self {
        Self { connections: 1_000, head_time: Duration::from_secs(30) }
    }
}

/// Serves until `stop` is ready and what is being answered then is answered; by HTTPS where `tls` is given.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<TlsAcceptor>,
    limits: ServeLimits,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let stopping = watch::Sender::new(false);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let next = async { (places.clone().acquire_owned().await, listener.accept().await) };
        let (place, accepted) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, _)) => {
                // Words appear as they are said: an event waits for no full packet. Where it cannot be set it is
                // only slower.
                let _ = stream.set_nodelay(true);
                let (router, tls, stopping) = (router.clone(), tls.clone(), stopping.subscribe());
                connections.spawn(async move {
                    match tls {
                        None => answer(stream, router, limits.head_time, stopping).await,
                        Some(tls) => match timeout(limits.head_time, tls.accept(stream)).await {
                            Ok(Ok(stream)) => answer(stream, router, limits.head_time, stopping).await,
                            Ok(Err(error)) => tracing::debug!(%error, "a browser's TLS handshake failed"),
                            Err(_) => tracing::debug!("a browser's TLS handshake took too long"),
                        },
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a browser's connection cannot be taken");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    stopping.send_replace(true);
    while connections.join_next().await.is_some() {}
}

async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    head_time: Duration,
    mut stopping: watch::Receiver<bool>,
) {
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head_time)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
    );
    let stopped = async {
        // The sender lives as long as the loop above: then it is over, too.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a browser's connection broke");
    }
}
