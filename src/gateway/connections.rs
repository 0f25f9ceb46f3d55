//! SIP over TCP: the listener, the connections in both directions, and their messages cut from the stream.
//! Each connection is a task; it hands its messages over one bounded queue, so that a peer who sends faster
//! than the endpoint reads is slowed down by TCP itself.

use std::collections::HashMap;
use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use jiesu_sip::message::StreamFramer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::timeout;

/// Connections at once; one more is closed at once.
const MAX_CONNECTIONS: usize = 1_024;
/// Messages read and not yet handled, of all connections together.
const INPUT_QUEUE: usize = 256;
/// Messages waiting to be written to one connection; one more means that the peer does not read.
const OUTPUT_QUEUE: usize = 64;
/// How long a connection may take to come about; within the 32 s that a transaction waits.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// Bytes read at a time.
const READ_CHUNK_BYTES: usize = 8_192;
/// How long one message may take to be written.
const WRITE_LIMIT: Duration = Duration::from_secs(10);
/// A connection that sends nothing at all for this long is closed; phones ping more often (RFC 5626 §4.4.1).
const IDLE_LIMIT: Duration = Duration::from_secs(3_600);

/// What a connection has to tell the endpoint.
#[derive(Debug)]
pub(super) enum FromStream {
    /// One message, as framed by its Content-Length.
    Message {
        /// The other end of its connection.
        from: SocketAddr,
        /// The message.
        bytes: Bytes,
    },
    /// A message to this address could not be delivered.
    Undelivered(SocketAddr),
}

/// A step of a connection's life, as its task reports it.
#[derive(Debug)]
enum Report {
    Message { from: SocketAddr, bytes: Bytes },
    Closed { peer: SocketAddr, number: u64, undelivered: bool },
}

#[derive(Debug)]
struct Connection {
    /// Tells a connection from a later one with the same address.
    number: u64,
    output: mpsc::Sender<Bytes>,
}

/// All connections.
#[derive(Debug)]
pub(super) struct Connections {
    listener: Option<TcpListener>,
    open: HashMap<SocketAddr, Connection>,
    next_number: u64,
    reports: mpsc::Receiver<Report>,
    report: mpsc::Sender<Report>,
}

impl Connections {
    pub(super) fn new(listener: Option<TcpListener>) -> Self {
        let (report, reports) = mpsc::channel(INPUT_QUEUE);
        Self { listener, open: HashMap::new(), next_number: 0, reports, report }
    }

    /// Queues a message for `to`, on its connection or a new one. False where it cannot be sent.
    pub(super) fn send(&mut self, to: SocketAddr, bytes: Bytes) -> bool {
        let bytes = match self.open.get(&to).map(|connection| connection.output.try_send(bytes.clone())) {
            Some(Ok(())) => return true,
            // The peer does not read: without its handle, the connection ends itself.
            Some(Err(TrySendError::Full(_))) => {
                self.open.remove(&to);
                return false;
            }
            // Closed just now; its report is on the way.
            Some(Err(TrySendError::Closed(bytes))) => bytes,
            None => bytes,
        };
        let Some((number, output)) = self.register(to) else { return false };
        let report = self.report.clone();
        tokio::spawn(async move {
            let undelivered = match timeout(CONNECT_LIMIT, TcpStream::connect(to)).await {
                Ok(Ok(stream)) => converse(stream, to, output, &report).await,
                Ok(Err(_)) | Err(_) => true,
            };
            let _ = report.send(Report::Closed { peer: to, number, undelivered }).await;
        });
        self.open.get(&to).is_some_and(|connection| connection.output.try_send(bytes).is_ok())
    }

    /// What the streams have to say next. Cancel-safe.
    pub(super) async fn next(&mut self) -> FromStream {
        loop {
            let report = tokio::select! {
                report = self.reports.recv() => report,
                stream = accept(self.listener.as_ref()) => {
                    self.welcome(stream.0, stream.1);
                    continue;
                }
            };
            match report {
                Some(Report::Message { from, bytes }) => return FromStream::Message { from, bytes },
                Some(Report::Closed { peer, number, undelivered }) => {
                    if self.open.get(&peer).is_some_and(|connection| connection.number == number) {
                        self.open.remove(&peer);
                    }
                    if undelivered {
                        return FromStream::Undelivered(peer);
                    }
                }
                // Cannot be: we hold a sender ourselves.
                None => return pending().await,
            }
        }
    }

    /// Takes in a connection that a peer made.
    fn welcome(&mut self, stream: TcpStream, peer: SocketAddr) {
        let Some((number, output)) = self.register(peer) else {
            tracing::warn!(%peer, limit = MAX_CONNECTIONS, "a TCP connection is refused: there are too many");
            return;
        };
        let report = self.report.clone();
        tokio::spawn(async move {
            let undelivered = converse(stream, peer, output, &report).await;
            let _ = report.send(Report::Closed { peer, number, undelivered }).await;
        });
    }

    /// A place for a connection with `peer`, and the messages it shall write.
    fn register(&mut self, peer: SocketAddr) -> Option<(u64, mpsc::Receiver<Bytes>)> {
        if self.open.len() >= MAX_CONNECTIONS {
            return None;
        }
        let (output, to_write) = mpsc::channel(OUTPUT_QUEUE);
        self.next_number += 1;
        self.open.insert(peer, Connection { number: self.next_number, output });
        Some((self.next_number, to_write))
    }
}

/// The next connection that a peer makes.
async fn accept(listener: Option<&TcpListener>) -> (TcpStream, SocketAddr) {
    let Some(listener) = listener else { return pending().await };
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                // Out of descriptors, mostly: wait until some are free rather than spin.
                tracing::warn!(%error, "a TCP connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Reads and writes until either end closes. True where a message was left undelivered.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    mut to_write: mpsc::Receiver<Bytes>,
    report: &mpsc::Sender<Report>,
) -> bool {
    let (input, output) = stream.into_split();
    let failed = tokio::select! {
        () = read(input, peer, report) => false,
        failed = write(output, &mut to_write) => failed,
    };
    failed || !to_write.is_empty()
}

async fn read(mut stream: OwnedReadHalf, peer: SocketAddr, report: &mpsc::Sender<Report>) {
    let mut framer = StreamFramer::new();
    let mut chunk = vec![0; READ_CHUNK_BYTES];
    loop {
        match timeout(IDLE_LIMIT, stream.read(&mut chunk)).await {
            Ok(Ok(0) | Err(_)) | Err(_) => return,
            Ok(Ok(length)) => framer.push(&chunk[..length]),
        }
        loop {
            match framer.next() {
                Ok(Some(bytes)) => {
                    if report.send(Report::Message { from: peer, bytes }).await.is_err() {
                        return;
                    }
                }
                Ok(None) => break,
                // Where one message ends is lost, and with it every later one.
                Err(error) => {
                    tracing::info!(%peer, %error, "a TCP connection does not speak SIP, and is closed");
                    return;
                }
            }
        }
    }
}

/// Writes until the messages end. True where one could not be written.
async fn write(mut stream: OwnedWriteHalf, to_write: &mut mpsc::Receiver<Bytes>) -> bool {
    while let Some(bytes) = to_write.recv().await {
        match timeout(WRITE_LIMIT, stream.write_all(&bytes)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => return true,
        }
    }
    false
}
