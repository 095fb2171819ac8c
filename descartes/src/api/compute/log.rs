//! Logs of jobs: a JSON object a line, read while they arrive.

use std::fmt;

use auth_core::{ByteStream, Error, ErrorKind, Response, Timestamp};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::Result;

/// Lines of a log, while they arrive. It is a `Stream`.
pub type LogLines = super::super::Items<'static, LogLine>;

/// No line is longer than this, in bytes: who sends one means harm, or no log.
const LONGEST: usize = 8 << 20;

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LogLine {
    /// When it was written.
    #[serde(default)]
    pub date: Option<Timestamp>,
    /// What was written.
    #[serde(default)]
    pub log: String,
    /// Members that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Time and text, as in `2024-05-01T10:00:01.123456Z hello`.
impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(date) = self.date {
            write!(f, "{date} ")?;
        }
        f.write_str(&self.log)
    }
}

/// The lines of a reply.
pub(super) fn lines(reply: Response) -> LogLines {
    let reader = Reader { stream: reply.stream(), held: Vec::new(), ended: false };
    Box::pin(stream::try_unfold(reader, |mut reader| async move {
        Ok(reader.next().await?.map(|line| (parse(&line), reader)))
    }))
}

/// All lines as one text.
pub(super) async fn text(mut lines: LogLines, timestamps: bool) -> Result<String> {
    let mut text = String::new();
    while let Some(line) = lines.try_next().await? {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&if timestamps { line.to_string() } else { line.log });
    }
    Ok(text)
}

struct Reader {
    stream: ByteStream,
    held: Vec<u8>,
    ended: bool,
}

impl Reader {
    /// The next line that is not blank, without its end.
    async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        loop {
            let end = self.held.iter().position(|byte| *byte == b'\n');
            let line = match end {
                Some(end) => self.held.drain(..=end).collect(),
                None if self.ended => std::mem::take(&mut self.held),
                None => {
                    self.read().await?;
                    continue;
                }
            };
            match line.trim_ascii() {
                [] if self.ended && self.held.is_empty() => return Ok(None),
                [] => {}
                line => return Ok(Some(line.to_vec())),
            }
        }
    }

    async fn read(&mut self) -> Result<()> {
        match self.stream.next().await {
            Some(chunk) => self.held.extend_from_slice(&chunk?),
            None => self.ended = true,
        }
        if self.held.len() > LONGEST && !self.held.contains(&b'\n') {
            let what = format!("a line of a log is longer than {LONGEST} bytes");
            return Err(Error::new(ErrorKind::Reply, what).into());
        }
        Ok(())
    }
}

/// A line that is no JSON is given as it is: a log is for people.
fn parse(line: &[u8]) -> LogLine {
    serde_json::from_slice(line).unwrap_or_else(|_| LogLine {
        date: None,
        log: String::from_utf8_lossy(line).into_owned(),
        extra: Map::new(),
    })
}
