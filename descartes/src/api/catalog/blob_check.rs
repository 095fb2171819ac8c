//! Whether the content of a blob is what the catalog knows of it: its length and its MD5.

use std::path::Path;

use auth_core::{Body, ByteStream, Error, ErrorKind};
use futures_util::{TryStreamExt as _, stream};

use super::BlobRef;
use crate::md5::Md5;

/// The same stream, with an error at its end when it was not all or something else.
pub(super) fn compared(stream: ByteStream, blob: BlobRef) -> ByteStream {
    let steps = stream::try_unfold((stream, Md5::new(), blob), |(mut stream, mut digest, blob)| async move {
        match stream.try_next().await? {
            Some(chunk) => {
                digest.update(&chunk);
                Ok(Some((chunk, (stream, digest, blob))))
            }
            None => compare(digest, &blob).map(|()| None),
        }
    });
    Box::pin(steps)
}

pub(super) async fn compare_file(path: &Path, blob: &BlobRef) -> auth_core::Result<()> {
    if blob.size.is_none() && blob.hash.is_none() {
        return Ok(());
    }
    let mut content = Body::file(path).await?.read().await?;
    let mut digest = Md5::new();
    while let Some(chunk) = content.try_next().await? {
        digest.update(&chunk);
    }
    compare(digest, blob)
}

fn compare(digest: Md5, blob: &BlobRef) -> auth_core::Result<()> {
    let (length, found) = (digest.len(), digest.finish());
    let what = match (&blob.size, &blob.hash) {
        (Some(size), _) if *size != length => format!("{length} bytes of {size}"),
        (_, Some(hash)) if is_md5(hash) && !hash.eq_ignore_ascii_case(&found) => {
            format!("content with the MD5 {found} instead of {hash}")
        }
        _ => return Ok(()),
    };
    let what = format!("of the blob {} came {what}", blob.id);
    Err(Error::new(ErrorKind::Reply, what)
        .with_help("it was damaged on its way, or changed meanwhile: read it again"))
}

/// The platform names some contents by other digests.
pub(super) fn is_md5(hash: &str) -> bool {
    hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}
