//! Lines of a reply, read while it arrives, none of them longer than the reader can bear.

use auth_core::{ByteStream, Error, ErrorKind, Result};
use bytes::BytesMut;
use futures_util::TryStreamExt as _;

/// A reply on its way, taken apart into lines.
pub(super) struct Lines {
    stream: ByteStream,
    /// What has arrived and was not given yet.
    pub(super) held: BytesMut,
    ended: bool,
    longest: usize,
    what: String,
}

impl Lines {
    /// Lines of up to so many bytes. `what` they are of, as errors call it: `a log`.
    pub(super) fn new(stream: ByteStream, longest: usize, what: impl Into<String>) -> Self {
        Self { stream, held: BytesMut::new(), ended: false, longest, what: what.into() }
    }

    /// The next line with its end, which the last one may do without. `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<BytesMut>> {
        // What was searched already is not searched again.
        let mut looked = 0;
        loop {
            if let Some(end) = self.held[looked..].iter().position(|byte| *byte == b'\n') {
                return Ok(Some(self.held.split_to(looked + end + 1)));
            }
            looked = self.held.len();
            if looked > self.longest {
                let what = format!("a line of {} is longer than {} bytes", self.what, self.longest);
                return Err(Error::new(ErrorKind::Reply, what));
            }
            if !self.fill(looked + 1).await? {
                return Ok((!self.held.is_empty()).then(|| self.held.split()));
            }
        }
    }

    /// Reads until so many bytes are held. False when there are no more.
    pub(super) async fn fill(&mut self, least: usize) -> Result<bool> {
        while self.held.len() < least && !self.ended {
            match self.stream.try_next().await? {
                Some(chunk) => self.held.extend_from_slice(&chunk),
                None => self.ended = true,
            }
        }
        Ok(self.held.len() >= least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use futures_util::stream;

    fn lines(pieces: &[&'static str]) -> Lines {
        let pieces: Vec<_> = pieces.iter().map(|piece| Ok(Bytes::from_static(piece.as_bytes()))).collect();
        Lines::new(Box::pin(stream::iter(pieces)), 8, "a poem")
    }

    #[tokio::test]
    async fn lines_come_whole_however_they_arrive() {
        let mut lines = lines(&["a\n\nlo", "n", "g\r\nend"]);
        for line in ["a\n", "\n", "long\r\n", "end"] {
            assert_eq!(lines.next().await.unwrap().unwrap(), line);
        }
        assert_eq!((lines.next().await.unwrap(), lines.next().await.unwrap()), (None, None));
    }

    #[tokio::test]
    async fn a_line_without_an_end_is_not_read_for_ever() {
        let mut lines = lines(&["a\n", "12345", "6789", "unread"]);
        lines.next().await.unwrap();
        let error = lines.next().await.unwrap_err();
        assert_eq!(error.to_string(), "a line of a poem is longer than 8 bytes");
        assert_eq!(lines.held.len(), 9);
    }
}
