//! A small HTTP server on loopback that answers as a test wants it to, and keeps what it was asked. It serves as a
//! proxy too: what follows a CONNECT it answers itself.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What was asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: BTreeMap<String, String>,
}

/// What to answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// The connection is closed after so many bytes of the body.
    pub(crate) breaks_after: usize,
}

#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

impl Answer {
    pub(crate) fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), breaks_after: usize::MAX }
    }

    pub(crate) fn file(content: &[u8]) -> Self {
        Self { body: content.to_vec(), ..Self::status(200) }
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self::status(302).with("Location", to)
    }

    /// A server that can go on in mid-file and knows which state of it is asked for.
    pub(crate) fn range(content: &[u8], tag: &str, request: &Request) -> Self {
        let start = request
            .header("range")
            .filter(|_| request.header("if-range") == Some(tag))
            .and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
        match start {
            Some(start) if start < content.len() => {
                let span = format!("bytes {start}-{}/{}", content.len() - 1, content.len());
                let rest = Self::file(&content[start..]).with("ETag", tag).with("Content-Range", &span);
                Self { status: 206, ..rest }
            }
            Some(_) => Self::status(416).with("Content-Range", &format!("bytes */{}", content.len())),
            None => Self::file(content).with("ETag", tag),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn breaking_after(self, bytes: usize) -> Self {
        Self { breaks_after: bytes, ..self }
    }
}

impl Server {
    /// Answers until the test ends; `answer` is given how many requests came before, and the request.
    pub(crate) fn start(answer: impl Fn(usize, &Request) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // A client that hangs up is part of some tests.
                let _ = serve(stream, &kept, &answer);
            }
        });
        Self { url, requests }
    }

    /// Always the same file, with ranges.
    pub(crate) fn of(content: Vec<u8>) -> Self {
        Self::start(move |_, request| Answer::range(&content, "\"v1\"", request))
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no test thread panicked").clone()
    }

    pub(crate) fn targets(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.target).collect()
    }
}

fn serve(
    stream: TcpStream,
    kept: &Mutex<Vec<Request>>,
    answer: &impl Fn(usize, &Request) -> Answer,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    while let Some(request) = read(&mut reader)? {
        let before = {
            let mut kept = kept.lock().expect("no test thread panicked");
            kept.push(request.clone());
            kept.len() - 1
        };
        let answer = answer(before, &request);
        if request.method == "CONNECT" && answer.status == 200 {
            stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
            continue;
        }
        let mut head = format!(
            "HTTP/1.1 {} Said\r\nContent-Length: {}\r\nConnection: close\r\n",
            answer.status,
            answer.body.len()
        );
        for (name, value) in &answer.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(head.as_bytes())?;
        stream.write_all(b"\r\n")?;
        stream.write_all(&answer.body[..answer.body.len().min(answer.breaks_after)])?;
        return stream.flush();
    }
    Ok(())
}

fn read(reader: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.insert(name.to_ascii_lowercase(), value.trim().to_owned()),
            None => return Ok(Some(Request { method, target, headers })),
        };
    }
}
