//! Logs of jobs: a JSON object a line, read while they arrive.

use std::fmt;

use auth_core::{Response, Timestamp};
use futures_util::{TryStreamExt as _, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::api::lines::Lines;
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
    let lines = Lines::new(reply.stream(), LONGEST, "a log");
    Box::pin(stream::try_unfold(lines, |mut lines| async move {
        while let Some(line) = lines.next().await? {
            match line.trim_ascii() {
                [] => {}
                line => return Ok(Some((parse(line), lines))),
            }
        }
        Ok(None)
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

/// A line that is no JSON is given as it is: a log is for people.
fn parse(line: &[u8]) -> LogLine {
    serde_json::from_slice(line).unwrap_or_else(|_| LogLine {
        date: None,
        log: String::from_utf8_lossy(line).into_owned(),
        extra: Map::new(),
    })
}
