//! A client that knows nothing but bytes.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use auth_core::sim::Simulator;

/// Everything that came back, and how it ended: `None` for a FIN.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) bytes: Vec<u8>,
    pub(crate) error: Option<ErrorKind>,
}

impl Outcome {
    pub(crate) fn head(&self) -> String {
        self.split().0
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        self.split().1
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body()).unwrap()
    }

    pub(crate) fn status(&self) -> u16 {
        self.head()[9..12].parse().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let prefix = format!("{name}: ");
        self.head().lines().find_map(|line| Some(line.strip_prefix(&prefix)?.to_owned()))
    }

    fn split(&self) -> (String, Vec<u8>) {
        let end = self.bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        (String::from_utf8(self.bytes[..end].to_vec()).unwrap(), self.bytes[end + 4..].to_vec())
    }
}

/// A connection of which no read takes longer than `patience`.
pub(crate) fn connect(simulator: &Simulator, patience: Duration) -> TcpStream {
    let stream = TcpStream::connect(simulator.url().socket_addrs(|| None).unwrap()[0]).unwrap();
    stream.set_read_timeout(Some(patience)).unwrap();
    stream
}

/// Sends bytes on a connection of its own and reads to the end.
pub(crate) fn send(simulator: &Simulator, request: impl AsRef<[u8]>) -> Outcome {
    let mut stream = connect(simulator, Duration::from_secs(10));
    stream.write_all(request.as_ref()).unwrap();
    read_to_end(stream)
}

pub(crate) fn read_to_end(mut stream: TcpStream) -> Outcome {
    let mut bytes = Vec::new();
    let error = stream.read_to_end(&mut bytes).err().map(|error| error.kind());
    Outcome { bytes, error }
}

/// A request of which the connection ends with the reply.
pub(crate) fn get(target: &str) -> String {
    request("GET", target, "", "")
}

/// `headers` is empty, or lines that end with CRLF.
pub(crate) fn request(method: &str, target: &str, headers: &str, body: &str) -> String {
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    format!("{method} {target} HTTP/1.1\r\nHost: sim\r\nConnection: close\r\n{length}{headers}\r\n{body}")
}

/// A request after which the connection stays open.
pub(crate) fn kept(method: &str, target: &str) -> String {
    format!("{method} {target} HTTP/1.1\r\nHost: sim\r\n\r\n")
}

/// Reads the head of a reply and nothing of its body.
pub(crate) fn read_head(stream: &mut TcpStream) -> Outcome {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        bytes.push(byte[0]);
    }
    Outcome { bytes, error: None }
}

/// Reads one reply with a `Content-Length` and leaves the connection open.
pub(crate) fn read_one(stream: &mut TcpStream) -> Outcome {
    let mut outcome = read_head(stream);
    let mut body = vec![0; outcome.header("content-length").map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).unwrap();
    outcome.bytes.extend(body);
    outcome
}
