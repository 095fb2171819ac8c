//! The pipe and the socket between an actor's container and the platform.

use std::fs::File;
use std::io::{ErrorKind as IoKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use auth_core::{Clock, Error, ErrorKind, SystemClock};
use bytes::{Bytes, BytesMut};
use tokio::net::UnixDatagram;
use tokio::net::unix::pipe;
use tokio::time::timeout;

use crate::error::Result;

/// How much is read from the pipe at a time, which is what a pipe holds.
const CHUNK: usize = 64 << 10;
/// How long the pipe may stay empty before the message counts as complete. The platform holds its own end open, so that
/// there is no other sign of the end.
const QUIET: Duration = Duration::from_millis(250);
/// How often an empty pipe is looked at.
const STEP: Duration = Duration::from_millis(5);
/// How long the platform may take to accept a result.
const SEND: Duration = Duration::from_secs(30);

/// The pipe and the socket between an actor's container and the platform. Default: where the platform puts them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Channels {
    /// A named pipe: the message, when it was sent as bytes. Default: `/_abaco_binary_data`.
    pub binary_data: PathBuf,
    /// A datagram socket for results. Default: `/_abaco_results.sock`.
    pub results: PathBuf,
    clock: Arc<dyn Clock>,
}

impl Default for Channels {
    fn default() -> Self {
        Self {
            binary_data: PathBuf::from("/_abaco_binary_data"),
            results: PathBuf::from("/_abaco_results.sock"),
            clock: Arc::new(SystemClock::new()),
        }
    }
}

impl Channels {
    /// The same, at other places.
    pub fn at(binary_data: impl Into<PathBuf>, results: impl Into<PathBuf>) -> Self {
        Self { binary_data: binary_data.into(), results: results.into(), ..Self::default() }
    }

    /// With another clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The message, when it was sent as bytes; empty when it was not. It can be read once. The SDK's
    /// `get_binary_message`.
    ///
    /// It is complete when the platform closes the pipe, or has written nothing for a quarter of a second. Needs a
    /// runtime with input and output enabled.
    pub async fn binary_message(&self) -> Result<Bytes> {
        let cannot = |error| unusable(&self.binary_data, "cannot be read", error);
        let mut pipe = open(&self.binary_data).map_err(cannot)?;
        let mut message = BytesMut::new();
        let mut chunk = vec![0; CHUNK];
        let mut quiet = Duration::ZERO;
        loop {
            match pipe.read(&mut chunk) {
                Ok(0) => return Ok(message.freeze()),
                Ok(length) => {
                    message.extend_from_slice(&chunk[..length]);
                    quiet = Duration::ZERO;
                }
                Err(error) if error.kind() == IoKind::Interrupted => {}
                Err(error) if error.kind() == IoKind::WouldBlock && quiet >= QUIET => {
                    return Ok(message.freeze());
                }
                Err(error) if error.kind() == IoKind::WouldBlock => {
                    self.clock.sleep(STEP).await;
                    quiet += STEP;
                }
                Err(error) => return Err(cannot(error).into()),
            }
        }
    }

    /// Gives a result to the platform, from which the caller takes it by
    /// [`Actors::get_one_execution_result`](crate::api::Actors::get_one_execution_result). An execution can give
    /// several. The SDK's `send_bytes_result`.
    ///
    /// The platform limits the length, and so does the machine. Needs a runtime with input and output enabled.
    pub async fn send_result(&self, result: &[u8]) -> Result<()> {
        if result.is_empty() {
            // Whoever takes results would understand that there are no more.
            return Err(
                Error::new(ErrorKind::InvalidInput, "an empty result cannot be told from none").into()
            );
        }
        let cannot = |error: std::io::Error| match error.raw_os_error() {
            Some(EMSGSIZE) => {
                let message = format!("a result of {} bytes is too long for the socket", result.len());
                Error::new(ErrorKind::InvalidInput, message)
                    .with_help("send it in parts, or store it as a file")
            }
            _ => unusable(&self.results, "does not take results", error),
        };
        let socket = UnixDatagram::unbound().map_err(cannot)?;
        match timeout(SEND, socket.send_to(result, &self.results)).await {
            Ok(sent) => Ok(sent.map(drop).map_err(cannot)?),
            Err(_) => {
                let message =
                    format!("{} took no result within {} s", self.results.display(), SEND.as_secs());
                Err(Error::new(ErrorKind::Timeout, message).into())
            }
        }
    }
}

/// A datagram is longer than the system allows.
const EMSGSIZE: i32 = if cfg!(target_os = "linux") { 90 } else { 40 };

/// Opens the pipe without waiting for somebody who writes.
fn open(path: &Path) -> std::io::Result<File> {
    let receiver = pipe::OpenOptions::new().open_receiver(path)?;
    Ok(File::from(receiver.into_nonblocking_fd()?))
}

fn unusable(path: &Path, what: &str, error: std::io::Error) -> Error {
    Error::new(ErrorKind::File, format!("{} {what}", path.display()))
        .with_help("it is there only inside the container of an actor")
        .with_source(error)
}
