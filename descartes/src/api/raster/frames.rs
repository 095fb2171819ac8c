//! The reply of raster, taken apart while it arrives.

use auth_core::{Error, ErrorKind, Response};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::api::lines::Lines;
use crate::error::Result;

/// The head of a Blosc buffer.
const HEAD: usize = 16;
/// No buffer is longer, in bytes: who says so sends something else.
const LONGEST: usize = 1 << 30;
/// And no line of JSON, which tells about buffers.
const LONGEST_LINE: usize = 16 << 20;

/// An array of pixels that arrives chunk by chunk.
pub struct Rendering {
    metadata: Map<String, Value>,
    header: ArrayHeader,
    /// How many chunks are still to come.
    left: u64,
    reader: Reader,
}

/// What array it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ArrayHeader {
    /// Bands, rows, columns.
    pub shape: Vec<u64>,
    /// The type of its numbers, as in `uint8`.
    pub dtype: String,
    /// In how many chunks it comes.
    pub chunks: u64,
}

/// A part of an array.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Chunk {
    /// Bands, rows, columns.
    pub shape: Vec<u64>,
    /// Where it begins: band, row, column.
    pub offset: Vec<u64>,
    /// The numbers, as a Blosc buffer with its head.
    pub data: Bytes,
    /// For each number whether it is masked, as a Blosc buffer with its head: a byte each.
    pub mask: Bytes,
}

#[derive(Deserialize)]
struct ChunkHeader {
    #[serde(default)]
    error: Option<Value>,
    #[serde(default)]
    shape: Vec<u64>,
    #[serde(default)]
    offset: Vec<u64>,
}

impl Rendering {
    pub(super) async fn open(reply: Response) -> Result<Self> {
        let request = reply.head().request.clone();
        let lines = Lines::new(reply.stream(), LONGEST_LINE, format!("the reply to {request}"));
        let mut reader = Reader { lines, request };
        let metadata: Map<String, Value> = reader.json().await?;
        let header: ArrayHeader = reader.json().await?;
        Ok(Self { metadata, left: header.chunks, header, reader })
    }

    /// What the platform tells of the rendering.
    pub fn metadata(&self) -> &Map<String, Value> {
        &self.metadata
    }

    /// What array it is.
    pub fn header(&self) -> &ArrayHeader {
        &self.header
    }

    /// The next chunk; `None` after the last. An array that breaks off is an error.
    pub async fn next_chunk(&mut self) -> Result<Option<Chunk>> {
        if self.left == 0 {
            return Ok(None);
        }
        let ChunkHeader { error, shape, offset } = self.reader.json().await?;
        if let Some(error) = error {
            let words = error.as_str().map_or_else(|| error.to_string(), str::to_owned);
            let words = auth_core::error::shorten(&words, 500);
            return Err(Error::new(ErrorKind::Service, format!("{}: {words}", self.reader.request)).into());
        }
        let data = self.reader.blosc(size(&shape, &self.header.dtype)).await?;
        let mask = self.reader.blosc(size(&shape, "bool")).await?;
        self.left -= 1;
        Ok(Some(Chunk { shape, offset, data, mask }))
    }
}

impl std::fmt::Debug for Rendering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rendering")
            .field("header", &self.header)
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

/// Bytes of so many numbers, where the type is known.
fn size(shape: &[u64], dtype: &str) -> Option<u64> {
    let width = match dtype {
        "bool" | "uint8" | "int8" => 1,
        "uint16" | "int16" | "float16" => 2,
        "uint32" | "int32" | "float32" => 4,
        "uint64" | "int64" | "float64" => 8,
        _ => return None,
    };
    shape.iter().try_fold(width, |size: u64, length| size.checked_mul(*length))
}

struct Reader {
    lines: Lines,
    request: String,
}

impl Reader {
    async fn json<T: DeserializeOwned>(&mut self) -> Result<T> {
        let line = self.lines.next().await?.filter(|line| line.ends_with(b"\n"));
        let line = line.ok_or_else(|| self.wrong("the array breaks off"))?;
        Ok(serde_json::from_slice(&line)
            .map_err(|_| self.wrong("a line is not the JSON that is expected"))?)
    }

    /// A Blosc buffer that holds so many bytes when it is unpacked.
    async fn blosc(&mut self, size: Option<u64>) -> Result<Bytes> {
        self.more(HEAD).await?;
        let number = |at: usize| {
            self.lines.held[at..at + 4].iter().rev().fold(0_u32, |n, byte| n << 8 | u32::from(*byte))
        };
        let (unpacked, packed) = (u64::from(number(4)), number(12) as usize);
        if size.is_some_and(|size| size != unpacked) || packed < HEAD {
            return Err(self.wrong("a chunk is not as large as it says").into());
        }
        self.more(packed).await?;
        Ok(self.lines.held.split_to(packed).freeze())
    }

    /// Reads until so many bytes are held.
    async fn more(&mut self, least: usize) -> Result<()> {
        if least > LONGEST {
            return Err(self.wrong("a part is longer than can be").into());
        }
        match self.lines.fill(least).await? {
            true => Ok(()),
            false => Err(self.wrong("the array breaks off").into()),
        }
    }

    fn wrong(&self, what: &str) -> Error {
        Error::new(ErrorKind::Reply, format!("the reply to {} cannot be understood: {what}", self.request))
    }
}
