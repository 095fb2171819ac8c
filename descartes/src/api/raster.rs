//! Raster: pixels of images, cut, scaled and projected (contract section 6.8).
//!
//! How a request looks is verified. How a reply looks is from the vendor's source alone: two lines of JSON, then for
//! each chunk a line of JSON and two Blosc buffers, pixels and mask. It is taken apart that far; the buffers are given
//! as they are.

mod frames;
mod request;

use std::path::Path;
use std::time::Duration;

use auth_core::{Progress, Response, path};
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::Method;

pub use frames::{ArrayHeader, Chunk, Rendering};
pub use request::{RasterRequest, Resampling};

use super::Items;
use crate::client::Client;
use crate::error::Result;

/// How long one attempt may take until the reply begins: as long as the vendor waits.
const LONG: Duration = Duration::from_secs(300);

auth_core::service! {
    /// Raster: pixels of images.
    pub struct Raster, from Client::raster
}

impl<'a> Raster<'a> {
    /// `POST /npz`: pixels of images laid over each other, as an array in chunks.
    ///
    /// ```no_run
    /// # async fn example(client: descartes::Client) -> descartes::Result<()> {
    /// use descartes::api::RasterRequest;
    ///
    /// let request = RasterRequest {
    ///     resolution: Some(60.0),
    ///     ..RasterRequest::new(["someorg:prod1:image1"], ["red", "green", "blue"])
    /// };
    /// let mut rendering = client.raster().ndarray(&request).await?;
    /// println!("{:?} of {}", rendering.header().shape, rendering.header().dtype);
    /// while let Some(chunk) = rendering.next_chunk().await? {
    ///     println!("at {:?}: {} bytes of Blosc", chunk.offset, chunk.data.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn ndarray(&self, request: &RasterRequest) -> Result<Rendering> {
        Rendering::open(self.send(request).await?).await
    }

    /// `POST /npz`: the reply as it is, while it arrives, for a program that knows its form. The platform may tell of an
    /// error in the middle of it, by a line `{"error": ..}` instead of a chunk: look for it, or use [`Raster::ndarray`].
    pub async fn raster(&self, request: &RasterRequest) -> Result<Items<'static, Bytes>> {
        let reply = self.send(request).await?;
        Ok(Box::pin(reply.stream().map_err(crate::error::Error::from)))
    }

    /// [`Raster::raster`], into a file, which appears whole or not at all. The number of bytes. A file may be whole and
    /// hold an error of the platform instead of pixels: nobody looks into it here.
    pub async fn download(
        &self,
        request: &RasterRequest,
        to: impl AsRef<Path>,
        progress: &Progress,
    ) -> Result<u64> {
        auth_core::transfer::download(to.as_ref(), progress, |_| self.send(request)).await
    }

    /// `POST /npz` for each request, a few at a time: the arrays in the order of the requests.
    pub fn stack(&self, requests: Vec<RasterRequest>, at_a_time: usize) -> Items<'a, Rendering> {
        let raster = *self;
        let renderings = stream::iter(requests)
            .map(move |request| async move { raster.ndarray(&request).await })
            .buffered(at_a_time.max(1));
        Box::pin(renderings)
    }

    async fn send(&self, request: &RasterRequest) -> Result<Response> {
        let body = request.to_body()?;
        let sent = self.client.start(Method::POST, path!["npz"]).at(&self.client.endpoints().raster);
        // It changes nothing.
        sent.header("accept", "*/*").json(&body).idempotent(true).timeout(LONG).send().await
    }
}
