//! Blobs behind the names of their rows: their content, and what else they have of their own.

use std::path::PathBuf;

use descartes::api::{BlobRef, Blobs, ByteRange};
use futures_util::TryStreamExt as _;
use serde_json::{Value, json};

use super::super::{Options, misused, unknown, value};
use super::catalog::{known, new, object, placed};
use super::{of, shown};
use crate::conformance::record::Failed;

pub(super) async fn dispatch(blobs: Blobs<'_>, operation: &str, mut args: Options) -> Result<Value, Failed> {
    match operation {
        "upload" | "upload_data" => {
            let mut blob = new("", &args.take("attributes")?.unwrap_or_else(|| json!({})))?;
            let (file, data): (Option<PathBuf>, Option<String>) = (args.take("file")?, args.take("data")?);
            args.end()?;
            let done = match (file, data) {
                (Some(file), None) => blobs.upload(&mut blob, file).await,
                (None, Some(data)) => blobs.upload_data(&mut blob, data).await,
                _ => return Err(misused("either `file` or `data`")),
            };
            done.map_err(|error| of(&error))?;
            object(&blob)
        }
        "download" | "data" | "get_data" | "iter_data" | "iter_lines" => {
            let id: String = args.need("id")?;
            // Whoever knows the blob compares what comes.
            let blob = match operation {
                "get_data" => BlobRef::from(id.as_str()),
                _ => BlobRef::from(&known(blobs, &id).await?),
            };
            read(blobs, blob, operation, args).await
        }
        "delete" => {
            let id: String = args.need("id")?;
            args.end()?;
            shown(blobs.delete(&id).await)
        }
        "delete_many" => {
            let ids: Vec<String> = args.need("ids")?;
            args.end()?;
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let task = blobs.delete_many(&ids).await.map_err(|error| of(&error))?;
            value(task.and_then(|task| task.ids))
        }
        "namespace_id" => {
            let namespace: Option<String> = args.take("namespace")?;
            args.end()?;
            shown(blobs.namespace_id(namespace.as_deref()).await)
        }
        _ => placed(blobs, operation, args).await,
    }
}

async fn read(blobs: Blobs<'_>, blob: BlobRef, operation: &str, mut args: Options) -> Result<Value, Failed> {
    let reading = match args.take::<Vec<i64>>("range")? {
        None => blobs.read(blob),
        Some(ends) => blobs.read(blob).range(range(&ends)?),
    };
    let file: Option<PathBuf> = args.take("file")?;
    args.end()?;
    match (operation, file) {
        ("download", Some(file)) => {
            reading.to_file(file).await.map_err(|error| of(&error)).map(|_| Value::Null)
        }
        ("data" | "get_data", None) => Ok(text(&reading.bytes().await.map_err(|error| of(&error))?)),
        ("iter_data", None) => {
            let pieces = reading.stream().await.map_err(|error| of(&error))?;
            let whole = pieces.try_fold(Vec::new(), |mut whole, piece| async move {
                whole.extend_from_slice(&piece);
                Ok(whole)
            });
            Ok(text(&whole.await.map_err(|error| of(&error.into()))?))
        }
        ("iter_lines", None) => {
            let lines = reading.lines().await.map_err(|error| of(&error))?;
            shown(lines.try_collect::<Vec<String>>().await)
        }
        _ => Err(unknown(operation)),
    }
}

/// As the official SDK takes it: first and last byte, or the first alone, or how many at the end as a negative number.
fn range(ends: &[i64]) -> Result<ByteRange, Failed> {
    let first = u64::try_from(ends.first().copied().unwrap_or_default());
    match (ends, first) {
        ([_, last], Ok(first)) => Ok(ByteRange::Between(first, last.unsigned_abs())),
        ([_], Ok(first)) => Ok(ByteRange::From(first)),
        ([count], Err(_)) => Ok(ByteRange::Last(count.unsigned_abs())),
        _ => Err(misused("`range` is one number or two")),
    }
}

fn text(bytes: &[u8]) -> Value {
    String::from_utf8_lossy(bytes).into()
}
