//! Transforms: files in another format.

use auth_core::Response;
use http::Method;
use http::header::ACCEPT;

use super::model::{input, model, part};
use super::operations::{fill, operations};
use crate::client::Client;
use crate::error::Result;

auth_core::service! {
    /// Transforms: files in another format. Their replies were not seen from a live service.
    pub struct Transforms, from Client::transforms
}

operations! { impl Transforms {
    /// the transforms that there are.
    fn list() -> List<Transform> = GET "/transforms/v2/", whole;
    /// a transform. The vendor describes the answer as a list.
    fn get(transform_id) -> Vec<Transform> = GET "/transforms/v2/{transform_id}";
    /// transforms a file, and puts what comes of it where `url` says.
    fn transform_and_stage(transform_id, owner, file_path, request: &NewTransform) -> Vec<Transform> =
        POST "/transforms/v2/{transform_id}/async/{owner}/{+file_path}";
    /// the transforms with a tag.
    fn list_by_tag(tag) -> List<Transform> = GET "/transforms/v2/tags/{tag}", whole;
} }

impl Transforms<'_> {
    /// `POST /transforms/v2/{transform_id}/sync/{owner}/{+file_path}`: transforms a file, and answers with what comes of
    /// it, in memory: read it by `.bytes()`. The official SDK fails on it.
    pub async fn transform_and_download(
        &self,
        transform_id: &str,
        owner: &str,
        file_path: &str,
        request: &NewTransform,
    ) -> Result<Response> {
        let values = [("transform_id", transform_id), ("owner", owner), ("file_path", file_path)];
        let path = fill("/transforms/v2/{transform_id}/sync/{owner}/{+file_path}", &values);
        self.client.call(Method::POST, path).header(ACCEPT, "*/*").json(request).whole().await
    }
}

model! {
    /// A transform.
    pub struct Transform {
        /// The name.
        name: String,
        /// What it does.
        description: Option<String>,
        /// Where it is described.
        #[serde(rename = "descriptionurl")]
        description_url: Option<String>,
        /// Whether it can be used.
        enabled: Option<bool>,
        /// Words by which it is found.
        tags: Vec<String>,
        /// What it reads with.
        decoders: Vec<Coder>,
        /// What it writes with.
        encoder: Option<Coder>,
    }
}

part! {
    /// What a transform reads or writes with.
    pub struct Coder {
        /// The name.
        name: Option<String>,
        /// What it does.
        description: Option<String>,
    }
}

input! {
    /// What is to be transformed.
    pub struct NewTransform {
        /// Where the file lies, or goes.
        url: String,
        ;
        /// The format that it has.
        native_format: Option<String>,
        /// A URL that is called when it is done.
        callback_url: Option<String>,
    }
}
